import { toText } from '../../acl/bytes'
import { READ } from '../../acl/command'
import type { Selector } from '../../acl/selector'
import type { User } from '../../acl/user'
import type { Facts } from '../checklist/facts'

/** The part of a server's files that a defect depends on. */
export type Policy = Pick<Facts, 'users' | 'config' | 'target'>

/** The users that a defect concerns on a server with these files, or the reason why it concerns the server. */
export interface Concern {
  /** The names of the users that can make use of the defect; empty where it concerns the configuration or every server. */
  readonly users: readonly string[]
  /** The reason, as text: `unixsocket is set`. */
  readonly why: string
}

/** Returns whom a defect concerns; null where it concerns nobody. */
export type Affects = (policy: Policy) => Concern | null

/** Subcommands that came after the container of the same name, which older releases have. */
const laterSubcommands: ReadonlySet<string> = new Set(['command|list'])

/** Returns true if a selector allows a command (`sort`, `client|tracking`), if only with some first arguments. */
function allows({ commands, space }: Selector, name: string): boolean {
  const { table, behaviours } = space
  const argv = name.split('|')
  if (!behaviours.hasSubcommandRules && laterSubcommands.has(name)) return false
  const command = behaviours.hasSubcommandRules ? table.find(name) : table.resolve(argv)
  if (command === undefined) return false
  return commands.allows(command, argv) || (argv.length === 1 && commands.firstArgs.has(command.index))
}

/** Concerns the enabled users for which a condition holds. */
function usersWho(why: string, holds: (user: User) => boolean): Affects {
  return ({ users }) => {
    const names = users.filter((user) => user.enabled && holds(user)).map(({ name }) => toText(name))
    return names.length === 0 ? null : { users: names, why }
  }
}

const inWords = (names: readonly string[]): string => {
  const upper = names.map((name) => name.toUpperCase().replace('|', ' '))
  return upper.length === 1 ? upper.join('') : `${upper.slice(0, -1).join(', ')} or ${upper.at(-1) ?? ''}`
}

/** Concerns users that may run one of the commands. */
export function runs(...names: readonly string[]): Affects {
  return usersWho(`may run ${inWords(names)}`, (user) =>
    user.selectors.some((selector) => names.some((name) => allows(selector, name))),
  )
}

/**
 * Concerns users that may run one of the commands on only some keys.
 * @param keys `some`: only users with a key pattern, since the command needs a permitted key too
 */
export function runsOnSomeKeys(names: readonly string[], keys: 'some' | 'any' = 'some'): Affects {
  return usersWho(`may run ${inWords(names)}, and not on all keys`, ({ selectors }) =>
    names.some((name) => {
      const holding = selectors.filter((selector) => allows(selector, name))
      return !holding.some(({ allKeys }) => allKeys) && holding.some((one) => keys === 'any' || one.keys.length > 0)
    }),
  )
}

/** Concerns users that may run one of the commands with a key that they may only read. */
export function runsOnReadOnlyKeys(...names: readonly string[]): Affects {
  return usersWho(`may run ${inWords(names)}, and only read some keys`, ({ selectors }) =>
    selectors.some(
      (selector) =>
        !selector.allKeys &&
        names.some((name) => allows(selector, name)) &&
        selector.keys.some(({ access }) => access === READ),
    ),
  )
}

/** Concerns users that may run one of the commands in only some databases. */
export function runsInSomeDatabases(...names: readonly string[]): Affects {
  return usersWho(`may run ${inWords(names)}, and not in all databases`, ({ selectors }) =>
    names.some((name) => {
      const holding = selectors.filter((selector) => allows(selector, name))
      return holding.length > 0 && !holding.some(({ allDatabases }) => allDatabases)
    }),
  )
}

/** Concerns servers where a directive of redis.conf has another value than this one. */
export function isConfigured(name: string, off: string): Affects {
  return ({ config }) => {
    if (config.find(name) === undefined) return null
    const value = config.get(name)
    return value === off ? null : { users: [], why: `${name} is set` }
  }
}

/** Concerns nobody where there is no cluster, or where TLS authenticates its nodes. */
export function onOpenClusterBus(affects: Affects): Affects {
  return (policy) => {
    const is = (name: string): boolean => policy.config.find(name) !== undefined && policy.config.get(name) === 'yes'
    return is('cluster-enabled') && !is('tls-cluster') ? affects(policy) : null
  }
}

/** Concerns every server that accepts connections. */
export function everyServer(why: string): Affects {
  return () => ({ users: [], why })
}
