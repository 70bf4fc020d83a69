import { present } from '../present'
import { lower, type Bytes } from '../../acl/bytes'
import type { Reply } from '../../resp/reply'
import { type Arguments, fail, SYNTAX_ERROR, wrongArity } from '../arguments'
import type { CommandContext, HandlerTable } from '../context'
import { afterChange } from '../effects'
import { expireConditions } from '../generic/expire'
import { expiryKeywords } from '../string/expiry'
import { openHash } from './commands'
import {
  fieldExpiry,
  fieldsAnywhere,
  fieldsAt,
  isCondition,
  MISSING_FIELDS,
  pairsAt,
  refuseWords,
  type Condition,
} from './field-arguments'
import { isExpired, LiveFields } from './live'
import { HashValue } from './value'

const NO_FIELD = -2
const NO_EXPIRY = -1
const NOT_MET = 0
const DONE = 1
const DELETED = 2

/** HEXPIRE, HPEXPIRE, HEXPIREAT, HPEXPIREAT. */
function hexpire(name: string, unit: 's' | 'ms', absolute: boolean) {
  return (context: CommandContext, args: Arguments): Reply => {
    const key = args.key(1)
    const base = absolute ? 0 : context.now
    let conditions: readonly Condition[] = []
    let fields: readonly Bytes[]
    let at: number
    if (context.behaviours.fieldsAnywhere) {
      fields = fieldsAnywhere(args, 3, 1, (words) => (conditions = expireConditions(words)))
      at = fieldExpiry(context, args.text(2), unit, base, name)
    } else {
      context.db.getOf(key, HashValue)
      at = fieldExpiry(context, args.text(2), unit, base, name)
      conditions = isCondition(args.optional(3)) ? [args.word(3) as Condition] : []
      fields = fieldsAt(args, 3 + conditions.length, 'ERR Parameter `numFields` should be greater than 0')
    }
    const hash = context.db.getOf(key, HashValue)
    if (!hash) return fields.map(() => NO_FIELD)
    if (context.behaviours.packsFieldExpiry) hash.makeRoomForTimes(context.behaviours)
    const replies = fields.map((name) => setFieldExpiry(context, hash, name, at, conditions))
    if (replies.includes(DONE)) context.notify('h', 'hexpire', key)
    if (replies.includes(DELETED)) context.notify('h', 'hdel', key)
    const changes = replies.filter((reply) => reply > NOT_MET).length
    if (changes > 0) afterChange(context, key, hash, changes)
    return replies
  }
}

function setFieldExpiry(
  context: CommandContext,
  hash: HashValue,
  name: Bytes,
  at: number,
  conditions: readonly Condition[],
): number {
  const field = hash.get(name)
  if (!field || (context.behaviours.fieldsAnywhere && isExpired(field, context.now))) return NO_FIELD
  const old = field.expireAt
  for (const condition of conditions) {
    if (condition === 'nx' && old !== null) return NOT_MET
    if (condition === 'xx' && old === null) return NOT_MET
    if (condition === 'gt' && (old === null || at <= old)) return NOT_MET
    if (condition === 'lt' && old !== null && at >= old) return NOT_MET
  }
  if (at <= context.now) {
    hash.delete(name)
    return DELETED
  }
  hash.setExpiry(name, at, context.behaviours)
  return DONE
}

/** HTTL, HPTTL, HEXPIRETIME, HPEXPIRETIME. Redis rounds seconds up, Valkey to the nearest. */
function httl(unit: 's' | 'ms', absolute: boolean) {
  return (context: CommandContext, args: Arguments): Reply => {
    const { fields, hash } = readFields(context, args, SYNTAX_ERROR)
    return fields.map((name) => {
      const field = hash?.get(name)
      if (!field || isExpired(field, context.now)) return NO_FIELD
      if (field.expireAt === null) return NO_EXPIRY
      const ms = absolute ? field.expireAt : field.expireAt - context.now
      return unit === 'ms' ? ms : Math.floor((ms + (context.behaviours.fieldsAnywhere ? 500 : 999)) / 1000)
    })
  }
}

/**
 * Reads the fields of a command without options, and its hash. Redis looks up the key before it parses the fields,
 * Valkey after.
 */
function readFields(
  context: CommandContext,
  args: Arguments,
  mismatch?: string,
): { fields: readonly Bytes[]; hash: HashValue | undefined } {
  const searches = context.behaviours.fieldsAnywhere
  const early = searches ? undefined : context.db.getOf(args.key(1), HashValue)
  const fields = searches ? fieldsAnywhere(args, 2, 1, refuseWords, mismatch) : fieldsAt(args, 2)
  return { fields, hash: searches ? context.db.getOf(args.key(1), HashValue) : early }
}

function hpersist(context: CommandContext, args: Arguments): Reply {
  const key = args.key(1)
  const { fields, hash } = readFields(context, args)
  const replies = fields.map((name) => {
    const field = hash?.get(name)
    if (!hash || !field || isExpired(field, context.now)) return NO_FIELD
    if (field.expireAt === null) return NO_EXPIRY
    hash.setExpiry(name, null, context.behaviours)
    return DONE
  })
  if (replies.includes(DONE)) {
    context.keyspace.report(1)
    context.notify('h', 'hpersist', key)
    context.db.touched(key)
  }
  return replies
}

/** HGETDEL key FIELDS n field … (Redis 8.0). */
function hgetdel(context: CommandContext, args: Arguments): Reply {
  const key = args.key(1)
  const { fields, hash } = readFields(context, args)
  const live = new LiveFields(context, key, hash)
  let deleted = 0
  const values = fields.map((name) => {
    const value = live.get(name)?.value ?? null
    if (value !== null && hash?.delete(name)) deleted++
    return value
  })
  const hadExpired = live.publish()
  if (deleted > 0) context.notify('h', 'hdel', key)
  if (hash && (hadExpired || deleted > 0)) afterChange(context, key, hash, deleted)
  return values
}

interface TimeOption {
  readonly argument: Bytes
  readonly keyword: string
}

/** The expiry options before FIELDS: at most one of EX, PX, EXAT, PXAT or `keep` (PERSIST, KEEPTTL). */
interface FieldOptions {
  time: TimeOption | null
  keep: boolean
  words: Set<string>
}

function timeOf(context: CommandContext, option: TimeOption, command: string): number {
  const { unit, absolute } = present(expiryKeywords.get(option.keyword))
  return fieldExpiry(context, option.argument, unit, absolute ? 0 : context.now, command)
}

/** Reads Valkey's options. Their times are parsed later, after the count of fields. */
function valkeyOptions(
  words: readonly Bytes[],
  keepWord: string,
  others: readonly (readonly string[])[],
): FieldOptions {
  const options: FieldOptions = { time: null, keep: false, words: new Set() }
  for (let i = 0; i < words.length; i++) {
    const word = lower(present(words[i]))
    const next = words[i + 1]
    const rivals = others.find((group) => group.includes(word))
    if (
      expiryKeywords.has(word) &&
      next !== undefined &&
      !options.keep &&
      (options.time === null || options.time.keyword === word)
    ) {
      options.time = { argument: next, keyword: word }
      i++
    } else if (word === keepWord && !options.time) options.keep = true
    else if (rivals && !rivals.some((rival) => rival !== word && options.words.has(rival))) options.words.add(word)
    else fail(SYNTAX_ERROR)
  }
  return options
}

/** HGETEX key [EX s | PX ms | EXAT t | PXAT t | PERSIST] FIELDS n field … */
function hgetex(context: CommandContext, args: Arguments): Reply {
  const key = args.key(1)
  let fields: readonly Bytes[]
  let at: number | null = null
  let persist: boolean
  if (context.behaviours.fieldsAnywhere) {
    let options: FieldOptions = { time: null, keep: false, words: new Set() }
    fields = fieldsAnywhere(args, 2, 1, (words) => (options = valkeyOptions(words, 'persist', [])))
    if (options.time) at = timeOf(context, options.time, 'hgetex')
    persist = options.keep
  } else {
    context.db.getOf(key, HashValue)
    const word = args.word(2)
    persist = word === 'persist'
    if (expiryKeywords.has(word)) at = timeOf(context, { argument: args.text(3), keyword: word }, 'hgetex')
    const fieldsAfter = persist ? 3 : at === null ? 2 : 4
    if (!args.has(fieldsAfter + 1)) fail(wrongArity('hgetex'))
    fields = fieldsAt(args, fieldsAfter)
  }
  const hash = context.db.getOf(key, HashValue)
  if (!hash) return fields.map(() => null)
  const live = new LiveFields(context, key, hash)
  if (at === null && !persist) {
    const values = fields.map((name) => live.get(name)?.value ?? null)
    live.end()
    return values
  }
  if (context.behaviours.packsFieldExpiry) hash.makeRoomForTimes(context.behaviours)
  let changes = 0
  const values = fields.map((name) => {
    const field = live.get(name)
    if (!field) return null
    if (at !== null || field.expireAt !== null) changes++
    if (at !== null && at <= context.now) hash.delete(name)
    else hash.setExpiry(name, at, context.behaviours)
    return field.value
  })
  const hadExpired = live.publish()
  if (changes > 0) context.notify('h', at === null ? 'hpersist' : at <= context.now ? 'hdel' : 'hexpire', key)
  if (hadExpired || changes > 0) afterChange(context, key, hash, changes)
  return values
}

/** Sets the expiry of fields, or deletes them if it is in the past. */
function applyTimes(context: CommandContext, key: Bytes, hash: HashValue, fields: readonly Bytes[], at: number): void {
  const past = at <= context.now
  if (context.behaviours.packsFieldExpiry) hash.makeRoomForTimes(context.behaviours)
  for (const name of fields) {
    if (past) hash.delete(name)
    else hash.setExpiry(name, at, context.behaviours)
  }
  context.notify('h', past ? 'hdel' : 'hexpire', key)
  afterChange(context, key, hash, 0)
}

/**
 * HSETEX key [FNX | FXX] [EX s | PX ms | EXAT t | PXAT t | KEEPTTL] FIELDS n field value …; Valkey adds NX and XX for
 * the key.
 */
function hsetex(context: CommandContext, args: Arguments): Reply {
  const key = args.key(1)
  const { pairs, at, keep, words } = context.behaviours.fieldsAnywhere
    ? valkeyHsetex(context, args)
    : redisHsetex(context, args)
  const existing = context.db.getOf(key, HashValue)
  const names = pairs.filter((_, i) => i % 2 === 0)
  if ((words.has('nx') && existing) || (words.has('xx') && !existing)) return 0
  const live = new LiveFields(context, key, existing)
  const isRefused =
    (words.has('fnx') && names.some((name) => live.get(name))) ||
    (words.has('fxx') && names.some((name) => !live.get(name)))
  const hadExpired = live.publish(true)
  if (isRefused) {
    if (hadExpired && existing) afterChange(context, key, existing, 0)
    return 0
  }
  const { hash, keep: store } = openHash(context, key)
  names.forEach((name, i) => live.set(hash, name, present(pairs[2 * i + 1]), keep))
  store()
  live.publish()
  context.keyspace.report(names.length)
  context.notify('h', 'hset', key)
  if (at !== null) applyTimes(context, key, hash, names, at)
  return 1
}

interface Hsetex {
  readonly pairs: readonly Bytes[]
  readonly at: number | null
  readonly keep: boolean
  readonly words: ReadonlySet<string>
}

function valkeyHsetex(context: CommandContext, args: Arguments): Hsetex {
  let options: FieldOptions = { time: null, keep: false, words: new Set() }
  const pairs = fieldsAnywhere(
    args,
    2,
    2,
    (words) =>
      (options = valkeyOptions(words, 'keepttl', [
        ['nx', 'xx'],
        ['fnx', 'fxx'],
      ])),
  )
  return {
    pairs,
    at: options.time ? timeOf(context, options.time, 'hsetex') : null,
    keep: options.keep,
    words: options.words,
  }
}

function redisHsetex(context: CommandContext, args: Arguments): Hsetex {
  const words = new Set<string>()
  let at: number | null = null
  let timed = false
  let keep = false
  for (let i = 2; i < args.count; i++) {
    const word = args.word(i)
    if (word === 'fields') return { pairs: pairsAt(args, i), at, keep, words }
    if (word === 'fnx' || word === 'fxx') {
      if (words.size > 0) fail('ERR Only one of FXX or FNX arguments can be specified')
      words.add(word)
    } else if (word === 'keepttl' || (expiryKeywords.has(word) && args.has(i + 1))) {
      if (timed) fail('ERR Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified')
      timed = true
      if (word === 'keepttl') keep = true
      else at = timeOf(context, { argument: args.text(++i), keyword: word }, 'hsetex')
    } else fail(`ERR unknown argument: ${args.optional(i)}`)
  }
  return fail(MISSING_FIELDS)
}

/** Commands for the expiry of hash fields (Redis 7.4, Valkey 9.0). */
export const hashExpiryCommands: HandlerTable = {
  hexpire: hexpire('hexpire', 's', false),
  hpexpire: hexpire('hpexpire', 'ms', false),
  hexpireat: hexpire('hexpireat', 's', true),
  hpexpireat: hexpire('hpexpireat', 'ms', true),
  httl: httl('s', false),
  hpttl: httl('ms', false),
  hexpiretime: httl('s', true),
  hpexpiretime: httl('ms', true),
  hpersist,
  hgetdel,
  hgetex,
  hsetex,
}
