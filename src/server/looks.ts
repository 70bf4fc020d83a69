import { lower } from '../acl/bytes'
import type { Command, KeyUse } from '../acl/command'
import type { Invocation } from './invocation'
import type { ContextParts } from './keyspace-context'
import type { Counting } from './parts'

/** Commands that read keys without counting as a look-up. */
const quietLooks = new Set(['object', 'memory'])

/** Writing commands that first read their keys as GET does. */
const readFirst = new Set(['getdel', 'getex', 'getset', 'pfmerge', 'xack', 'xclaim', 'xautoclaim'])

/** The keys that a command looks up to read; XREADGROUP looks them up twice. */
export type LookRule = 'none' | 'all' | 'all with GET' | 'read-only' | 'read-only twice'

/** Returns which of its keys a command looks up to read. */
export function lookRuleOf(command: Command): LookRule {
  const { name, flags, keySpecs } = command
  if (quietLooks.has((command.parent ?? command).name)) return 'none'
  if (flags.has('readonly') || readFirst.has(name)) return 'all'
  if (name === 'set') return 'all with GET'
  if (name === 'xreadgroup') return 'read-only twice'
  const [spec] = keySpecs
  const hasOneKey = keySpecs.length === 1 && spec?.find.type === 'range' && spec.find.lastkey === 0
  const isFixed = hasOneKey && !spec.flags.includes('incomplete') && !spec.flags.includes('variable_flags')
  return isFixed && !spec.flags.includes('RO') ? 'none' : 'read-only'
}

function readKeys(rule: LookRule, { argv, uses }: Invocation): readonly KeyUse[] {
  if (rule === 'all') return uses.keys
  if (rule === 'all with GET') return argv.slice(3).some((word) => lower(word) === 'get') ? uses.keys : []
  const read = uses.keys.filter((key) => key.flags.includes('RO'))
  return rule === 'read-only twice' ? [...read, ...read] : read
}

/** Counts the keys that a command looks up to read and will find, and notifies `keymiss` for those that it will not. */
export function countLooks(rule: LookRule, invocation: Invocation, server: ContextParts & Counting): void {
  if (rule === 'none' || (rule === 'all with GET' && invocation.argv.length === 3)) return
  const db = server.database(invocation.session.db)
  for (const { key } of readKeys(rule, invocation)) {
    if (db.peek(key) !== undefined) server.statistics.hits++
    else {
      server.statistics.misses++
      server.notify('m', 'keymiss', key, db)
    }
  }
}
