import { lower, type Bytes } from '../acl/bytes'
import type { Command, KeyUse } from '../acl/command'
import type { Invocation } from './invocation'
import type { ContextParts } from './keyspace-context'
import type { Counting } from './parts'

/** Commands that read keys without counting as a look-up. */
const quietLooks = new Set(['object', 'memory'])

/** Writing commands that first read their keys as GET does. */
const readFirst = new Set(['getdel', 'getex', 'getset', 'pfmerge', 'xack', 'xclaim', 'xautoclaim'])

/** Returns the keys that a command looks up to read; XREADGROUP looks each up twice. */
function readKeys(command: Command, argv: readonly Bytes[], keys: readonly KeyUse[]): readonly KeyUse[] {
  const { name, flags } = command
  if (quietLooks.has((command.parent ?? command).name)) return []
  if (flags.has('readonly') || readFirst.has(name)) return keys
  if (name === 'set') return argv.slice(3).some((word) => lower(word) === 'get') ? keys : []
  const read = keys.filter((key) => key.flags.includes('RO'))
  return name === 'xreadgroup' ? [...read, ...read] : read
}

/** Counts the keys that a command looks up to read and will find, and notifies `keymiss` for those that it will not. */
export function countLooks({ session, command, argv, uses }: Invocation, server: ContextParts & Counting): void {
  const db = server.database(session.db)
  for (const { key } of readKeys(command, argv, uses.keys)) {
    if (db.peek(key) !== undefined) server.statistics.hits++
    else {
      server.statistics.misses++
      server.notify('m', 'keymiss', key, db)
    }
  }
}
