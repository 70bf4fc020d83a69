import { lower, type Bytes } from '../../acl/bytes'
import type { Reply } from '../../resp/reply'
import { type Arguments, bigintArgument, fail } from '../arguments'
import type { CommandContext, HandlerTable } from '../context'
import { expireNow } from '../effects'
import { invalidExpireTime } from '../string/expiry'

const INT64_MAX = 9223372036854775807n

/** Reads NX, XX, GT and LT in any order (7.0). Fails on invalid combinations. */
export function expireConditions(words: readonly Bytes[]): readonly ('nx' | 'xx' | 'gt' | 'lt')[] {
  const found = words.map((word) => {
    const condition = lower(word)
    return condition === 'nx' || condition === 'xx' || condition === 'gt' || condition === 'lt'
      ? condition
      : fail(`ERR Unsupported option ${word}`)
  })
  if (found.includes('nx') && found.some((condition) => condition !== 'nx'))
    fail('ERR NX and XX, GT or LT options at the same time are not compatible')
  if (found.includes('gt') && found.includes('lt')) fail('ERR GT and LT options at the same time are not compatible')
  return found
}

/** Converts the time argument to Unix milliseconds, possibly in the past. It may overflow in 6.0. */
function expiryTime(context: CommandContext, bytes: Bytes, command: string, unit: 's' | 'ms', base: number): number {
  let ms = bigintArgument(bytes)
  const { behaviours } = context
  if (!behaviours.checksExpireOverflow)
    return Number(BigInt.asIntN(64, ms * (unit === 's' ? 1000n : 1n) + BigInt(base)))
  if (unit === 's') {
    if (ms > INT64_MAX / 1000n || ms < -INT64_MAX / 1000n) fail(invalidExpireTime(command, behaviours))
    ms *= 1000n
  }
  if (ms > INT64_MAX - BigInt(base)) fail(invalidExpireTime(command, behaviours))
  return Number(ms + BigInt(base))
}

/** EXPIRE, PEXPIRE, EXPIREAT, PEXPIREAT. A time in the past deletes the key. */
function expire(name: string, unit: 's' | 'ms', absolute: boolean) {
  return (context: CommandContext, args: Arguments): Reply => {
    const { db, now } = context
    const key = args.key(1)
    const conditions = expireConditions(args.rest(3))
    const at = expiryTime(context, args.text(2), name, unit, absolute ? 0 : now)
    const old = db.expiry(key)
    if (old === undefined || !db.get(key)) return 0
    for (const condition of conditions) {
      if (condition === 'nx' && old !== null) return 0
      if (condition === 'xx' && old === null) return 0
      if (condition === 'gt' && (old === null || at <= old)) return 0
      if (condition === 'lt' && old !== null && at >= old) return 0
    }
    if (at <= now) expireNow(context, key)
    else {
      context.keyspace.report(1)
      db.setExpiry(key, at)
      context.notify('g', 'expire', key)
    }
    return 1
  }
}

/** TTL, PTTL, EXPIRETIME, PEXPIRETIME: -2 without a key, -1 without an expiry; seconds are rounded to the nearest. */
function ttl(unit: 's' | 'ms', absolute: boolean) {
  return (context: CommandContext, args: Arguments): Reply => {
    const key = args.key(1)
    const at = context.db.expiry(key)
    if (at === undefined) return -2
    if (at === null) return -1
    const ms = absolute ? at : Math.max(0, at - context.now)
    return unit === 'ms' ? ms : Math.floor((ms + 500) / 1000)
  }
}

function persist(context: CommandContext, args: Arguments): Reply {
  const key = args.key(1)
  if (!context.db.get(key) || context.db.expiry(key) === null) return 0
  context.keyspace.report(1)
  context.db.setExpiry(key, null)
  context.notify('g', 'persist', key)
  return 1
}

/** Commands for the expiry of keys. */
export const expireCommands: HandlerTable = {
  expire: expire('expire', 's', false),
  pexpire: expire('pexpire', 'ms', false),
  expireat: expire('expireat', 's', true),
  pexpireat: expire('pexpireat', 'ms', true),
  ttl: ttl('s', false),
  pttl: ttl('ms', false),
  expiretime: ttl('s', true),
  pexpiretime: ttl('ms', true),
  persist,
}
