import type { Bytes } from '../../acl/bytes'
import type { Reply } from '../../resp/reply'
import { type Arguments, bigintArgument, fail, NOT_FLOAT } from '../arguments'
import type { CommandContext, HandlerTable } from '../context'
import { addLongDoubles, formatLongDouble, parseLongDouble } from '../long-double'
import { StringValue } from './value'

const INT64_MAX = 9223372036854775807n
const INT64_MIN = -9223372036854775808n

/** Returns a 64-bit sum. Fails on overflow. */
export function addWithin64(a: bigint, b: bigint, message = 'ERR increment or decrement would overflow'): bigint {
  const sum = a + b
  return sum > INT64_MAX || sum < INT64_MIN ? fail(message) : sum
}

function incrementBy(context: CommandContext, key: Bytes, by: bigint): Reply {
  const old = context.db.getOf(key, StringValue)
  const value = addWithin64(old ? bigintArgument(old.bytes) : 0n, by)
  context.db.set(key, StringValue.packed(String(value)), { keepTtl: true })
  context.keyspace.report(1)
  context.notify('$', 'incrby', key)
  return value
}

function decrby(context: CommandContext, args: Arguments): Reply {
  const key = args.key(1)
  const amount = args.bigint(2)
  if (amount === INT64_MIN) {
    if (context.behaviours.refusesDecrementOverflow) fail('ERR decrement would overflow')
    return incrementBy(context, key, amount)
  }
  return incrementBy(context, key, -amount)
}

function incrbyfloat(context: CommandContext, args: Arguments): Reply {
  const key = args.key(1)
  const by = args.text(2)
  const old = context.db.getOf(key, StringValue)
  const value = parseLongDouble(old ? old.bytes : '0') ?? fail(NOT_FLOAT)
  const increment = parseLongDouble(by) ?? fail(NOT_FLOAT)
  const sum = addLongDoubles(value, increment) ?? fail('ERR increment would produce NaN or Infinity')
  const text = formatLongDouble(sum)
  context.db.set(key, StringValue.text(text), { keepTtl: true })
  context.keyspace.report(1)
  context.notify('$', 'incrbyfloat', key)
  return text
}

/** Commands that increment or decrement a string. */
export const counterCommands: HandlerTable = {
  incr: (context, args) => incrementBy(context, args.key(1), 1n),
  decr: (context, args) => incrementBy(context, args.key(1), -1n),
  incrby: (context, args) => incrementBy(context, args.key(1), args.bigint(2)),
  decrby,
  incrbyfloat,
}
