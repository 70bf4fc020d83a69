import type { Bytes } from '../../acl/bytes'
import { double, type Reply } from '../../resp/reply'
import { type Arguments, bigintArgument, fail, NOT_FLOAT, SYNTAX_ERROR } from '../arguments'
import type { CommandContext, HandlerTable } from '../context'
import { expireNow } from '../effects'
import {
  addLongDoubles,
  compareLongDoubles,
  formatLongDouble,
  negate,
  parseLongDouble,
  type LongDouble,
} from '../long-double'
import { expiryKeywords, resolveExpiry, type ExpiryOption } from './expiry'
import { StringValue } from './value'

interface Options {
  by: Bytes
  float: boolean
  lower: Bytes | null
  upper: Bytes | null
  saturate: boolean
  expiry: ExpiryOption | null
  persist: boolean
  onlyWithoutExpiry: boolean
}

/** Integer or floating-point arithmetic. A sum is null if the type cannot hold it. */
interface Arithmetic<N> {
  parse(bytes: Bytes): N
  add(a: N, b: N): N | null
  subtract(a: N, b: N): N
  isBelow(a: N, b: N): boolean
  format(value: N): Bytes
  reply(value: N): Reply
  /** The value at which an overflowing sum saturates. */
  limit(down: boolean): N | null
  readonly zero: N
  isNegative(value: N): boolean
}

const INT64_MAX = 9223372036854775807n
const INT64_MIN = -9223372036854775808n

const whole: Arithmetic<bigint> = {
  zero: 0n,
  parse: (bytes) => bigintArgument(bytes),
  add: (a, b) => (a + b > INT64_MAX || a + b < INT64_MIN ? null : a + b),
  subtract: (a, b) => a - b,
  isBelow: (a, b) => a < b,
  format: String,
  reply: (value) => value,
  limit: (down) => (down ? INT64_MIN : INT64_MAX),
  isNegative: (value) => value < 0n,
}

const fractional: Arithmetic<LongDouble> = {
  zero: { negative: false, mantissa: 0n, exponent: 0 },
  parse: (bytes) => parseLongDouble(bytes) ?? fail(NOT_FLOAT),
  add: addLongDoubles,
  subtract: (a, b) => addLongDoubles(a, negate(b)) ?? a,
  isBelow: (a, b) => compareLongDoubles(a, b) < 0,
  format: formatLongDouble,
  reply: (value) => double(formatLongDouble(value)),
  limit: () => null,
  isNegative: (value) => value.negative,
}

function parse(args: Arguments): Options {
  const options: Options = {
    by: '1',
    float: false,
    lower: null,
    upper: null,
    saturate: false,
    expiry: null,
    persist: false,
    onlyWithoutExpiry: false,
  }
  let given = false
  for (let i = 2; i < args.count; i++) {
    const option = args.word(i)
    const next = args.optional(i + 1)
    const timing = expiryKeywords.get(option)
    if ((option === 'byint' || option === 'byfloat') && next !== undefined && !given) {
      given = true
      options.float = option === 'byfloat'
      options.by = next
      i++
    } else if ((option === 'lbound' || option === 'ubound') && next !== undefined) {
      options[option === 'lbound' ? 'lower' : 'upper'] = next
      i++
    } else if (option === 'saturate') options.saturate = true
    else if (option === 'enx') options.onlyWithoutExpiry = true
    else if (option === 'persist' && !options.expiry) options.persist = true
    else if (timing && next !== undefined && !options.expiry && !options.persist) {
      options.expiry = { argument: next, ...timing }
      i++
    } else fail(SYNTAX_ERROR)
  }
  if (options.onlyWithoutExpiry && options.persist) fail(SYNTAX_ERROR)
  if (options.onlyWithoutExpiry && !options.expiry) fail('ERR ENX flag requires an expiration')
  return options
}

/**
 * INCREX (Redis 8.8, as documented): increments within bounds and sets the expiry in one step. Replies with the new
 * value and the amount really added. A sum out of bounds changes nothing, or is clamped with SATURATE.
 */
function increx(context: CommandContext, args: Arguments): Reply {
  const options = parse(args)
  return options.float ? count(context, args.key(1), options, fractional) : count(context, args.key(1), options, whole)
}

function count<N>(context: CommandContext, key: Bytes, options: Options, numbers: Arithmetic<N>): Reply {
  const { db, now } = context
  const by = numbers.parse(options.by)
  const low = options.lower === null ? null : numbers.parse(options.lower)
  const high = options.upper === null ? null : numbers.parse(options.upper)
  const expireAt = options.expiry ? resolveExpiry(options.expiry, now, 'increx', context.behaviours) : null
  const stored = db.getOf(key, StringValue)
  const old = stored ? numbers.parse(stored.bytes) : numbers.zero
  const sum = bounded(numbers, numbers.add(old, by), by, low, high, options.saturate)
  if (sum === null) return [numbers.reply(old), numbers.reply(numbers.zero)]
  const text = numbers.format(sum)
  db.set(key, options.float ? StringValue.text(text) : StringValue.packed(text), { keepTtl: true })
  context.keyspace.report(1)
  context.notify('$', options.float ? 'incrbyfloat' : 'incrby', key)
  setExpiry(context, key, options, expireAt)
  return [numbers.reply(sum), numbers.reply(numbers.subtract(sum, old))]
}

/** Returns the sum if the bounds allow it, the bound if it saturates, else null. */
function bounded<N>(
  numbers: Arithmetic<N>,
  sum: N | null,
  by: N,
  low: N | null,
  high: N | null,
  saturate: boolean,
): N | null {
  const down = numbers.isNegative(by)
  const edge =
    sum === null
      ? ((down ? low : high) ?? numbers.limit(down))
      : low !== null && numbers.isBelow(sum, low)
        ? low
        : high !== null && numbers.isBelow(high, sum)
          ? high
          : null
  if (edge === null) return sum
  return saturate ? edge : null
}

function setExpiry(context: CommandContext, key: Bytes, options: Options, expireAt: number | null): void {
  const { db, now } = context
  const old = db.expiry(key) ?? null
  if (options.persist && old !== null) {
    db.setExpiry(key, null)
    context.notify('g', 'persist', key)
  }
  if (expireAt === null || (options.onlyWithoutExpiry && old !== null)) return
  if (expireAt <= now) expireNow(context, key)
  else {
    db.setExpiry(key, expireAt)
    context.notify('g', 'expire', key)
  }
}

export const increxCommands: HandlerTable = { increx }
