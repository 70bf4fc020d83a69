import type { User } from '../../acl/user'
import type { Subject } from '../../proof/permissions'
import type { Need } from '../../proof/reached'
import type { SimulatedServer } from '../../server/server'
import { heldEscalations, heldSort, possibleEscalations, type Escalation, type HeldEscalation } from '../escalation'

/**
 * Returns true if an escalation can end in this access that a user's own rules do not give it.
 * @param need `channel`: use of a channel, whose messages MONITOR and replicas see; null: access to anything else but keys
 */
export function reachesKeys({ reaches, gives }: Escalation, need: Need | 'channel' | null): boolean {
  if (reaches === 'everything') return true
  if (need === 'channel') return gives === 'reads'
  return need !== null && (reaches === 'read' ? need !== 'write' : reaches === 'write')
}

/**
 * Returns the escalations by which a user gets an access that its own rules do not give it, gravest first. Commands that
 * rename-command removed, or that a directive blocks, do not count.
 * @param need see `reachesKeys`
 * @param callers returns the users that call functions (`callsFunctions`); only called where it matters
 */
export function escalationsTo(
  server: SimulatedServer,
  { user, hidden }: Subject,
  need: Need | 'channel' | null,
  callers: () => readonly User[],
): HeldEscalation[] {
  const sort = (need === 'read' || need === 'access') && !hidden.has('sort') ? heldSort(server.target, user) : null
  const sorts = sort === null ? [] : [sort]
  const possible = possibleEscalations(user).filter((escalation) => reachesKeys(escalation, need))
  if (possible.length === 0) return sorts
  const others = possible.some(({ needsCallers }) => needsCallers === true) ? callers() : []
  const held = heldEscalations(user, others, hidden).filter(({ escalation, guardedBy }) => {
    if (!reachesKeys(escalation, need)) return false
    return guardedBy === null || server.config.get(guardedBy) !== 'no'
  })
  return [...held, ...sorts]
}
