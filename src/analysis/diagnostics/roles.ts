import type { User } from '../../acl/user'
import type { CommandTable } from '../../acl/command'
import { allowedAmong, allowsKeyCommands } from './facts'

/** Components of an installation that log in as users of their own. */
export type Role = 'replica' | 'sentinel'

/** Commands that identify a role: its user may run one of each list. */
const marks: Readonly<Record<Role, readonly (readonly string[])[]>> = {
  replica: [['psync'], ['replconf']],
  sentinel: [['slaveof', 'replicaof'], ['multi'], ['exec'], ['publish'], ['subscribe']],
}

/** The name of each role, for the start of a sentence. */
export const roleNames: Readonly<Record<Role, string>> = { replica: 'A replica', sentinel: 'Sentinel' }

/** The escalating commands that each role needs. */
export const needed: Readonly<Record<Role, readonly string[]>> = {
  replica: ['psync'],
  sentinel: ['slaveof', 'replicaof', 'client|kill'],
}

/** Returns the role of a user without keys, by the commands that its rules allow; null where none is recognized. */
export function roleOf(user: User): Role | null {
  if (user.selectors.some(({ allKeys, keys }) => allKeys || keys.length > 0)) return null
  const allows = (names: readonly string[]): boolean =>
    user.selectors.some(({ commands }) => allowedAmong(commands, names).length > 0)
  for (const role of ['replica', 'sentinel'] as const) if (marks[role].every(allows)) return role
  return null
}

const pubsub = ['publish', 'spublish', 'subscribe', 'ssubscribe', 'psubscribe']

/**
 * Returns true where a user's permissions can serve an application: it may run commands on keys or channels, and has no
 * role.
 */
export function servesApplication(user: User): boolean {
  return (
    roleOf(user) === null &&
    user.selectors.some(
      ({ commands, allKeys, keys, allChannels, channels }) =>
        ((allKeys || keys.length > 0) && allowsKeyCommands(commands)) ||
        ((allChannels || channels.length > 0) && allowedAmong(commands, pubsub).length > 0),
    )
  )
}

/** Commands that reveal and change nothing of the data or the server. */
const harmless = ['auth', 'echo', 'hello', 'ping', 'quit', 'reset', 'select', 'time']

/** Returns true for a user that may only test the connection. */
export function onlyPings(user: User): boolean {
  const { table } = user.space
  return user.selectors.every(
    ({ commands }) =>
      commands.firstArgs.size === 0 && numberOf(table, commands) === allowedAmong(commands, harmless).length,
  )
}

function numberOf(table: CommandTable, commands: { has(index: number): boolean }): number {
  return table.commands.reduce((count, { index }) => count + (commands.has(index) ? 1 : 0), 0)
}
