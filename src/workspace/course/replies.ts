import type { Bytes } from '../../acl/bytes'
import type { Reply } from '../../resp/reply'

/** Returns true if a reply contains the name of a key with this start. */
export function tellsKey(reply: Reply, start: Bytes): boolean {
  if (typeof reply === 'string') return reply.startsWith(start)
  if (typeof reply !== 'object' || reply === null) return false
  if (Array.isArray(reply)) return (reply as readonly Reply[]).some((item) => tellsKey(item, start))
  return 'items' in reply && reply.items.some((item) => tellsKey(item, start))
}
