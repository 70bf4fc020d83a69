import type { Bytes } from '../../acl/bytes'
import { map, OK, type Reply } from '../../resp/reply'
import { type Arguments, fail, LONG_MAX, parseInteger, SYNTAX_ERROR, wrongArity } from '../arguments'
import type { CommandContext, HandlerTable } from '../context'
import { afterChange } from '../effects'
import { addLongDoubles, formatLongDouble, parseLongDouble } from '../long-double'
import { scanReply } from '../scan'
import { addWithin64 } from '../string/counters'
import { HashValue, type Field } from './value'

/** Returns the hash under a key, or a new one. It is stored only when `keep` is called. */
export function openHash(context: CommandContext, key: Bytes): { readonly hash: HashValue; readonly keep: () => void } {
  const found = context.db.getOf(key, HashValue)
  const hash = found ?? new HashValue(context.keyspace.limits)
  return { hash, keep: () => (found ? context.db.touched(key) : context.db.set(key, hash)) }
}

function hset(name: 'hset' | 'hmset') {
  return (context: CommandContext, args: Arguments): Reply => {
    if (args.count % 2 === 1) fail(wrongArity(name))
    const key = args.key(1)
    const { hash, keep } = openHash(context, key)
    let added = 0
    if (context.behaviours.smallSetsAreListpacks) hash.makeRoomFor((args.count - 2) / 2)
    for (let i = 2; i < args.count; i += 2) if (hash.set(args.text(i), args.text(i + 1))) added++
    keep()
    context.notify('h', 'hset', key)
    return name === 'hset' ? added : OK
  }
}

function hsetnx(context: CommandContext, args: Arguments): Reply {
  const key = args.key(1)
  const field = args.text(2)
  const value = args.text(3)
  const { hash, keep } = openHash(context, key)
  if (hash.get(field)) return 0
  hash.set(field, value)
  keep()
  context.notify('h', 'hset', key)
  return 1
}

function hget(context: CommandContext, args: Arguments): Reply {
  const key = args.key(1)
  const field = args.text(2)
  return context.db.getOf(key, HashValue)?.get(field)?.value ?? null
}

function hmget(context: CommandContext, args: Arguments): Reply {
  const hash = context.db.getOf(args.key(1), HashValue)
  return args.rest(2).map((field) => hash?.get(field)?.value ?? null)
}

function hdel(context: CommandContext, args: Arguments): Reply {
  const key = args.key(1)
  const hash = context.db.getOf(key, HashValue)
  if (!hash) return 0
  const deleted = args.rest(2).filter((field) => hash.delete(field)).length
  if (deleted > 0) {
    context.notify('h', 'hdel', key)
    afterChange(context, key, hash)
  }
  return deleted
}

function hincrby(context: CommandContext, args: Arguments): Reply {
  const key = args.key(1)
  const field = args.text(2)
  const amount = args.bigint(3)
  const { hash, keep } = openHash(context, key)
  const old = hash.get(field)
  const value = old ? (parseInteger(old.value) ?? fail('ERR hash value is not an integer')) : 0n
  const sum = addWithin64(value, amount)
  hash.set(field, String(sum), true)
  keep()
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
  const old = hash.get(field)
  const value = parseLongDouble(old ? old.value : '0') ?? fail('ERR hash value is not a float')
  const sum = addLongDoubles(value, amount) ?? fail('ERR increment would produce NaN or Infinity')
  const text = formatLongDouble(sum)
  hash.set(field, text, true)
  keep()
  context.notify('h', 'hincrbyfloat', key)
  return text
}

/** Returns a handler that reads all fields of a hash (none if the key is missing). */
function reader(read: (fields: readonly Field[]) => Reply) {
  return (context: CommandContext, args: Arguments): Reply => {
    const key = args.key(1)
    const hash = context.db.getOf(key, HashValue)
    return read(hash ? [...hash.fields()] : [])
  }
}

function hrandfield(context: CommandContext, args: Arguments): Reply {
  const key = args.key(1)
  if (args.count === 2) return context.db.getOf(key, HashValue)?.random(context.random).key ?? null
  const count = args.integerWithin(2, -LONG_MAX, LONG_MAX)
  const withValues = args.count === 4
  if (args.count > 4 || (withValues && !args.is(3, 'withvalues'))) fail(SYNTAX_ERROR)
  if (withValues && Math.abs(count) > Number(LONG_MAX / 2n)) fail('ERR value is out of range')
  const hash = context.db.getOf(key, HashValue)
  if (!hash) return []
  let drawn: Field[]
  if (count < 0) {
    if (-count > 1_000_000) fail("OOM command not allowed when used memory > 'maxmemory'.")
    drawn = Array.from({ length: -count }, () => hash.random(context.random))
  } else if (count >= hash.length) drawn = [...hash.fields()]
  else {
    const chosen = new Set<Field>()
    while (chosen.size < count) chosen.add(hash.random(context.random))
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
    return { cursor: next, items: entries.map((field) => [field.key, field.value]) }
  })
}

/** Hash commands without field expiry. */
export const plainHashCommands: HandlerTable = {
  hset: hset('hset'),
  hmset: hset('hmset'),
  hsetnx,
  hget,
  hmget,
  hdel,
  hincrby,
  hincrbyfloat,
  hrandfield,
  hscan,
  hlen: (context, args) => context.db.getOf(args.key(1), HashValue)?.length ?? 0,
  hexists: (context, args) => (context.db.getOf(args.key(1), HashValue)?.get(args.text(2)) ? 1 : 0),
  hstrlen: (context, args) => context.db.getOf(args.key(1), HashValue)?.get(args.text(2))?.value.length ?? 0,
  hkeys: reader((fields) => fields.map((field) => field.key)),
  hvals: reader((fields) => fields.map((field) => field.value)),
  hgetall: reader((fields) => map(fields.map((field) => [field.key, field.value]))),
}
