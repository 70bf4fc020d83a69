import { compareBytes, type Bytes } from '../../acl/bytes'
import { compileGlob } from '../../acl/glob'
import { partEnd } from '../../proof/automaton'

/**
 * The result of a coverage search: `covered` means that other patterns together match every text that the pattern
 * matches; else `example` is a text that only the pattern matches. Null: undecided, as a limit was reached.
 */
export type Cover = { readonly covered: true } | { readonly covered: false; readonly example: Bytes } | null

/** A part of a pattern: `*`, which matches any run of bytes, or the set of bytes that one position matches. */
type Part = '*' | Uint8Array

/** Limits of one search: steps, and characters of all patterns. */
const MAX_STEPS = 200_000
const MAX_CHARACTERS = 2_000

/** A step limit shared by several searches. It counts steps rather than time, so that results are reproducible. */
export interface StepBudget {
  left: number
}

/**
 * Decides whether other patterns together cover a pattern: a breadth-first search over the product of their automata.
 * Exact with respect to the servers' matching (see `compileGlob`), until a limit is reached.
 */
export function coverOf(pattern: Bytes, others: readonly Bytes[], budget?: StepBudget): Cover {
  if (others.includes(pattern)) return { covered: true }
  if (pattern !== '' && others.includes('*')) return { covered: true }
  return new Covers(others).of(pattern, budget)
}

/** An index of patterns by literal prefix, for repeated coverage queries. */
export class Covers {
  readonly #exact: ReadonlySet<Bytes>
  /** The prefixes of patterns such as `app:*`, whose only special character is a final star. */
  readonly #prefixes = new Set<Bytes>()
  readonly #byStart = new Map<Bytes, Bytes[]>()
  /** The literal prefixes, sorted, and their distinct lengths. */
  readonly #starts: readonly Bytes[]
  readonly #lengths: readonly number[]

  constructor(others: Iterable<Bytes>) {
    this.#exact = new Set(others)
    for (const other of this.#exact) {
      if (other === '') continue
      const start = literalStart(other)
      if (other.length === start.length + 1 && other.endsWith('*')) this.#prefixes.add(start)
      const same = this.#byStart.get(start)
      if (same === undefined) this.#byStart.set(start, [other])
      else same.push(other)
    }
    this.#starts = [...this.#byStart.keys()].sort(compareBytes)
    this.#lengths = [...new Set(this.#starts.map(({ length }) => length))].sort((a, b) => a - b)
  }

  /**
   * Decides whether the indexed patterns together cover a pattern (see `coverOf`). Returns null also where the budget
   * is used up.
   */
  of(pattern: Bytes, budget: StepBudget = { left: MAX_STEPS }): Cover {
    if (this.#exact.has(pattern)) return { covered: true }
    if (pattern === '') return { covered: false, example: '' }
    if (this.#exact.has('*')) return { covered: true }
    const start = literalStart(pattern)
    for (const length of this.#lengths) {
      if (length > start.length) break
      if (this.#prefixes.has(start.slice(0, length))) return { covered: true }
    }
    const near = this.#near(start, MAX_CHARACTERS - pattern.length)
    if (near === null || budget.left <= 0) return null
    return near.length === 0 ? shortest(partsOf(pattern)) : search(partsOf(pattern), near.map(partsOf), budget)
  }

  /**
   * Returns the patterns that can match some text with this prefix; null where they have more than `most` characters.
   */
  #near(start: Bytes, most: number): Bytes[] | null {
    const near: Bytes[] = []
    let left = most
    for (const other of this.#meeting(start)) {
      left -= other.length
      if (left < 0) return null
      near.push(other)
    }
    return left < 0 ? null : near
  }

  *#meeting(start: Bytes): Generator<Bytes> {
    for (const length of this.#lengths) {
      if (length > start.length) break
      yield* this.#byStart.get(start.slice(0, length)) ?? []
    }
    for (let i = this.#after(start); this.#starts[i]?.startsWith(start); i++)
      yield* this.#byStart.get(this.#starts[i] ?? '') ?? []
  }

  /** Returns the index of the first prefix that sorts after the given one. */
  #after(start: Bytes): number {
    let low = 0
    let high = this.#starts.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (compareBytes(this.#starts[middle] ?? '', start) <= 0) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** Returns the literal prefix of a pattern. */
function literalStart(pattern: Bytes): Bytes {
  const special = pattern.search(/[*?[\\]/)
  return special < 0 ? pattern : pattern.slice(0, special)
}

function partsOf(pattern: Bytes): Part[] {
  const parts: Part[] = []
  for (let i = 0; i < pattern.length;) {
    const end = partEnd(pattern, i)
    const part = pattern.slice(i, end)
    if (part !== '*') parts.push(setOf(part))
    else if (parts[parts.length - 1] !== '*') parts.push('*')
    i = end
  }
  return parts
}

const single = new Map<number, Uint8Array>()

/** Returns the set of bytes that a single-byte part matches. Equal literal bytes share one set. */
function setOf(part: Bytes): Uint8Array {
  if (part.length > 1 || part === '?' || part === '[') return matched(part)
  const byte = part.charCodeAt(0)
  const known = single.get(byte) ?? matched(part)
  single.set(byte, known)
  return known
}

function matched(part: Bytes): Uint8Array {
  const glob = compileGlob(part)
  return Uint8Array.from({ length: 256 }, (_, byte) => (glob.matches(String.fromCharCode(byte)) ? 1 : 0))
}

/** Returns a representative of each class of bytes that the sets distinguish, readable characters first. */
function alphabet(sets: Iterable<Uint8Array>): number[] {
  // The class of each byte; each set can split every class in two.
  const kindOf = new Uint16Array(256)
  let kinds = 1
  for (const set of sets) {
    const split = new Map<number, number>()
    for (let byte = 0; byte < 256; byte++) {
      const key = (kindOf[byte] ?? 0) * 2 + (set[byte] ?? 0)
      let kind = split.get(key)
      if (kind === undefined) split.set(key, (kind = split.size))
      kindOf[byte] = kind
    }
    kinds = split.size
  }
  const found = new Map<number, number>()
  for (const byte of bytesInOrder) {
    const kind = kindOf[byte] ?? 0
    if (!found.has(kind)) found.set(kind, byte)
    if (found.size === kinds) break
  }
  return [...found.values()]
}
const bytesInOrder = [...[...'x1azbc:-_'].map((c) => c.charCodeAt(0)), ...Array.from({ length: 256 }, (_, i) => i)]

/**
 * Returns the result for a pattern that no other pattern overlaps: its shortest match is the example. A pattern that
 * matches nothing is covered.
 */
function shortest(parts: readonly Part[]): Cover {
  let text = ''
  for (const part of parts) {
    if (part === '*') continue
    const byte = bytesInOrder.find((one) => part[one] === 1)
    if (byte === undefined) return { covered: true }
    text += String.fromCharCode(byte)
  }
  return { covered: false, example: text === '' ? 'x' : text }
}

/** A search state: the position in the pattern, the positions in the other patterns, and the step that led here. */
interface State {
  readonly at: number
  readonly places: readonly (readonly number[])[]
  readonly before: State | null
  readonly byte: number
}

function search(pattern: readonly Part[], others: readonly (readonly Part[])[], budget: StepBudget): Cover {
  const sets = new Set<Uint8Array>()
  for (const parts of [pattern, ...others]) for (const part of parts) if (part !== '*') sets.add(part)
  budget.left -= 16 * sets.size
  const bytes = alphabet(sets)
  const first: State = { at: 0, places: others.map((other) => closure(other, [0])), before: null, byte: -1 }
  const queue: State[] = [first]
  const seen = new Set<string>([keyOf(first)])
  const most = Math.min(MAX_STEPS, budget.left)
  let steps = 0
  for (let head = 0; head < queue.length; head++) {
    const state = queue[head] as State
    const cost = bytes.length * (1 + state.places.reduce((sum, places) => sum + places.length, 0))
    steps += cost
    budget.left -= cost
    if (steps > most) return null
    for (const byte of bytes) {
      const places = others.map((other, i) => step(other, state.places[i] ?? [], byte))
      for (const at of step(pattern, closure(pattern, [state.at]), byte)) {
        const next: State = { at, places, before: state, byte }
        if (at === pattern.length && !others.some((other, i) => places[i]?.includes(other.length)))
          return { covered: false, example: textOf(next) }
        const key = keyOf(next)
        if (seen.has(key)) continue
        seen.add(key)
        queue.push(next)
      }
    }
  }
  return { covered: true }
}

const keyOf = ({ at, places }: State): string => `${at};${places.map((place) => place.join(',')).join(';')}`

/** Returns the positions reachable without consuming a byte, the given ones included. */
function closure(parts: readonly Part[], places: readonly number[]): number[] {
  const all = new Set(places)
  for (const place of all) if (parts[place] === '*') all.add(place + 1)
  return [...all].sort((a, b) => a - b)
}

function step(parts: readonly Part[], places: readonly number[], byte: number): number[] {
  const next: number[] = []
  for (const place of places) {
    const part = parts[place]
    if (part === '*') next.push(place)
    else if (part?.[byte] === 1) next.push(place + 1)
  }
  return closure(parts, next)
}

function textOf(state: State): Bytes {
  let text = ''
  for (let at: State | null = state; at !== null && at.before !== null; at = at.before)
    text = String.fromCharCode(at.byte) + text
  return text
}
