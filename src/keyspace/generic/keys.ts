import { present } from '../present'
import { compileGlob } from '../../acl/glob'
import type { Bytes } from '../../acl/bytes'
import { OK, simple, type Reply } from '../../resp/reply'
import { type Arguments, fail, integerArgument, SYNTAX_ERROR } from '../arguments'
import type { CommandContext, HandlerTable } from '../context'
import type { Database } from '../keyspace'
import type { Limits } from '../limits'
import { scanReply } from '../scan'
import type { Value } from '../value'
import type { Behaviours } from '../../targets/behaviours'

const SAME_OBJECT = 'ERR source and destination objects are the same'
const NO_SUCH_KEY = 'ERR no such key'

/** The effort of freeing a value beyond which UNLINK leaves it to the background (LAZYFREE_THRESHOLD). */
const LAZY_ABOVE = 64

/** Returns true for a value whose parts are allocated one by one, and which has many (lazyfreeGetFreeEffort). */
function isHeavy(value: Value, behaviours: Behaviours): boolean {
  if (value.length <= LAZY_ABOVE || value.type === 'string') return false
  if (value.nodeCount !== undefined) return value.nodeCount > LAZY_ABOVE
  return /^(?:hashtable|skiplist)$/.test(value.encoding(behaviours))
}

function unlink(context: CommandContext, args: Arguments): Reply {
  const { db, behaviours, keyspace } = context
  const heavy = new Set(
    args.rest(1).filter((key) => {
      const value = db.peek(key)
      return value !== undefined && isHeavy(value, behaviours)
    }),
  )
  keyspace.freedLazily += heavy.size
  return del(context, args)
}

function del(context: CommandContext, args: Arguments): Reply {
  let deleted = 0
  for (const key of args.rest(1)) {
    if (!context.db.delete(key)) continue
    context.notify('g', 'del', key)
    context.keyspace.report(1)
    deleted++
  }
  return deleted
}

function exists(context: CommandContext, args: Arguments): Reply {
  return args.rest(1).filter((key) => context.db.has(key)).length
}

function touch(context: CommandContext, args: Arguments): Reply {
  return args.rest(1).filter((key) => context.db.get(key)).length
}

function type(context: CommandContext, args: Arguments): Reply {
  const key = args.key(1)
  return simple(context.db.peek(key)?.type ?? 'none')
}

function rename(onlyNew: boolean) {
  return (context: CommandContext, args: Arguments): Reply => {
    const from = args.key(1)
    const to = args.key(2)
    const { db } = context
    if (!db.get(from)) fail(NO_SUCH_KEY)
    if (from === to) return onlyNew ? 0 : OK
    if (onlyNew && db.get(to)) return 0
    db.rename(from, to)
    context.keyspace.report(1)
    context.notify('g', 'rename_from', from)
    context.notify('g', 'rename_to', to)
    return onlyNew ? 1 : OK
  }
}

/** Returns a database by number. Fails with `outOfRange` if there is none. */
function otherDatabase(context: CommandContext, bytes: Bytes): Database {
  if (!context.behaviours.namesDatabaseRange) {
    const index = /^-?[0-9]+$/.test(bytes) ? Number(bytes) : -1
    return context.keyspace.databases[index] ?? fail('ERR index out of range')
  }
  const index = integerArgument(bytes)
  if (index < -2147483648 || index > 2147483647)
    fail('ERR value is out of range, value must between -2147483648 and 2147483647')
  return context.keyspace.databases[index] ?? fail('ERR DB index is out of range')
}

/** Puts a value with its expiry into a database as a new key: a copy for these limits, or (null) the value itself. */
function place(db: Database, key: Bytes, from: Database, source: Bytes, limits: Limits | null): void {
  const value = present(from.get(source))
  const expiry = from.expiry(source) ?? null
  db.set(key, limits ? value.copy(limits) : value)
  if (expiry !== null) db.setExpiry(key, expiry)
}

function move(context: CommandContext, args: Arguments): Reply {
  const key = args.key(1)
  const where = args.text(2)
  const { db } = context
  const target = otherDatabase(context, where)
  if (target === db) fail(SAME_OBJECT)
  if (!db.get(key) || target.get(key)) return 0
  place(target, key, db, key, null)
  db.delete(key)
  context.keyspace.report(1)
  context.notify('g', 'move_from', key)
  context.notify('g', 'move_to', key, target)
  return 1
}

function copy(context: CommandContext, args: Arguments): Reply {
  const from = args.key(1)
  const to = args.key(2)
  let target = context.db
  let replace = false
  for (let i = 3; i < args.count; i++) {
    if (args.is(i, 'replace')) replace = true
    else if (args.is(i, 'db') && args.has(i + 1)) target = otherDatabase(context, args.text(++i))
    else fail(SYNTAX_ERROR)
  }
  if (target === context.db && from === to) fail(SAME_OBJECT)
  if (!context.db.get(from)) return 0
  if (target.get(to) && !replace) return 0
  place(target, to, context.db, from, context.keyspace.limits)
  context.keyspace.report(1)
  context.notify('g', 'copy_to', to, target)
  return 1
}

function keys(context: CommandContext, args: Arguments): Reply {
  const pattern = args.text(1)
  if (pattern === '*') return [...context.db.keys()]
  const glob = compileGlob(pattern)
  return [...context.db.keys()].filter((key) => glob.matches(key))
}

function scan(context: CommandContext, args: Arguments): Reply {
  return scanReply(context, args, 'keys', (cursor, count) => {
    const { cursor: next, keys } = context.db.scan(cursor, count)
    return { cursor: next, items: keys.map((key) => [key]) }
  })
}

/** WAIT: no replica ever acknowledges, so it replies 0 on timeout. */
function wait(context: CommandContext, args: Arguments): Reply {
  const replicas = args.integer(1)
  return untilTimeout(context, args.text(2), replicas <= 0, 0)
}

function waitaof(context: CommandContext, args: Arguments): Reply {
  const local = args.integerWithin(1, 0, 1)
  const replicas = args.integerWithin(2, 0, Number.MAX_SAFE_INTEGER, 'ERR value is out of range, must be positive')
  if (local > 0) fail('ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.')
  return untilTimeout(context, args.text(3), replicas <= 0, [0, 0])
}

function untilTimeout(context: CommandContext, bytes: Bytes, done: boolean, reply: Reply): Reply {
  const timeout = integerArgument(bytes, 'ERR timeout is not an integer or out of range')
  if (timeout < 0) fail('ERR timeout is negative')
  if (done || context.denyBlocking) return reply
  return context.block({ keys: [], timeout, attempt: () => undefined, onTimeout: reply })
}

/** Commands that treat keys of every type alike. */
export const keyCommands: HandlerTable = {
  del,
  exists,
  touch,
  type,
  move,
  copy,
  keys,
  scan,
  wait,
  waitaof,
  unlink,
  rename: rename(false),
  renamenx: rename(true),
  randomkey: (context) => context.db.randomKey(context.random),
}
