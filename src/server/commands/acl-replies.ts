import type { LogEntry } from '../../acl/log'
import type { Role } from '../../acl/role'
import type { Selector } from '../../acl/selector'
import type { User } from '../../acl/user'
import { doubleReply } from '../../keyspace/numbers'
import { map, set, type Reply } from '../../resp/reply'
import type { Behaviours } from '../../targets/behaviours'

type Pair = readonly [Reply, Reply]

/** Returns the reply of ACL GETUSER. */
export function userReply(user: User, behaviours: Behaviours): Reply {
  const pairs: Pair[] = [
    ['flags', set(user.flags)],
    ['passwords', user.passwords.map((password) => password.hash)],
  ]
  if (!behaviours.hasSelectors) return map([...pairs, ...patternLists(user.root, behaviours)])
  return map([
    ...pairs,
    ...selectorsReply(user, behaviours),
    ...(behaviours.hasRoles ? [['roles', user.roles] as const] : []),
  ])
}

/** Returns the reply of ACL GETROLE. */
export function roleReply(role: Role, holders: readonly User[], behaviours: Behaviours): Reply {
  return map([...selectorsReply(role, behaviours), ['users', holders.map(({ name }) => name)]])
}

function selectorsReply({ own: [root, ...selectors] }: User | Role, behaviours: Behaviours): Pair[] {
  return [...selectorPairs(root, behaviours), ['selectors', selectors.map((s) => map(selectorPairs(s, behaviours)))]]
}

/** Returns patterns as 6.x lists them, without their sign. */
function patternLists(root: Selector, behaviours: Behaviours): Pair[] {
  const pairs: Pair[] = [
    ['commands', root.describeCommands()],
    ['keys', root.allKeys ? ['*'] : root.keys.map((key) => key.pattern)],
  ]
  if (behaviours.hasChannels)
    pairs.push(['channels', root.allChannels ? ['*'] : root.channels.map((channel) => channel.pattern)])
  return pairs
}

function selectorPairs(selector: Selector, behaviours: Behaviours): Pair[] {
  const pairs: Pair[] = [
    ['commands', selector.describeCommands()],
    ['keys', selector.describeKeys()],
    ['channels', selector.describeChannels()],
  ]
  if (behaviours.hasDatabases) pairs.push(['databases', selector.describeDatabases()])
  return pairs
}

/** Returns an entry of ACL LOG at a time (Unix milliseconds). */
export function logReply(entry: LogEntry, now: number, behaviours: Behaviours): Reply {
  const pairs: Pair[] = [
    ['count', entry.count],
    ['reason', entry.reason],
    ['context', entry.context],
    ['object', entry.object],
    ['username', entry.username],
    ['age-seconds', doubleReply((now - entry.updatedAt) / 1000, behaviours)],
    ['client-info', entry.clientInfo],
  ]
  if (behaviours.aclLogHasIds) {
    pairs.push(
      ['entry-id', entry.id],
      ['timestamp-created', entry.createdAt],
      ['timestamp-last-updated', entry.updatedAt],
    )
  }
  return map(pairs)
}
