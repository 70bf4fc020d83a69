import type { Bytes } from '../../acl/bytes'
import { OK, type Reply } from '../../resp/reply'
import type { Behaviours } from '../../targets/behaviours'
import { type Arguments, fail, SYNTAX_ERROR } from '../arguments'
import type { CommandContext, HandlerTable } from '../context'
import { expireNow } from '../effects'
import { isHexDigest, sameDigest } from './digest'
import { expiryArgument, expiryKeywords, resolveExpiry, type ExpiryOption } from './expiry'
import { StringValue } from './value'

type Comparison = 'ifeq' | 'ifne' | 'ifdeq' | 'ifdne'

interface SetOptions {
  nx: boolean
  xx: boolean
  get: boolean
  keepTtl: boolean
  persist: boolean
  expiry: ExpiryOption | null
  compare: { readonly kind: Comparison; readonly with: Bytes } | null
}

/**
 * Reads the options of SET, GETEX and MSETEX from argument `from` on. Fails on combinations that the target rejects.
 * Repeated options are allowed exactly where the server allows them.
 */
function parseOptions(
  args: Arguments,
  from: number,
  command: 'set' | 'getex' | 'msetex',
  behaviours: Behaviours,
): SetOptions {
  const options: SetOptions = {
    nx: false,
    xx: false,
    get: false,
    keepTtl: false,
    persist: false,
    expiry: null,
    compare: null,
  }
  let expiryKeyword: string | null = null
  for (let i = from; i < args.count; i++) {
    const option = args.word(i)
    const next = args.optional(i + 1)
    const timing = expiryKeywords.get(option)
    const isSet = command === 'set'
    const timed = expiryKeyword !== null
    if (
      option === 'nx' &&
      command !== 'getex' &&
      !options.xx &&
      !options.compare &&
      !(options.get && !behaviours.setsNxWithGet)
    )
      options.nx = true
    else if (option === 'xx' && command !== 'getex' && !options.nx && !options.compare) options.xx = true
    else if (option === 'get' && isSet && behaviours.hasSetGet && !(options.nx && !behaviours.setsNxWithGet))
      options.get = true
    else if (option === 'keepttl' && command !== 'getex' && !timed) options.keepTtl = true
    else if (option === 'persist' && command === 'getex' && !timed) options.persist = true
    else if (
      timing &&
      next !== undefined &&
      !options.keepTtl &&
      !options.persist &&
      (!timed || expiryKeyword === option) &&
      (behaviours.hasSetGet || !option.endsWith('at'))
    ) {
      expiryKeyword = option
      options.expiry = { argument: next, ...timing }
      i++
    } else if (
      isSet &&
      next !== undefined &&
      isComparison(option, behaviours) &&
      !options.nx &&
      !options.xx &&
      !options.compare
    ) {
      options.compare = { kind: option, with: next }
      i++
    } else fail(SYNTAX_ERROR)
  }
  return options
}

function isComparison(option: string, behaviours: Behaviours): option is Comparison {
  return (
    (option === 'ifeq' && behaviours.hasSetIfEqual) ||
    (behaviours.hasDigests && ['ifne', 'ifdeq', 'ifdne'].includes(option))
  )
}

/** Returns true if a value (null: no key) meets a condition of SET or DELEX. Fails on a malformed digest. */
function meets(kind: Comparison, value: Bytes | null, other: Bytes): boolean {
  const isDigest = kind === 'ifdeq' || kind === 'ifdne'
  if (isDigest && !isHexDigest(other)) fail('ERR must be exactly 16 hexadecimal characters')
  const equal = value !== null && (isDigest ? sameDigest(value, other) : value === other)
  return kind === 'ifeq' || kind === 'ifdeq' ? equal : !equal
}

/**
 * Stores a string as SET does and publishes its events. Some targets do not store a value whose expiry is in the past.
 */
function store(context: CommandContext, key: Bytes, value: Bytes, expireAt: number | null, keepTtl: boolean): void {
  if (expireAt !== null && expireAt <= context.now && context.behaviours.expiresPastTimes) {
    expireNow(context, key)
    return
  }
  context.keyspace.report(1)
  context.db.set(key, StringValue.packed(value), { keepTtl })
  context.notify('$', 'set', key)
  if (expireAt !== null) {
    context.db.setExpiry(key, expireAt)
    context.notify('g', 'expire', key)
  }
}

function set(context: CommandContext, args: Arguments): Reply {
  const { db, behaviours } = context
  const key = args.key(1)
  const value = args.text(2)
  const options = parseOptions(args, 3, 'set', behaviours)
  const expireAt = options.expiry ? resolveExpiry(options.expiry, context.now, 'set', behaviours) : null
  const compared = options.compare !== null
  const old = options.get || compared ? (db.getOf(key, StringValue)?.bytes ?? null) : null
  const found = db.get(key) !== undefined
  const refused =
    (options.nx && found) ||
    (options.xx && !found) ||
    (options.compare !== null && !meets(options.compare.kind, old, options.compare.with))
  if (refused) return options.get ? old : null
  store(context, key, value, expireAt, options.keepTtl)
  return options.get ? old : OK
}

function setnx(context: CommandContext, args: Arguments): Reply {
  const key = args.key(1)
  const value = args.text(2)
  if (context.db.get(key)) return 0
  store(context, key, value, null, false)
  return 1
}

function setWithExpiry(name: 'setex' | 'psetex', unit: 's' | 'ms') {
  return (context: CommandContext, args: Arguments): Reply => {
    const key = args.key(1)
    const time = args.text(2)
    const value = args.text(3)
    store(context, key, value, expiryArgument(time, unit, context.now, name, context.behaviours), false)
    return OK
  }
}

function getset(context: CommandContext, args: Arguments): Reply {
  const key = args.key(1)
  const value = args.text(2)
  const old = context.db.getOf(key, StringValue)?.bytes ?? null
  store(context, key, value, null, false)
  return old
}

function getdel(context: CommandContext, args: Arguments): Reply {
  const key = args.key(1)
  const value = context.db.getOf(key, StringValue)
  if (!value) return null
  context.db.delete(key)
  context.keyspace.report(1)
  context.notify('g', 'del', key)
  return value.bytes
}

function getex(context: CommandContext, args: Arguments): Reply {
  const { db, behaviours, now } = context
  const key = args.key(1)
  const options = parseOptions(args, 2, 'getex', behaviours)
  const value = db.getOf(key, StringValue)
  if (!value) return null
  if (options.expiry) {
    const at = resolveExpiry(options.expiry, now, 'getex', behaviours)
    if (at <= now) expireNow(context, key)
    else {
      context.keyspace.report(1)
      db.setExpiry(key, at)
      context.notify('g', 'expire', key)
    }
  } else if (options.persist && db.expiry(key) !== null) {
    context.keyspace.report(1)
    db.setExpiry(key, null)
    context.notify('g', 'persist', key)
  }
  return value.bytes
}

function mset(name: 'mset' | 'msetnx') {
  return (context: CommandContext, args: Arguments): Reply => {
    if (args.count % 2 === 0)
      fail(`ERR wrong number of arguments for ${context.behaviours.quotesCommandNames ? `'${name}' command` : 'MSET'}`)
    const keys = args.rest(1).filter((_, i) => i % 2 === 0)
    if (name === 'msetnx' && keys.some((key) => context.db.get(key))) return 0
    keys.forEach((key, i) => store(context, key, args.text(2 * i + 2), null, false))
    return name === 'mset' ? OK : 1
  }
}

function msetex(context: CommandContext, args: Arguments): Reply {
  const message =
    context.behaviours.product === 'valkey' ? 'ERR invalid numkeys value or out of range' : 'ERR invalid numkeys value'
  const count = args.integer(1, message)
  if (count < 1 || count > 2147483647) fail(message)
  if (2 + 2 * count > args.count)
    fail(context.behaviours.product === 'valkey' ? SYNTAX_ERROR : 'ERR wrong number of key-value pairs')
  const options = parseOptions(args, 2 + 2 * count, 'msetex', context.behaviours)
  const expireAt = options.expiry ? resolveExpiry(options.expiry, context.now, 'msetex', context.behaviours) : null
  const pairs = Array.from({ length: count }, (_, i) => [args.text(2 + 2 * i), args.text(3 + 2 * i)] as const)
  if (options.nx && pairs.some(([key]) => context.db.get(key))) return 0
  if (options.xx && pairs.some(([key]) => !context.db.get(key))) return 0
  for (const [key, value] of pairs) store(context, key, value, expireAt, options.keepTtl)
  return 1
}

/** DELIFEQ (Valkey 9.0): deletes a key that holds exactly this string. */
function delifeq(context: CommandContext, args: Arguments): Reply {
  const key = args.key(1)
  const expected = args.text(2)
  const value = context.db.getOf(key, StringValue)
  if (value?.bytes !== expected) return 0
  context.db.delete(key)
  context.keyspace.report(1)
  context.notify('g', 'del', key)
  return 1
}

/** DELEX (Redis 8.4): deletes a key of any type, or a string that meets a condition. */
function delex(context: CommandContext, args: Arguments): Reply {
  const key = args.key(1)
  const kind = args.has(2) ? args.word(2) : null
  if (kind !== null) {
    if (args.count !== 4 || !isComparison(kind, context.behaviours)) fail(SYNTAX_ERROR)
    const value = context.db.get(key)
    if (!value) return 0
    if (!(value instanceof StringValue)) fail('ERR Key should be of string type if conditions are specified')
    if (!meets(kind, value.bytes, args.text(3))) return 0
  }
  if (!context.db.delete(key)) return 0
  context.keyspace.report(1)
  context.notify('g', 'del', key)
  return 1
}

/** Commands that store or delete whole strings. */
export const setCommands: HandlerTable = {
  set,
  setnx,
  getset,
  getdel,
  getex,
  msetex,
  delifeq,
  delex,
  setex: setWithExpiry('setex', 's'),
  psetex: setWithExpiry('psetex', 'ms'),
  mset: mset('mset'),
  msetnx: mset('msetnx'),
}
