import { lower, type Bytes } from '../acl/bytes'
import type { Span } from '../acl/decision'
import { compileGlob } from '../acl/glob'
import { directivesOf, type Directive } from '../targets/directives'
import type { Target } from '../targets/target'
import { readWords } from './config-words'
import {
  mergeBufferLimits,
  printEventLetters,
  readBufferLimits,
  readEventLetters,
  readValue,
  type BufferLimits,
  type ReadValue,
} from './config-value'

/** Checks of the number of words, for directives with a rule of their own. */
const wordCounts: Readonly<Record<string, (count: number) => boolean>> = {
  replicaof: (n) => n === 2,
  'oom-score-adj-values': (n) => n === 3,
}

const wrongNumber: ReadValue = { error: 'wrong number of arguments', kind: 'wrong-number' }

/** The settings that every command line needs. */
export interface FrequentSettings {
  readonly maxMemory: number
  /** slowlog-log-slower-than, in microseconds. */
  readonly slowerThan: number
  /** The letters of notify-keyspace-events that are on. */
  readonly eventLetters: string
  /** Writes need replicas: neither min-replicas-to-write nor min-replicas-max-lag is 0. */
  readonly needsReplicas: boolean
}

/** The configuration of a server: redis.conf, and the changes by CONFIG SET. */
export class Config {
  readonly #directives: ReadonlyMap<string, Directive>
  readonly #values = new Map<string, Bytes>()
  /** Parsed numbers. */
  readonly #numbers = new Map<string, number>()
  #bufferLimits: BufferLimits | null = null
  #frequent: FrequentSettings | null = null
  readonly #choiceWords: string
  readonly #eventLetters: string
  /** The place of the last line of each directive in the file. */
  readonly spans = new Map<string, Span>()
  /** Directives set by the file or by CONFIG SET, which CONFIG REWRITE writes. */
  readonly changed = new Set<string>()
  /** The number of settings made so far. */
  settings = 0

  constructor(target: Target) {
    this.#directives = directivesOf(target.id)
    this.#choiceWords = target.behaviours.configTakesMany
      ? 'argument(s) must be one of the following'
      : 'argument must be one of the following'
    this.#eventLetters = target.behaviours.eventLetters
    for (const directive of this.#directives.values()) this.#values.set(directive.name, directive.value)
  }

  /** Finds a directive by its name or alias, in any case. */
  find(name: Bytes): Directive | undefined {
    return this.#directives.get(lower(name))
  }

  /** Returns the value as CONFIG GET prints it; empty where the target has no such directive. */
  get(name: string): Bytes {
    const directive = this.#directives.get(name)
    const value = this.#values.get(directive?.name ?? name) ?? ''
    // The stored value has all letters; the printed form omits an `n` beside an `A`.
    return directive?.name === 'notify-keyspace-events' ? printEventLetters(value) : value
  }

  /** Returns the value as `set` takes it, which `get` may print differently. */
  stored(directive: Directive): Bytes {
    return this.#values.get(directive.name) ?? ''
  }

  flag(name: string): boolean {
    return this.get(name) === 'yes'
  }

  number(name: string): number {
    let number = this.#numbers.get(name)
    if (number === undefined) this.#numbers.set(name, (number = Number(this.get(name))))
    return number
  }

  /** The parsed client-output-buffer-limit. */
  get bufferLimits(): BufferLimits {
    return (this.#bufferLimits ??= readBufferLimits(this.get('client-output-buffer-limit')))
  }

  /** The settings that every command line needs, parsed. */
  get frequent(): FrequentSettings {
    return (this.#frequent ??= {
      maxMemory: this.number('maxmemory'),
      slowerThan: this.number('slowlog-log-slower-than'),
      eventLetters: this.#values.get('notify-keyspace-events') ?? '',
      needsReplicas: this.number('min-replicas-to-write') !== 0 && this.number('min-replicas-max-lag') !== 0,
    })
  }

  /** Parses a value for a directive without setting it. */
  read(directive: Directive, words: readonly Bytes[]): ReadValue {
    if (directive.kind.type !== 'words') {
      const [word] = words
      if (word === undefined || words.length !== 1) return wrongNumber
      if (directive.name === 'notify-keyspace-events') {
        const letters = readEventLetters(word, this.#eventLetters)
        return letters === null
          ? { error: `Invalid event class character. Use '${this.#eventLetters}'.` }
          : { value: letters }
      }
      if (directive.name === 'hz') {
        const read = readValue(directive, word, this.#choiceWords)
        return 'error' in read ? read : { value: String(Math.min(500, Math.max(1, Number(read.value)))) }
      }
      return readValue(directive, word, this.#choiceWords)
    }
    if (words.length === 0 && directive.name !== 'bind' && directive.name !== 'save') return wrongNumber
    // CONFIG SET gives several words as one, with single spaces between them.
    const [first = ''] = words
    const parts = words.length > 1 ? words : first === '' ? [] : first.split(' ')
    if (wordCounts[directive.name]?.(parts.length) === false) return wrongNumber
    const reader = readWords[directive.name]
    if (reader !== undefined) return reader(parts, this.#choiceWords)
    if (directive.name === 'client-output-buffer-limit') return mergeBufferLimits(this.get(directive.name), parts)
    return { value: parts.join(' ') }
  }

  /** Sets a value that `read` returned. */
  set(directive: Directive, value: Bytes): void {
    this.#values.set(directive.name, value)
    this.#numbers.clear()
    this.#bufferLimits = null
    this.#frequent = null
    this.settings++
    this.changed.add(directive.name)
  }

  /**
   * Returns name and value of all directives whose name matches one of the patterns (any case), each name once. `echoes`:
   * a name that is not a pattern is returned as it was typed.
   */
  matching(patterns: readonly Bytes[], echoes: boolean): [Bytes, Bytes][] {
    const found = new Map<Bytes, Bytes>()
    for (const pattern of patterns) {
      const exact = echoes && !/[[*?]/.test(pattern) ? this.find(pattern) : undefined
      if (exact !== undefined) found.set(pattern, this.get(exact.name))
      else if (!echoes || /[[*?]/.test(pattern)) {
        const glob = compileGlob(lower(pattern))
        for (const [name, directive] of this.#directives) {
          if (!directive.hidden && glob.matches(name)) found.set(name, this.get(directive.name))
        }
      }
    }
    return [...found]
  }
}
