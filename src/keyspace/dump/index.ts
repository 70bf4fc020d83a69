import { type Arguments, fail, integerArgument, SYNTAX_ERROR } from '../arguments'
import { OK, type Reply } from '../../resp/reply'
import type { CommandContext, HandlerTable } from '../context'
import { requireRoom } from '../effects'
import { dumpValue, isIntact, loadValue } from './payload'

function dump(context: CommandContext, args: Arguments): Reply {
  const key = args.key(1)
  const value = context.db.get(key)
  return value ? dumpValue(value, context.behaviours) : null
}

/** RESTORE key ttl payload [REPLACE] [ABSTTL] [IDLETIME seconds] [FREQ frequency], in the server's order of checks. */
function restore(context: CommandContext, args: Arguments): Reply {
  const { db, behaviours, keyspace, now } = context
  const key = args.key(1)
  const payload = args.text(3)
  let replace = false
  let absolute = false
  let idle: number | null = null
  let frequency: number | null = null
  for (let i = 4; i < args.count; i++) {
    const next = args.optional(i + 1)
    if (args.is(i, 'replace')) replace = true
    else if (args.is(i, 'absttl')) absolute = true
    else if (args.is(i, 'idletime') && next !== undefined && frequency === null) {
      idle = integerArgument(next)
      if (idle < 0) fail('ERR Invalid IDLETIME value, must be >= 0')
      i++
    } else if (args.is(i, 'freq') && next !== undefined && idle === null) {
      frequency = integerArgument(next)
      if (frequency < 0 || frequency > 255) fail('ERR Invalid FREQ value, must be >= 0 and <= 255')
      i++
    } else fail(SYNTAX_ERROR)
  }
  if (!replace && db.get(key)) fail('BUSYKEY Target key name already exists.')
  const ttl = args.integer(2)
  if (ttl < 0) fail('ERR Invalid TTL value, must be >= 0')
  if (!isIntact(payload, behaviours)) fail('ERR DUMP payload version or checksum are wrong')
  requireRoom(context, payload.length)
  const value = loadValue(payload, behaviours, keyspace.limits) ?? fail('ERR Bad data format')
  requireRoom(context, value.byteSize)
  const deleted = db.delete(key)
  const at = ttl === 0 ? null : absolute ? ttl : ttl + now
  if (at !== null && at <= now) {
    if (deleted) {
      keyspace.report(1)
      context.notify('g', 'del', key)
    }
    return OK
  }
  db.set(key, value)
  if (at !== null) db.setExpiry(key, at)
  if (idle !== null) db.setUsedAt(key, now - idle * 1000)
  if (frequency !== null) db.setFrequency(key, frequency)
  keyspace.report(1)
  context.notify('g', 'restore', key)
  return OK
}

export const dumpCommands: HandlerTable = { dump, restore, 'restore-asking': restore }
