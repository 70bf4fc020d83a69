import { lower, type Bytes } from '../../acl/bytes'
import type { Reply } from '../../resp/reply'
import { type Arguments, fail, SYNTAX_ERROR, wrongArity } from '../arguments'
import type { CommandContext, HandlerTable } from '../context'
import { afterChange } from '../effects'
import { present } from '../present'
import { expiryKeywords } from '../string/expiry'
import { openHash } from './commands'
import {
  fieldExpiry,
  fieldsAmong,
  fieldsAnywhere,
  fieldsAt,
  MISSING_FIELDS,
  pairsAt,
  readFields,
  unknownOption,
} from './field-arguments'
import { LiveFields } from './live'
import { HashValue } from './value'

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

/** The options of Redis's HSETEX, and from 8.6 on of HGETEX, which are read one by one. */
class RedisOptions {
  at: number | null = null
  readonly words = new Set<string>()
  readonly #context: CommandContext
  readonly #args: Arguments
  readonly #command: 'hgetex' | 'hsetex'
  readonly #own: readonly string[]
  /** The options that both commands read. */
  readonly #read: ReadonlySet<string>

  constructor(context: CommandContext, args: Arguments, command: 'hgetex' | 'hsetex') {
    this.#context = context
    this.#args = args
    this.#command = command
    this.#own = command === 'hgetex' ? ['persist'] : ['keepttl', 'fnx', 'fxx']
    this.#read = new Set(context.behaviours.sharesFieldOptions ? ['persist', 'keepttl', 'fnx', 'fxx'] : this.#own)
  }

  /** The option that keeps or removes expiry times. */
  get keep(): boolean {
    return this.words.has('keepttl') || this.words.has('persist')
  }

  /** Reads the option at a place and returns the place behind it. */
  read(place: number): number {
    const word = this.#args.word(place)
    const isTime = expiryKeywords.has(word)
    if (!isTime && !this.#read.has(word)) unknownOption(this.#args, place)
    if (word === 'fnx' || word === 'fxx') {
      if (this.words.has('fnx') || this.words.has('fxx')) fail('ERR Only one of FXX or FNX arguments can be specified')
      this.words.add(word)
      return place + 1
    }
    if (this.at !== null || this.keep) {
      const name = this.#read.has('keepttl') ? 'KEEPTTL' : 'PERSIST'
      fail(`ERR Only one of EX, PX, EXAT, PXAT or ${name} arguments can be specified`)
    }
    if (!isTime) {
      this.words.add(word)
      return place + 1
    }
    if (!this.#args.has(place + 1)) fail('ERR missing expire time')
    this.at = timeOf(this.#context, { argument: this.#args.text(place + 1), keyword: word }, this.#command)
    return place + 2
  }

  /** Reads the options and fields of Redis 8.6. */
  fields(): readonly Bytes[] {
    const width = this.#command === 'hsetex' ? 2 : 1
    const form = {
      from: 2,
      width,
      notPositive: 'ERR invalid number of fields',
      following: 1,
      tooShort: wrongArity(this.#command),
    } as const
    const fields = fieldsAmong(this.#args, form, (place) => this.read(place))
    if ([...this.words].some((word) => !this.#own.includes(word))) fail('ERR unknown argument')
    return fields
  }
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
  } else if (context.behaviours.readsFieldsInLoop) {
    context.db.getOf(key, HashValue)
    const options = new RedisOptions(context, args, 'hgetex')
    fields = options.fields()
    at = options.at
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
  const options = new RedisOptions(context, args, 'hsetex')
  if (context.behaviours.readsFieldsInLoop) {
    const pairs = options.fields()
    return { pairs, at: options.at, keep: options.keep, words: options.words }
  }
  for (let i = 2; i < args.count; i = options.read(i))
    if (args.is(i, 'fields'))
      return { pairs: pairsAt(args, i), at: options.at, keep: options.keep, words: options.words }
  return fail(MISSING_FIELDS)
}

/** Commands that read or write fields and, in one step, their expiry (Redis 8.0, Valkey 9.0). */
export const timedHashCommands: HandlerTable = { hgetdel, hgetex, hsetex }
