import type { Bytes } from '../acl/bytes'
import { compileGlob } from '../acl/glob'

/**
 * A set of byte strings: keys, channels or first arguments. The union of its members; a member is the intersection of its
 * patterns.
 */
export interface Language {
  /** True for the set of all strings, including the empty one (`~*`, `allkeys`). */
  readonly all: boolean
  readonly members: readonly (readonly Bytes[])[]
}

export const everything: Language = { all: true, members: [] }
export const nothing: Language = { all: false, members: [] }

/** Returns the union of patterns. */
export function union(patterns: readonly Bytes[]): Language {
  return { all: false, members: patterns.map((pattern) => [pattern]) }
}

/** Returns the intersection of two languages, without pairs of members whose strings start differently. */
export function intersection(a: Language, b: Language): Language {
  if (a.all) return b
  if (b.all) return a
  return { all: false, members: [...pairsOf(a, b)].map(([x, y]) => [...x, ...y]) }
}

/** The number of members up to which a walk over all pairs is quicker than an index. */
const FEW = 8

/** Yields the pairs of members of two languages, without those whose strings start differently. */
export function* pairsOf(a: Language, b: Language): Generator<readonly [readonly Bytes[], readonly Bytes[]]> {
  const [starts, otherStarts] = [startsOf(a), startsOf(b)]
  if (starts.length <= FEW || otherStarts.length <= FEW) {
    for (const [i, x] of a.members.entries()) {
      const start = starts[i] ?? ''
      for (const [j, y] of b.members.entries()) {
        const other = otherStarts[j] ?? ''
        if (start.startsWith(other) || other.startsWith(start)) yield [x, y]
      }
    }
    return
  }
  const agreeing = startIndex(otherStarts)
  for (const [i, x] of a.members.entries()) {
    const places = [...agreeing(starts[i] ?? '')].sort((one, other) => one - other)
    for (const place of places) yield [x, b.members[place] ?? []]
  }
}

/** Returns true if a string is in a language. */
export function contains(language: Language, text: Bytes): boolean {
  return (
    language.all || language.members.some((member) => member.every((pattern) => compileGlob(pattern).matches(text)))
  )
}

/** Returns a text that is the same for languages written alike, to look results up by. */
export function keyOf(language: Language): Bytes {
  const known = keys.get(language)
  if (known !== undefined) return known
  const key = language.all
    ? '*'
    : language.members.map((member) => member.map((p) => `${p.length}:${p}`).join('&')).join('|')
  keys.set(language, key)
  return key
}
const keys = new WeakMap<Language, Bytes>()

/** An index that finds the members of a language which can match a string with a given start. */
export interface MemberIndex {
  /** Members that are one pattern, by their text. */
  readonly single: ReadonlySet<Bytes>
  /** Returns true if a member like `app:*` holds every string with this start. */
  holdsStart(start: Bytes): boolean
  /** Returns the members whose literal start agrees with this one. */
  near(start: Bytes): readonly (readonly Bytes[])[]
}

const indexes = new WeakMap<Language, MemberIndex>()

/** Returns the index of a language's members; built once, in n log n steps. */
export function indexOf(language: Language): MemberIndex {
  const index = indexes.get(language) ?? makeIndex(language)
  indexes.set(language, index)
  return index
}

/** Returns the literal start of every string that a pattern matches. */
export function literalStart(pattern: Bytes): Bytes {
  return /^[^*?[\\]*/.exec(pattern)?.[0] ?? ''
}

/** Returns the longest literal start of a member's patterns. */
export function startOf(member: readonly Bytes[]): Bytes {
  return member.map(literalStart).reduce((longest, one) => (one.length > longest.length ? one : longest), '')
}

const starts = new WeakMap<Language, readonly Bytes[]>()

/** Returns the longest literal start of each member of a language; cached. */
function startsOf(language: Language): readonly Bytes[] {
  const known = starts.get(language) ?? language.members.map(startOf)
  starts.set(language, known)
  return known
}

/** Yields the places of the starts that agree with a start: those that it begins with, then those that begin with it. */
type StartIndex = (start: Bytes) => Generator<number>

/** Indexes literal starts by their text, in n log n steps. */
function startIndex(all: readonly Bytes[]): StartIndex {
  const places = new Map<Bytes, number[]>()
  for (const [place, start] of all.entries()) {
    const known = places.get(start)
    if (known === undefined) places.set(start, [place])
    else known.push(place)
  }
  const sorted = [...places.keys()].sort()
  const lengths = [...new Set(sorted.map(({ length }) => length))].sort((a, b) => a - b)
  return function* (start) {
    for (const length of lengths) {
      if (length >= start.length) break
      yield* places.get(start.slice(0, length)) ?? []
    }
    for (let i = firstFrom(sorted, start); i < sorted.length && sorted[i]?.startsWith(start) === true; i++)
      yield* places.get(sorted[i] ?? '') ?? []
  }
}

function makeIndex(language: Language): MemberIndex {
  const members = language.members.filter((member) => !member.includes(''))
  const prefixes = new Set<Bytes>()
  for (const [only = '', ...more] of members) if (more.length === 0 && isPrefix(only)) prefixes.add(literalStart(only))
  const lengths = [...new Set([...prefixes].map(({ length }) => length))].sort((a, b) => a - b)
  const agreeing = startIndex(members.map(startOf))
  const near = (start: Bytes): (readonly Bytes[])[] => [...agreeing(start)].map((place) => members[place] ?? [])
  const holdsStart = (start: Bytes): boolean => {
    if (prefixes.size === 0) return false
    for (const length of lengths) {
      if (length > start.length) break
      if (prefixes.has(start.slice(0, length))) return true
    }
    return false
  }
  const single = new Set(language.members.flatMap((member) => (member.length === 1 ? member : [])))
  return { single, holdsStart, near }
}

/** Returns true for a literal start and a star: `app:*`. */
export function isPrefix(pattern: Bytes): boolean {
  return /^[^*?[\\]*\*+$/.test(pattern)
}

/** Returns the index of the first text in a sorted list that does not come before `text`. */
function firstFrom(sorted: readonly Bytes[], text: Bytes): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] ?? '') < text) low = middle + 1
    else high = middle
  }
  return low
}
