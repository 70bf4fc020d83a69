import { lower, type Bytes } from '../acl/bytes'
import type { Command, KeyUse } from '../acl/command'
import type { Database } from '../keyspace/keyspace'
import type { Invocation } from './invocation'
import type { ContextParts } from './keyspace-context'
import type { Counting } from './parts'

/** Commands that read keys without counting as a look-up. */
const quietLooks = new Set(['object', 'memory'])

/** Writing commands that first read their keys as GET does. */
const readFirst = new Set(['getdel', 'getex', 'getset', 'pfmerge', 'xack', 'xclaim', 'xautoclaim'])

/** The keys that a command looks up to read, `first`: its only one, argument 1. XREADGROUP looks them up twice. */
export type LookRule = 'none' | 'first' | 'all' | 'all with GET' | 'read-only' | 'read-only twice'

/** Returns which of its keys a command looks up to read. */
export function lookRuleOf(command: Command): LookRule {
  const { name, flags, keySpecs } = command
  if (quietLooks.has((command.parent ?? command).name)) return 'none'
  const [spec] = keySpecs
  const hasOneKey = keySpecs.length === 1 && spec?.find.type === 'range' && spec.find.lastkey === 0
  const isFixed = hasOneKey && !spec.flags.includes('incomplete') && !spec.flags.includes('variable_flags')
  if (flags.has('readonly') || readFirst.has(name))
    return isFixed && spec.begin.type === 'index' && spec.begin.index === 1 && !spec.flags.includes('not_key')
      ? 'first'
      : 'all'
  if (name === 'set') return 'all with GET'
  if (name === 'xreadgroup') return 'read-only twice'
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
  const { argv, session } = invocation
  if (rule === 'none' || (rule === 'all with GET' && argv.length === 3)) return
  const db = server.database(session.db)
  const [, first] = argv
  if (rule !== 'first') for (const { key } of readKeys(rule, invocation)) countLook(key, db, server)
  else if (first !== undefined) countLook(first, db, server)
}

function countLook(key: Bytes, db: Database, server: ContextParts & Counting): void {
  if (db.peek(key) !== undefined) server.statistics.hits++
  else {
    server.statistics.misses++
    server.notify('m', 'keymiss', key, db)
  }
}
