import { present } from '../present'
import type { Bytes } from '../../acl/bytes'
import { map, OK, type Reply } from '../../resp/reply'
import { type Arguments, fail, LONG_MAX, parseInteger, SYNTAX_ERROR, wrongArity } from '../arguments'
import type { CommandContext, HandlerTable } from '../context'
import { afterChange } from '../effects'
import { addLongDoubles, formatLongDouble, parseLongDouble } from '../long-double'
import { scanReply } from '../scan'
import { addWithin64 } from '../string/counters'
import { isExpired, LiveFields, liveField, visibleFields } from './live'
import { HashValue, type Field } from './value'

/** Returns the hash under a key, or a new one. It is stored only when `keep` is called. */
export function openHash(context: CommandContext, key: Bytes): { readonly hash: HashValue; readonly keep: () => void } {
  const found = context.db.getOf(key, HashValue)
  const hash = found ?? new HashValue(context.keyspace.limits)
  return { hash, keep: () => (context.db.peek(key) === hash ? context.db.touched(key) : context.db.set(key, hash)) }
}

function hset(name: 'hset' | 'hmset') {
  return (context: CommandContext, args: Arguments): Reply => {
    if (args.count % 2 === 1) fail(wrongArity(name))
    const key = args.key(1)
    const { hash, keep } = openHash(context, key)
    let added = 0
    if (context.behaviours.smallSetsAreListpacks) hash.makeRoomFor((args.count - 2) / 2)
    const fields = new LiveFields(context, key, hash)
    for (let i = 2; i < args.count; i += 2) if (fields.set(hash, args.text(i), args.text(i + 1))) added++
    keep()
    fields.publish()
    context.keyspace.report((args.count - 2) / 2)
    context.notify('h', 'hset', key)
    return name === 'hset' ? added : OK
  }
}

function hsetnx(context: CommandContext, args: Arguments): Reply {
  const key = args.key(1)
  const field = args.text(2)
  const value = args.text(3)
  const { hash, keep } = openHash(context, key)
  const fields = new LiveFields(context, key, hash)
  const old = fields.get(field)
  fields.end()
  if (old) return 0
  fields.set(hash, field, value)
  keep()
  fields.publish()
  context.keyspace.report(1)
  context.notify('h', 'hset', key)
  return 1
}

/** Returns the field that arguments 1 and 2 name. */
function lookUp(context: CommandContext, args: Arguments): Field | undefined {
  const key = args.key(1)
  return liveField(context, key, context.db.getOf(key, HashValue), args.text(2))
}

function hmget(context: CommandContext, args: Arguments): Reply {
  const key = args.key(1)
  const fields = new LiveFields(context, key, context.db.getOf(key, HashValue))
  const values = args.rest(2).map((field) => fields.get(field)?.value ?? null)
  fields.end()
  return values
}

function hdel(context: CommandContext, args: Arguments): Reply {
  const key = args.key(1)
  const hash = context.db.getOf(key, HashValue)
  if (!hash) return 0
  const { fieldsAnywhere } = context.behaviours
  const deleted = args.rest(2).filter((name) => {
    const field = fieldsAnywhere ? hash.get(name) : undefined
    return !(field && isExpired(field, context.now)) && hash.delete(name)
  }).length
  if (deleted > 0) {
    context.notify('h', 'hdel', key)
    afterChange(context, key, hash, deleted)
  }
  return deleted
}

function hincrby(context: CommandContext, args: Arguments): Reply {
  const key = args.key(1)
  const field = args.text(2)
  const amount = args.bigint(3)
  const { hash, keep } = openHash(context, key)
  const fields = new LiveFields(context, key, hash)
  const old = fields.get(field)
  fields.end()
  const value = old ? (parseInteger(old.value) ?? fail('ERR hash value is not an integer')) : 0n
  const sum = addWithin64(value, amount)
  fields.set(hash, field, String(sum), true)
  keep()
  fields.publish()
  context.keyspace.report(1)
  context.notify('h', 'hincrby', key)
  return sum
}

function hincrbyfloat(context: CommandContext, args: Arguments): Reply {
  const key = args.key(1)
  const field = args.text(2)
  const by = args.text(3)
  const amount = parseLongDouble(by) ?? fail('ERR value is not a valid float')
  if (amount.mantissa === null) fail('ERR value is NaN or Infinity')
  const { hash, keep } = openHash(context, key)
  const fields = new LiveFields(context, key, hash)
  const old = fields.get(field)
  fields.end()
  const value = parseLongDouble(old ? old.value : '0') ?? fail('ERR hash value is not a float')
  const sum = addLongDoubles(value, amount) ?? fail('ERR increment would produce NaN or Infinity')
  const text = formatLongDouble(sum)
  fields.set(hash, field, text, true)
  keep()
  fields.publish()
  context.keyspace.report(1)
  context.notify('h', 'hincrbyfloat', key)
  return text
}

/** Returns a handler that reads all fields of a hash (none if the key is missing). */
function reader(read: (fields: readonly Field[]) => Reply) {
  return (context: CommandContext, args: Arguments): Reply => {
    const key = args.key(1)
    const hash = context.db.getOf(key, HashValue)
    return read(hash ? visibleFields(context, hash) : [])
  }
}

/** The fields that HRANDFIELD draws from. */
interface Urn {
  readonly length: number
  all(): readonly Field[]
  draw(): Field
}

/** Returns the fields of a hash to draw from; undefined if there are none. Redis deletes expired fields first. */
function urnOf(context: CommandContext, key: Bytes): Urn | undefined {
  const { behaviours, db, random } = context
  if (!behaviours.fieldsAnywhere && db.getOf(key, HashValue)) db.expireFields(key)
  const hash = db.getOf(key, HashValue)
  if (!hash) return undefined
  if (!hash.hasExpiringFields)
    return { length: hash.length, all: () => [...hash.fields()], draw: () => hash.random(random) }
  const fields = visibleFields(context, hash)
  if (fields.length === 0) return undefined
  return { length: fields.length, all: () => fields, draw: () => present(fields[random.below(fields.length)]) }
}

function hrandfield(context: CommandContext, args: Arguments): Reply {
  const key = args.key(1)
  if (args.count === 2) return urnOf(context, key)?.draw().key ?? null
  const count = args.integerWithin(2, -LONG_MAX, LONG_MAX)
  const withValues = args.count === 4
  if (args.count > 4 || (withValues && !args.is(3, 'withvalues'))) fail(SYNTAX_ERROR)
  if (withValues && Math.abs(count) > Number(LONG_MAX / 2n)) fail('ERR value is out of range')
  const urn = urnOf(context, key)
  if (!urn) return []
  let drawn: readonly Field[]
  if (count < 0) {
    if (-count > 1_000_000) fail("OOM command not allowed when used memory > 'maxmemory'.")
    drawn = Array.from({ length: -count }, () => urn.draw())
  } else if (count >= urn.length) drawn = urn.all()
  else {
    const chosen = new Set<Field>()
    while (chosen.size < count) chosen.add(urn.draw())
    drawn = [...chosen]
  }
  if (!withValues) return drawn.map((field) => field.key)
  return context.protocol === 3
    ? drawn.map((field) => [field.key, field.value])
    : drawn.flatMap((field) => [field.key, field.value])
}

function hscan(context: CommandContext, args: Arguments): Reply {
  return scanReply(context, args, 'hash', (cursor, count) => {
    const hash = context.db.getOf(args.key(1), HashValue)
    if (!hash) return null
    const { cursor: next, entries } = hash.scan(cursor, count)
    const visible = entries.filter((field) => !isExpired(field, context.now))
    return { cursor: next, items: visible.map((field) => [field.key, field.value]) }
  })
}

/** Hash commands without field expiry. */
export const plainHashCommands: HandlerTable = {
  hset: hset('hset'),
  hmset: hset('hmset'),
  hsetnx,
  hget: (context, args) => lookUp(context, args)?.value ?? null,
  hmget,
  hdel,
  hincrby,
  hincrbyfloat,
  hrandfield,
  hscan,
  hlen: (context, args) => context.db.getOf(args.key(1), HashValue)?.length ?? 0,
  hexists: (context, args) => (lookUp(context, args) ? 1 : 0),
  hstrlen: (context, args) => lookUp(context, args)?.value.length ?? 0,
  hkeys: reader((fields) => fields.map((field) => field.key)),
  hvals: reader((fields) => fields.map((field) => field.value)),
  hgetall: reader((fields) => map(fields.map((field) => [field.key, field.value]))),
}
