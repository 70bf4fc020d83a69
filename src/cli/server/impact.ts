import { toText, type Bytes } from '../../acl/bytes'
import { canLogIn, type User } from '../../acl/user'
import type { Users } from '../../acl/users'
import type { Command } from '../../acl/command'
import type { Target } from '../../targets/target'
import { plural } from '../formats/text'
import { onOneLine } from '../printable'
import type { Connected } from './connections'

/** The effect of a change on the connections of a user. */
export interface Impact {
  readonly user: Bytes
  /**
   * closed: the server closes them. denied: they may no longer run their last command, whatever its arguments. subscribed: the
   * server closes those that are subscribed to a channel that is no longer granted. log-in: they stay, and the password that
   * they used may no longer be accepted.
   */
  readonly effect: 'closed' | 'denied' | 'subscribed' | 'log-in'
  /** The last command; null where it does not matter. */
  readonly command: Bytes | null
  readonly connections: readonly Connected[]
}

/** Returns what a change of users does to the clients that are connected, replicas aside. */
export function impactOf(
  connections: readonly Connected[],
  current: Users,
  wanted: Users,
  target: Target,
): readonly Impact[] {
  const found = new Map<string, { -readonly [key in keyof Impact]: Impact[key] } & { connections: Connected[] }>()
  const add = (effect: Impact['effect'], one: Connected, command: Bytes | null = null): void => {
    const key = [one.user, effect, command].join(' ')
    const known = found.get(key)
    if (known === undefined) found.set(key, { user: one.user, effect, command, connections: [one] })
    else known.connections.push(one)
  }
  for (const one of connections) {
    const before = current.get(one.user)
    const after = wanted.get(one.user)
    if (one.isReplica || before === undefined) continue
    if (after === undefined) {
      add('closed', one)
      continue
    }
    const command = target.table.resolve(one.command.split('|'))
    if (command !== undefined && mayRunSome(before, command) && !mayRunSome(after, command))
      add('denied', one, one.command)
    if (one.subscribes && losesChannels(before, after)) add('subscribed', one)
    if (losesPassword(before, after)) add('log-in', one)
  }
  return [...found.values()]
}

/** Returns true where a user may run a command with some arguments. */
function mayRunSome(user: User, command: Command): boolean {
  return user.selectors.some(
    ({ commands }) => commands.allows(command, []) || commands.firstArgs.get(command.index) !== undefined,
  )
}

/** Returns false where every channel pattern stays. */
function losesChannels(before: User, after: User): boolean {
  const all = (user: User): boolean => user.selectors.some(({ allChannels }) => allChannels)
  if (all(after)) return false
  const kept = new Set(after.selectors.flatMap(({ channels }) => channels.map(({ pattern }) => pattern)))
  return all(before) || before.selectors.some(({ channels }) => channels.some(({ pattern }) => !kept.has(pattern)))
}

/** Returns true where somebody who could log in with a password may no longer. */
function losesPassword(before: User, after: User): boolean {
  if (!canLogIn(before) || (canLogIn(after) && after.nopass)) return false
  const hashes = new Set(canLogIn(after) ? after.passwords.map(({ hash }) => hash) : [])
  return before.nopass || before.passwords.some(({ hash }) => !hashes.has(hash))
}

/** The connections that a line names. */
const MOST_NAMED = 3

/** Describes an effect: `old: 2 connections are closed (jedis 10.0.0.5:4312, 10.0.0.6:7712)`. */
export function describeImpact({ user, effect, command, connections }: Impact): string {
  const several = connections.length > 1
  const what = {
    closed: several ? 'are closed' : 'is closed',
    denied: `last ran ${toText(command ?? '')
      .toUpperCase()
      .replace('|', ' ')}, which ${several ? 'they' : 'it'} may no longer run`,
    subscribed: `${several ? 'are' : 'is'} closed if subscribed to a channel that is no longer granted`,
    'log-in': `${several ? 'stay' : 'stays'}, but may fail to log in again: a password is no longer accepted`,
  }[effect]
  const named = connections
    .slice(0, MOST_NAMED)
    .map(({ name, address }) => (name === '' ? address : `${name} ${address}`))
  const more = connections.length - named.length
  const places = `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
  return onOneLine(`${toText(user)}: ${plural(connections.length, 'connection')} ${what} (${toText(places)})`)
}
