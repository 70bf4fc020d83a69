import type { Bytes } from '../../acl/bytes'
import type { Reply } from '../../resp/reply'
import { type Arguments, fail, integerArgument, SYNTAX_ERROR } from '../arguments'
import type { CommandContext, HandlerTable } from '../context'
import type { Database } from '../keyspace'
import type { Limits } from '../limits'
import { present } from '../present'

const SAME_OBJECT = 'ERR source and destination objects are the same'

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
  db.ready(key)
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

/** COPY and MOVE. */
export const copyCommands: HandlerTable = { move, copy }
