import type { Bytes } from '../../acl/bytes'
import { compileGlob } from '../../acl/glob'

/** Whether everything that a pattern matches is matched by some of others; if not, with a text that proves it. Null: not decided. */
export type Cover = { readonly covered: true } | { readonly covered: false; readonly example: Bytes } | null

/** A part of a pattern: any run of bytes, or one byte out of a set. */
type Part = '*' | Uint8Array

/** Steps made before a question is given up, and characters of patterns taken into account. */
const MAX_STEPS = 200_000
const MAX_CHARACTERS = 2_000

/**
 * Decides whether a pattern is covered by others together, by walking through what it can match and following all of the
 * others at once. Exact, as servers match (see `compileGlob`), until a limit is reached.
 */
export function coverOf(pattern: Bytes, others: readonly Bytes[]): Cover {
  if (others.includes(pattern)) return { covered: true }
  if (pattern === '') return { covered: false, example: '' }
  if (others.includes('*')) return { covered: true }
  const start = literalStart(pattern)
  const near = others.filter((other) => other !== '' && meet(start, literalStart(other)))
  if (near.some((other) => /^[^*?[\\]+\*$/.test(other) && start.startsWith(other.slice(0, -1))))
    return { covered: true }
  if (near.reduce((sum, other) => sum + other.length, pattern.length) > MAX_CHARACTERS) return null
  return search(partsOf(pattern), near.map(partsOf))
}

/** What every text that the pattern matches starts with. */
function literalStart(pattern: Bytes): Bytes {
  return /^[^*?[\\]*/.exec(pattern)?.[0] ?? ''
}

function meet(a: Bytes, b: Bytes): boolean {
  return a.startsWith(b) || b.startsWith(a)
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

/** Where the part that starts at `from` ends: a class reaches to its `]` or the pattern's end. */
function partEnd(pattern: Bytes, from: number): number {
  if (pattern[from] === '\\') return Math.min(from + 2, pattern.length)
  if (pattern[from] !== '[') return from + 1
  let i = from + 1
  if (pattern[i] === '^') i++
  for (; i < pattern.length && pattern[i] !== ']'; i++) {
    const left = pattern.length - i
    if (pattern[i] === '\\' && left >= 2) i++
    else if (left >= 3 && pattern[i + 1] === '-') i += 2
  }
  return Math.min(i + 1, pattern.length)
}

const single = new Map<number, Uint8Array>()

/** The bytes that a part of one byte's length matches. Literal bytes share their sets. */
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

/** One byte of each kind that the patterns tell apart, those that read well first. */
function alphabet(patterns: readonly (readonly Part[])[]): number[] {
  const sets = [...new Set(patterns.flat())].filter((part) => part !== '*')
  const kinds = new Map<string, number>()
  for (const byte of [...wellReadable, ...Array.from({ length: 256 }, (_, i) => i)]) {
    const kind = sets.map((set) => set[byte]).join('')
    if (!kinds.has(kind)) kinds.set(kind, byte)
  }
  return [...kinds.values()]
}
const wellReadable = [...'x1azbc:-_'].map((c) => c.charCodeAt(0))

/** A state of the search: the place in the pattern, the places in the others, and how it was reached. */
interface State {
  readonly at: number
  readonly places: readonly (readonly number[])[]
  readonly before: State | null
  readonly byte: number
}

function search(pattern: readonly Part[], others: readonly (readonly Part[])[]): Cover {
  const bytes = alphabet([pattern, ...others])
  const first: State = { at: 0, places: others.map((other) => closure(other, [0])), before: null, byte: -1 }
  const queue: State[] = [first]
  const seen = new Set<string>([keyOf(first)])
  let steps = 0
  for (let head = 0; head < queue.length; head++) {
    const state = queue[head] as State
    steps += bytes.length * (1 + state.places.reduce((sum, places) => sum + places.length, 0))
    if (steps > MAX_STEPS) return null
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

/** The places themselves, and those that stars let be reached without a byte. */
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
