import { toText, type Bytes } from '../../acl/bytes'
import { canLogIn, type User } from '../../acl/user'
import type { Users } from '../../acl/users'
import { mayRun } from '../../analysis/plan'
import type { Target } from '../../targets/target'
import type { Connected } from './connections'

/** The commands by which a replica gets and follows the data. */
const needed: readonly (readonly Bytes[])[] = [['PING'], ['REPLCONF', 'ACK', '0'], ['PSYNC', '?', '-1']]

/** Returns what the change of users does to the links of replicas. */
export function replicaWarnings(
  connections: readonly Connected[] | null,
  current: Users,
  wanted: Users,
  target: Target,
): string[] {
  if (connections === null)
    return ['The clients and replicas that are connected are not known: reading them needs +client|list.']
  const byUser = new Map<Bytes, Bytes[]>()
  for (const { user, address } of connections.filter(({ isReplica }) => isReplica))
    byUser.set(user, [...(byUser.get(user) ?? []), address])
  return [...byUser].flatMap(([name, addresses]) => {
    const before = current.get(name)
    const why = before === undefined ? null : changeFor(before, wanted.get(name), target)
    if (why === null) return []
    const who = `${addresses.length === 1 ? 'The replica' : 'The replicas'} ${addresses.map(toText).join(', ')}`
    return [`${who} ${addresses.length === 1 ? 'logs' : 'log'} in as ${toText(name)}, ${why}.`]
  })
}

/** Returns what keeps a replica from following as this user, as a relative clause; null where nothing does. */
function changeFor(before: User, after: User | undefined, target: Target): string | null {
  if (after === undefined) return 'which is deleted: replication stops'
  if (!canLogIn(after)) return `which can no longer log in: replication ends with the next connection`
  const denied = needed.find((argv) => mayRun(before, argv, target) && !mayRun(after, argv, target))
  if (denied !== undefined) return `which may no longer run ${denied[0] ?? ''}: replication stops`
  const hashes = new Set(after.passwords.map(({ hash }) => hash))
  if (after.nopass || (!before.nopass && before.passwords.every(({ hash }) => hashes.has(hash)))) return null
  return 'whose passwords change: give the replica one that stays valid (masterauth) first'
}
