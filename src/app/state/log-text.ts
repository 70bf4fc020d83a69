import type { LogEntry } from '../../acl/log'
import { renderText } from '../../resp/render'
import { logReply } from '../../server/commands/acl-replies'
import type { Target } from '../../targets/target'

/** Returns entries of ACL LOG as redis-cli prints them. */
export function logText(entries: readonly LogEntry[], now: number, target: Target): string {
  return renderText(
    entries.map((entry) => logReply(entry, now, target.behaviours)),
    2,
  )
}
