import { tokensOf, userAllows } from './facts'
import { onToken, type Advice, type UserLine } from './line'

/** What each of these lets a user do beyond its own rules. */
export const escalations: readonly { readonly names: readonly string[]; readonly what: string }[] = [
  { names: ['acl|setuser', 'acl|load', 'acl|deluser'], what: 'change its own rules, and everybody else’s' },
  { names: ['config|set', 'config|rewrite'], what: 'change the configuration, passwords and files included' },
  { names: ['config|get'], what: 'read requirepass out of the configuration' },
  { names: ['psync', 'sync'], what: 'copy the whole data set as a replica would' },
  { names: ['monitor'], what: 'watch every command of every client' },
  { names: ['slowlog|get', 'slowlog'], what: 'read arguments of other clients’ slow commands' },
  { names: ['module|load', 'module|loadex'], what: 'run code inside the server' },
  { names: ['debug'], what: 'crash the server or change its data' },
  { names: ['replicaof', 'slaveof'], what: 'replace the data set by another server’s' },
  { names: ['migrate'], what: 'send keys to another server' },
  { names: ['shutdown', 'failover'], what: 'stop the server or hand it over' },
  { names: ['client|kill'], what: 'end other clients’ connections' },
  { names: ['function|load', 'function|flush', 'function|delete', 'function|restore'], what: 'change the functions that others call' },
]

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
    const token = tokensOf(line, 0).findLast(({ text }) => /^\+@(admin|dangerous|scripting|slow)$/i.test(text) || found.some(({ name }) => text.toLowerCase() === `+${name}` || text.toLowerCase() === `+${name.split('|')[0]}`))
    return [onToken(token ?? line.name, `${user.name} can ${found.map(({ name, what }) => `${what} (${name.replace('|', ' ').toUpperCase()})`).join('; ')}.`, 'Its other limits protect nothing from whoever holds these commands.')]
  },
}
