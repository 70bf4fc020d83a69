import { escalations, type Escalation } from '../escalation'
import { kept } from '../kept'
import { tokensOf, userAllows } from './facts'
import { onToken, type Advice } from './line'

/** The same where subcommands are not commands of their own (before 7.0): the whole command counts. */
const wholeCommands = escalations.map(({ names, what }) => ({
  names: names.map((name) => name.split('|')[0] ?? name),
  what,
}))
const everyName = escalations.flatMap(({ names }) => names)
const everyWholeName = wholeCommands.flatMap(({ names }) => names)

/** The escalations among allowed commands, each with the command that allows it. */
function among(
  list: readonly Pick<Escalation, 'names' | 'what'>[],
  allowed: readonly string[],
): { readonly name: string; readonly what: string }[] {
  return list.flatMap(({ names, what }) => {
    const name = names.find((one) => allowed.includes(one))
    return name === undefined ? [] : [{ name, what }]
  })
}

/** What to say of them, and the rules that give them; null where there are none. */
function told(found: ReturnType<typeof among>): { readonly what: string; readonly rules: ReadonlySet<string> } | null {
  if (found.length === 0) return null
  return {
    what: found.map(({ name, what }) => `${what} (${name.replace('|', ' ').toUpperCase()})`).join('; '),
    rules: new Set([...wide, ...found.flatMap(({ name }) => [`+${name}`, `+${name.split('|')[0]}`])]),
  }
}

const byName = kept((allowed: readonly string[]) => told(among(escalations, allowed)))
const byWholeName = kept((allowed: readonly string[]) => told(among(wholeCommands, allowed)))

const wide = ['+@admin', '+@dangerous', '+@scripting', '+@slow']

/** A user with limits of its own that holds a command which ends them. A user with +@all and no limits is an administrator, and says so. */
export const privilegeEscalation: Advice = {
  code: 'privilege-escalation',
  severity: 'error',
  check: (line) => {
    const { user } = line
    if (user === null || !user.enabled || user.root.commands.all) return []
    const found = line.target.behaviours.hasSubcommandRules
      ? byName(userAllows(line, everyName))
      : byWholeName(userAllows(line, everyWholeName))
    if (found === null) return []
    const token = tokensOf(line, 0).findLast(({ word }) => found.rules.has(word))
    return [
      onToken(
        token ?? line.name,
        `${user.name} can ${found.what}.`,
        'Its other limits protect nothing from whoever holds these commands.',
      ),
    ]
  },
}
