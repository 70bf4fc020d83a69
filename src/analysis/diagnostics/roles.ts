import type { User } from '../../acl/user'
import type { CommandTable } from '../../acl/command'
import { allowedAmong, allowsKeyCommands } from './facts'

/** Parts of an installation that log in as users of their own. */
export type Role = 'replica' | 'sentinel'

/** Commands that only this part of an installation needs all of. */
const marks: Readonly<Record<Role, readonly (readonly string[])[]>> = {
  replica: [['psync'], ['replconf']],
  sentinel: [['slaveof', 'replicaof'], ['multi'], ['exec'], ['publish'], ['subscribe']],
}

/** What a part of an installation is called at the start of a sentence. */
export const roleNames: Readonly<Record<Role, string>> = { replica: 'A replica', sentinel: 'Sentinel' }

/** Escalating commands that each part of an installation needs. */
export const needed: Readonly<Record<Role, readonly string[]>> = {
  replica: ['psync'],
  sentinel: ['slaveof', 'replicaof', 'client|kill'],
}

/** Returns the part of an installation that a user without keys is for, by the commands that its rules allow; null where none is recognized. */
export function roleOf(user: User): Role | null {
  if (user.selectors.some(({ allKeys, keys }) => allKeys || keys.length > 0)) return null
  const allows = (names: readonly string[]): boolean =>
    user.selectors.some(({ commands }) => allowedAmong(commands, names).length > 0)
  for (const role of ['replica', 'sentinel'] as const) if (marks[role].every(allows)) return role
  return null
}

const pubsub = ['publish', 'spublish', 'subscribe', 'ssubscribe', 'psubscribe']

/** Returns whether an application can do its work as this user: whether it may run commands on keys or on channels. */
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

/** Commands that tell nothing of the data or the server and change nothing. */
const harmless = ['auth', 'echo', 'hello', 'ping', 'quit', 'reset', 'select', 'time']

/** Returns whether all that a user may do is to test the connection. */
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
