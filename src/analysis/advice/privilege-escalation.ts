import { escalations } from '../escalation'
import { tokensOf, userAllows } from './facts'
import { onToken, type Advice, type UserLine } from './line'

/** The same where subcommands are not commands of their own (before 7.0): the whole command counts. */
const wholeCommands = escalations.map(({ names, what }) => ({ names: names.map((name) => name.split('|')[0] ?? name), what }))
const everyName = escalations.flatMap(({ names }) => names)
const everyWholeName = wholeCommands.flatMap(({ names }) => names)

/** The escalations that a user's rules allow, each with the command that allows it. */
export function escalationsOf(line: UserLine): { readonly name: string; readonly what: string }[] {
  const parts = line.target.behaviours.hasSubcommandRules
  const allowed = userAllows(line, parts ? everyName : everyWholeName)
  return allowed.length === 0 ? [] : (parts ? escalations : wholeCommands).flatMap(({ names, what }) => {
    const name = names.find((one) => allowed.includes(one))
    return name === undefined ? [] : [{ name, what }]
  })
}

const wide = ['+@admin', '+@dangerous', '+@scripting', '+@slow']

/** A user with limits of its own that holds a command which ends them. A user with +@all and no limits is an administrator, and says so. */
export const privilegeEscalation: Advice = {
  code: 'privilege-escalation',
  severity: 'error',
  check: (line) => {
    const { user } = line
    if (user === null || !user.enabled || user.root.commands.all) return []
    const found = escalationsOf(line)
    const [first] = found
    if (first === undefined) return []
    const rules = found.flatMap(({ name }) => [`+${name}`, `+${name.split('|')[0]}`])
    const token = tokensOf(line, 0).findLast(({ word }) => word[0] === '+' && (wide.includes(word) || rules.includes(word)))
    return [onToken(token ?? line.name, `${user.name} can ${found.map(({ name, what }) => `${what} (${name.replace('|', ' ').toUpperCase()})`).join('; ')}.`, 'Its other limits protect nothing from whoever holds these commands.')]
  },
}
