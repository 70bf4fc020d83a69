import { textAt, wordAt } from '../acl/argv'
import { lower, type Bytes } from '../acl/bytes'
import { accessOf, type Access } from '../acl/command'
import { cInteger } from './numbers'

/**
 * Finding keys where a key spec cannot say it (or, in Redis 6, where first key, last key and step cannot): one function
 * for each shape of command line. What they find, and the flags they give it, follows the servers: Redis 6 knows no
 * flags, and since 7.0 a function that only counts keys gives none either.
 */

/** Flags of a key, and the access that they stand for. */
export interface KeyFlags {
  readonly list: readonly string[]
  readonly access: Access
}

/** A key found: where, and what is done to it. */
export interface FoundKey {
  readonly at: number
  readonly flags: KeyFlags
}

export type KeyFunction = (argv: readonly Bytes[], facts: KeyFunctionFacts) => readonly FoundKey[]

/** Differences between servers in the functions below. */
export interface KeyFunctionFacts {
  /** MIGRATE knows its options when it looks for KEYS, and finds no key at all in a wrong command line (7.0). */
  readonly migrateKeysSkipsOptions: boolean
  /**
   * The word behind SORT's STORE is no option, as when SORT runs (Redis with the fix of last-option-keys). Elsewhere
   * `SORT key STORE BY STORE other` is checked for the key BY, and writes the key `other`.
   */
  readonly sortPassesOverStore: boolean
  /** PFMERGE without source keys has its destination as a key. */
  readonly pfmergeFindsLoneKey: boolean
  /** SORT_RO has a key. */
  readonly sortReadFindsKey: boolean
  /** BITFIELD with GET anywhere is taken to only read (7.0 before 7.0.5). */
  readonly bitfieldGetOnlyReads: boolean
  /** A count of keys is cut to 32 bits once it has been read (7.0 up to Redis 7.4, and Valkey). */
  readonly keyCountWraps: boolean
  /** Options of XREAD and XREADGROUP before STREAMS that the release knows, and how many arguments each takes. */
  readonly xreadOptions: Readonly<Record<string, number>>
  /** SET and DELEX know conditions on the value, which they report as reading and writing (Redis 8.4). */
  readonly reportsConditions: boolean
}

const none: readonly FoundKey[] = Object.freeze([])
function flags(text: string): KeyFlags {
  const list = Object.freeze(text === '' ? [] : text.split(' '))
  return { list, access: accessOf(list) }
}
const unknown = flags('')
const read = flags('RO access')
const overwrite = flags('OW update')
const readWrite = flags('RW access update')
const take = flags('RW access delete')
const remove = flags('RM delete')
const removeIf = flags('RW delete')
const overwriteIf = flags('RW update')
const merge = flags('RW access insert')
const conditions: readonly string[] = ['ifeq', 'ifne', 'ifdeq', 'ifdne']

/** Words of the conditions of EXEC (Valkey 9.2), each with its key. */
const execConditions: ReadonlyMap<string, number> = new Map([
  ['ifeq', 3],
  ['ifne', 3],
  ['nx', 2],
  ['xx', 2],
])

/** The keys of EXEC's conditions; none in a wrong command line. */
const conditionKeys: KeyFunction = (argv) => {
  const found: FoundKey[] = []
  let at = 1
  while (at < argv.length) {
    const words = execConditions.get(wordAt(argv, at)) ?? Infinity
    if (at + words > argv.length) return none
    found.push({ at: at + 1, flags: read })
    at += words
  }
  return found
}

/** Keys counted by an argument: `count` says where the number is, `first` where the keys start. */
function counted(count: number, first: number, store = 0, step = 1): KeyFunction {
  return (argv) => {
    const number = cInteger(textAt(argv, count))
    if (number < 1 || number > Math.trunc((argv.length - first) / step)) return none
    const keys = Array.from({ length: number }, (_, i): FoundKey => ({ at: first + i * step, flags: unknown }))
    return store === 0 ? keys : [...keys, { at: store, flags: unknown }]
  }
}

const sort: KeyFunction = (argv, facts) => {
  let store = -1
  for (let i = 2; i < argv.length; i++) {
    const word = wordAt(argv, i)
    if (word === 'limit') i += 2
    else if (word === 'get' || word === 'by') i += 1
    else if (word === 'store' && i + 1 < argv.length) {
      store = i + 1
      if (facts.sortPassesOverStore) i++
    }
  }
  return store < 0
    ? [{ at: 1, flags: read }]
    : [
        { at: 1, flags: read },
        { at: store, flags: overwrite },
      ]
}

const sortRead: KeyFunction = (_, facts) => (facts.sortReadFindsKey ? [{ at: 1, flags: read }] : none)

const pfmerge: KeyFunction = (argv, facts) =>
  facts.pfmergeFindsLoneKey && argv.length === 2 ? [{ at: 1, flags: merge }] : none

const migrateOptions: Readonly<Record<string, number>> = { copy: 0, replace: 0, auth: 1, auth2: 2 }

const migrate: KeyFunction = (argv, facts) => {
  const one = [{ at: 3, flags: take }]
  if (argv.length <= 6) return one
  for (let i = 6; i < argv.length; i++) {
    const word = wordAt(argv, i)
    if (word === 'keys') {
      if (argv[3] === '') return Array.from({ length: argv.length - i - 1 }, (_, n) => ({ at: i + 1 + n, flags: take }))
      if (facts.migrateKeysSkipsOptions) return none
    } else if (facts.migrateKeysSkipsOptions) i += Object.hasOwn(migrateOptions, word) ? (migrateOptions[word] ?? 0) : 0
  }
  return one
}

const georadius: KeyFunction = (argv) => {
  let store = -1
  for (let i = 5; i < argv.length; i++) {
    const word = wordAt(argv, i)
    if ((word === 'store' || word === 'storedist') && i + 1 < argv.length) store = ++i
  }
  return store < 0
    ? [{ at: 1, flags: read }]
    : [
        { at: 1, flags: read },
        { at: store, flags: overwrite },
      ]
}

const xread: KeyFunction = (argv, facts) => {
  for (let i = 1; i < argv.length; i++) {
    const word = wordAt(argv, i)
    if (word === 'streams') {
      const rest = argv.length - i - 1
      if (rest === 0 || rest % 2 !== 0) return none
      return Array.from({ length: rest / 2 }, (_, n) => ({ at: i + 1 + n, flags: read }))
    }
    const skip = Object.hasOwn(facts.xreadOptions, word) ? facts.xreadOptions[word] : undefined
    if (skip === undefined) return none
    i += skip
  }
  return none
}

const set: KeyFunction = (argv, facts) => {
  let use = overwrite
  for (let i = 3; i < argv.length; i++) {
    const word = wordAt(argv, i)
    if (word === 'get') return [{ at: 1, flags: readWrite }]
    if (facts.reportsConditions && conditions.includes(word)) use = overwriteIf
  }
  return [{ at: 1, flags: use }]
}

const bitfield: KeyFunction = (argv, facts) => {
  if (facts.bitfieldGetOnlyReads && argv.slice(2, -2).some((arg) => lower(arg) === 'get'))
    return [{ at: 1, flags: read }]
  for (let i = 2; i < argv.length; i++) {
    const word = wordAt(argv, i)
    const rest = argv.length - i - 1
    if (word === 'get' && rest >= 2) i += 2
    else if (word === 'overflow' && rest >= 1) i += 1
    else return [{ at: 1, flags: readWrite }]
  }
  return [{ at: 1, flags: read }]
}

const delex: KeyFunction = (argv) => [
  { at: 1, flags: argv.slice(2).some((arg) => conditions.includes(lower(arg))) ? removeIf : remove },
]

const memory: KeyFunction = (argv) =>
  argv.length >= 3 && wordAt(argv, 1) === 'usage' ? [{ at: 2, flags: unknown }] : none

const stralgo: KeyFunction = (argv) => {
  for (let i = 1; i < argv.length; i++) {
    const word = wordAt(argv, i)
    if (word === 'strings') return none
    if (word === 'keys' && argv.length - 1 - i >= 2)
      return [
        { at: i + 1, flags: unknown },
        { at: i + 2, flags: unknown },
      ]
  }
  return none
}

/** By command. In Redis 6 they come before first key, last key and step; later they are the second choice after key specs. */
export const keyFunctions: ReadonlyMap<string, KeyFunction> = new Map([
  ['exec', conditionKeys],
  ['sort', sort],
  ['sort_ro', sortRead],
  ['pfmerge', pfmerge],
  ['migrate', migrate],
  ['georadius', georadius],
  ['georadiusbymember', georadius],
  ['xread', xread],
  ['xreadgroup', xread],
  ['set', set],
  ['bitfield', bitfield],
  ['delex', delex],
  ['memory', memory],
  ['stralgo', stralgo],
  ...['eval', 'eval_ro', 'evalsha', 'evalsha_ro', 'fcall', 'fcall_ro', 'blmpop', 'bzmpop'].map(
    (name) => [name, counted(2, 3)] as const,
  ),
  ...['zunion', 'zinter', 'zdiff', 'zintercard', 'sintercard', 'sunioncard', 'sdiffcard', 'lmpop', 'zmpop'].map(
    (name) => [name, counted(1, 2)] as const,
  ),
  ...['zunionstore', 'zinterstore', 'zdiffstore'].map((name) => [name, counted(2, 3, 1)] as const),
  ['msetex', counted(1, 2, 0, 2)],
])
