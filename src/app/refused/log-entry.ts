import { toText } from '../../acl/bytes'
import type { LogEntry } from '../../acl/log'

/** Prints an entry of ACL LOG as `redis-cli --raw` does. */
export function printLogEntry(entry: LogEntry, now: number): string {
  return [
    ['count', String(entry.count)],
    ['reason', entry.reason],
    ['context', entry.context],
    ['object', toText(entry.object)],
    ['username', toText(entry.username)],
    ['age-seconds', String(Math.max(0, now - entry.createdAt) / 1000)],
    ['client-info', toText(entry.clientInfo).trim()],
  ]
    .map(([field = '', value = '']) => `${field}\n${value}`)
    .join('\n')
}
