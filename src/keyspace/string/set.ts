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

const noOptions: Readonly<SetOptions> = {
  nx: false,
  xx: false,
  get: false,
  keepTtl: false,
  persist: false,
  expiry: null,
  compare: null,
}

/**
 * Reads the options of SET, GETEX and MSETEX from argument `from` on. Fails on combinations that the target rejects.
 * Repeated options are allowed exactly where the server allows them.
 */
export function parseOptions(
  args: Arguments,
  from: number,
  command: 'set' | 'getex' | 'msetex',
  behaviours: Behaviours,
): Readonly<SetOptions> {
  if (from >= args.count) return noOptions
  const options = { ...noOptions }
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

export function isComparison(option: string, behaviours: Behaviours): option is Comparison {
  return (
    (option === 'ifeq' && behaviours.hasSetIfEqual) ||
    (behaviours.hasDigests && ['ifne', 'ifdeq', 'ifdne'].includes(option))
  )
}

/** Returns true if a value (null: no key) meets a condition of SET or DELEX. Fails on a malformed digest, unless there is no key. */
export function meets(kind: Comparison, value: Bytes | null, other: Bytes): boolean {
  const isDigest = kind === 'ifdeq' || kind === 'ifdne'
  if (isDigest && value !== null && !isHexDigest(other)) fail('ERR must be exactly 16 hexadecimal characters')
  const equal = value !== null && (isDigest ? sameDigest(value, other) : value === other)
  return kind === 'ifeq' || kind === 'ifdeq' ? equal : !equal
}

/**
 * Stores a string as SET does and publishes its events. Some targets do not store a value whose expiry is in the past.
 */
export function store(
  context: CommandContext,
  key: Bytes,
  value: Bytes,
  expireAt: number | null,
  keepTtl: boolean,
): void {
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

/** The plain commands that store strings. */
export const setCommands: HandlerTable = {
  set,
  setnx,
  setex: setWithExpiry('setex', 's'),
  psetex: setWithExpiry('psetex', 'ms'),
}
