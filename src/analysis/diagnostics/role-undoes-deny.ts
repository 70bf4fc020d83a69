import { lower, type Bytes } from '../../acl/bytes'
import { takesKeys, type Command, type CommandTable } from '../../acl/command'
import type { Selector } from '../../acl/selector'
import { commandTitle } from '../command-title'
import { commandRules, listSome, membersOf, namedRoles, shown } from './facts'
import { onEach, onToken, type LineCheck } from './line'

/** Commands that a user's own rules deny and that one of its roles allows. */
export const roleUndoesDeny: LineCheck = {
  code: 'role-undoes-deny',
  severity: 'warning',
  check: (line) => {
    const { user, target } = line
    if (user === null || user.roles.length === 0) return []
    const { table } = target
    const roleOf = user.selectors.map((_, i) => user.placeOf(i).role)
    return onEach(commandRules(line, 0), (token) => {
      const name = lower(token.rule).slice(1)
      if (token.rule[0] !== '-' || name === '@all') return []
      const denied = commandsOf(table, name).filter((one) => !user.root.commands.has(one.index))
      const roles = new Set<Bytes>()
      const allowed = denied.filter((one) => {
        const by = roleOf.filter((role, i) => {
          const selector = user.selectors[i]
          return role !== null && selector !== undefined && allowsInPart(selector, one)
        })
        for (const role of by) if (role !== null) roles.add(role)
        return by.length > 0
      })
      if (allowed.length === 0) return []
      const titles = listSome(allowed.map((one) => commandTitle(one.name)))
      return [
        onToken(
          token,
          `${shown(token.text)} does not deny ${titles} to ${shown(line.name.text)}: its ${namedRoles([...roles])} ${roles.size === 1 ? 'allows' : 'allow'} ${allowed.length === 1 ? 'it' : 'them'}.`,
          'A user’s own rules deny nothing that a role allows. Deny it in the role, or give the user another role.',
        ),
      ]
    })
  },
}

/** Returns the commands that a rule for this name sets, those of a container in place of it. */
function commandsOf(table: CommandTable, name: string): readonly Command[] {
  const members = membersOf(table, name)
  if (members === null) return []
  return table.commands.filter(
    (one) => one.subcommands === null && (members.has(one.name) || members.has(one.name.split('|')[0] ?? '')),
  )
}

const pubsub = new Set(['publish', 'spublish', 'subscribe', 'psubscribe', 'ssubscribe'])

/** Returns true where a selector allows the command, and a key or channel for it if it takes any. */
function allowsInPart(selector: Selector, command: Command): boolean {
  if (!selector.commands.has(command.index)) return false
  if (pubsub.has(command.name)) return selector.allChannels || selector.channels.length > 0
  if (!takesKeys(command)) return true
  return (selector.allKeys || selector.keys.length > 0) && (selector.allDatabases || selector.databases.length > 0)
}
