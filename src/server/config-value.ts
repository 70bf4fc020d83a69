import { lower, type Bytes } from '../acl/bytes'
import type { Directive } from '../targets/directives'

/** A value read from redis.conf or CONFIG SET, as CONFIG GET prints it, or the server's error. */
export type ReadValue = { readonly value: Bytes } | { readonly error: Bytes; readonly kind?: ValueError }

/** The kinds of errors that are told apart from others. */
export type ValueError = 'not-yes-or-no' | 'wrong-number'

const units: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1000,
  kb: 1024,
  m: 1e6,
  mb: 1024 ** 2,
  g: 1e9,
  gb: 1024 ** 3,
}

function integer(text: Bytes): number | null {
  if (!/^(0|-?[1-9][0-9]{0,18})$/.test(text)) return null
  return BigInt.asIntN(64, BigInt(text)) === BigInt(text) ? Number(text) : null
}

/** Prints an integer; the largest of 64 bits, which a number rounds, as it is. */
const printInteger = (n: number): string => (n >= 2 ** 63 ? '9223372036854775807' : String(n))

function between(
  n: number,
  kind: { readonly min: number; readonly max: number },
  print: (n: number) => string,
): ReadValue {
  if (n < kind.min || n > kind.max) {
    return { error: `argument must be between ${print(kind.min)} and ${print(kind.max)} inclusive` }
  }
  return { value: print(n) }
}

/** Checks of directives whose text must have a certain form; each returns the server's error, or null. */
const textChecks: Readonly<Record<string, (text: Bytes) => Bytes | null>> = {
  'proc-title-template': (text) =>
    isTitleTemplate(text) ? null : 'template format is invalid or contains unknown variables',
  'cluster-announce-hostname': (text) =>
    text.length >= 256
      ? 'Hostnames must be less than 256 characters'
      : /^[0-9A-Za-z.-]*$/.test(text)
        ? null
        : 'Hostnames may only contain alphanumeric characters, hyphens or dots',
  'locale-collate': (text) =>
    /^(?:|C|POSIX|C\.utf-?8|[a-z]{2,3}_[A-Z]{2}(?:[.@][\w.@-]+)?)$/i.test(text) ? null : 'Invalid locale name',
  'cluster-announce-client-ipv4': (text) =>
    text === '' || /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/.test(text) ? null : 'Invalid IPv4 address',
}

/** Returns whether a template names known variables only and is not empty with an empty title (validateProcTitleTemplate). */
function isTitleTemplate(text: Bytes): boolean {
  const variables = ['listen-addr', 'server-mode', 'port', 'tls-port', 'config-file']
  let isKnown = true
  const filled = text.replace(/\{\{|\{([^}]*)(\}?)/g, (all, name: string | undefined, end: string | undefined) => {
    if (name === undefined) return all
    if (end === '' || (!variables.includes(name) && name !== 'title' && name !== 'unixsocket')) isKnown = false
    return variables.includes(name) ? name : ''
  })
  return isKnown && filled.trim() !== ''
}

/**
 * Reads one value of a directive (config.c, the set functions of the configuration types).
 * `choiceWords`: the start of the release's error for a value that is not one of the choices.
 */
export function readValue(directive: Directive, text: Bytes, choiceWords: string): ReadValue {
  const { kind } = directive
  switch (kind.type) {
    case 'text': {
      const error = textChecks[directive.name]?.(text) ?? null
      return error === null ? { value: text } : { error }
    }
    case 'words':
      return { value: text }
    case 'yes-no': {
      const value = lower(text)
      return value === 'yes' || value === 'no'
        ? { value }
        : { error: "argument must be 'yes' or 'no'", kind: 'not-yes-or-no' }
    }
    case 'choice': {
      const value = kind.values.find((v) => lower(v) === lower(text))
      return value === undefined ? { error: `${choiceWords}: ${kind.values.join(', ')}` } : { value }
    }
    case 'integer': {
      const n = integer(text)
      return n === null ? { error: "argument couldn't be parsed into an integer" } : between(n, kind, printInteger)
    }
    case 'octal': {
      if (!/^[0-7]+$/.test(text)) return { error: "argument couldn't be parsed as an octal number" }
      return between(parseInt(text, 8), kind, (n) => n.toString(8))
    }
    case 'memory': {
      const bytes = bytesOf(text)
      return bytes === null ? { error: 'argument must be a memory value' } : between(bytes, kind, String)
    }
  }
}

/** The classes of keyspace events that `A` includes. */
const ALL_EVENTS = 'g$lshzxetd'

/**
 * Returns the letters that notify-keyspace-events turns on, `A` resolved; null where the target does not know a letter
 * (notify.c, keyspaceEventsStringToFlags). `known`: the letters of the target.
 */
export function readEventLetters(text: Bytes, known: string): string | null {
  const on = new Set<string>()
  for (const letter of text) {
    if (letter === 'A') for (const each of ALL_EVENTS) on.add(each)
    else if (known.includes(letter)) on.add(letter)
    else return null
  }
  return [...on].join('')
}

/** Formats the letters as CONFIG GET does: all of `A`'s become `A` (notify.c, keyspaceEventsFlagsToString). */
export function printEventLetters(letters: string): string {
  const all = [...ALL_EVENTS].every((l) => letters.includes(l))
  const classes = all ? 'A' : [...`${ALL_EVENTS}n`].filter((l) => letters.includes(l)).join('')
  return classes + [...'KEm'].filter((l) => letters.includes(l)).join('')
}

/** Merges a value of client-output-buffer-limit: the classes of clients that it names take new limits, the others keep theirs. */
export function mergeBufferLimits(old: Bytes, words: readonly Bytes[]): ReadValue {
  if (words.length % 4 !== 0) return { error: 'Wrong number of arguments in buffer limit configuration.' }
  const limits = new Map<Bytes, Bytes>()
  const oldWords = old.split(' ')
  for (let i = 0; i < oldWords.length; i += 4) limits.set(oldWords[i] ?? '', oldWords.slice(i + 1, i + 4).join(' '))
  for (let i = 0; i < words.length; i += 4) {
    const name = lower(words[i] ?? '') === 'replica' ? 'slave' : lower(words[i] ?? '')
    if (!limits.has(name)) return { error: 'Invalid client class specified in buffer limit configuration.' }
    const [hard, soft, seconds] = [bytesOf(words[i + 1] ?? ''), bytesOf(words[i + 2] ?? ''), words[i + 3] ?? '']
    if (hard === null || soft === null || !/^[0-9]+$/.test(seconds))
      return { error: 'Error in hard, soft or soft_seconds setting in buffer limit configuration.' }
    limits.set(name, `${hard} ${soft} ${seconds}`)
  }
  return { value: [...limits].map(([name, limit]) => `${name} ${limit}`).join(' ') }
}

/** The output buffer limits of a class of clients, in bytes: `hard` at any time, `soft` for so many seconds; 0 is no limit. */
export interface BufferLimit {
  readonly hard: number
  readonly soft: number
  readonly seconds: number
}

/** The output buffer limits of all classes of clients. */
export interface BufferLimits {
  readonly normal: BufferLimit
  readonly pubsub: BufferLimit
}

/** Parses the value of client-output-buffer-limit, as mergeBufferLimits formats it. */
export function readBufferLimits(text: Bytes): BufferLimits {
  const words = text.split(' ')
  const limitOf = (name: string): BufferLimit => {
    const [hard = 0, soft = 0, seconds = 0] = words.slice(words.indexOf(name) + 1).map(Number)
    return { hard, soft, seconds }
  }
  return { normal: limitOf('normal'), pubsub: limitOf('pubsub') }
}

/** Parses bytes with a unit (`64mb`); no digits mean 0 (memtoull). Returns null where the text is not such a value. */
export function bytesOf(text: Bytes): number | null {
  const match = /^([0-9]*)([a-z]*)$/.exec(lower(text))
  const unit = match === null ? undefined : units[match[2] ?? '']
  return match === null || unit === undefined ? null : Number(match[1]) * unit
}
