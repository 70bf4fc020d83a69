import type { Bytes } from '../../acl/bytes'
import { READ, type Access } from '../../acl/command'
import { printKey } from '../../acl/rule'
import { patternOutside } from '../../proof/inclusion'
import { literalStart, union } from '../../proof/language'
import type { Steps } from '../steps'
import { literalPattern } from '../suggest'

/**
 * The generality of patterns: 0 exact names; 1 wildcards for numbers and ids; 2 for the last part; 3 for all but the
 * first part; 4 for everything.
 */
export type Level = 0 | 1 | 2 | 3 | 4
export const maxLevel = 4

/** Matches a part that is an id: a number, a UUID, or a long hexadecimal name. */
const ID = /^(\d+|[0-9a-f]{8,}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/i
/** Matches parts and the delimiters between them; a UUID is one part. */
const PARTS = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![^:/.|_-])|[^:/.|_-]+|[:/.|_-]/gi

/** Returns a pattern for a name at a level. The pattern of each level covers that of the level below. */
export function generalise(name: Bytes, level: Level): Bytes {
  if (level >= maxLevel) return '*'
  if (level === 0 || name === '') return literalPattern(name)
  const parts = name.match(PARTS) ?? []
  const opened = parts.map((part) => (ID.test(part) ? '*' : literalPattern(part))).join('')
  if (level === 1) return opened
  const id = parts.findIndex((part) => ID.test(part))
  const wide = id < 0 ? withoutLast(name) : id === 0 ? opened : `${literalPattern(parts.slice(0, id).join(''))}*`
  if (level === 2) return wide
  const [first = '', delimiter = ''] = parts
  return /^[:/.|_-]$/.test(delimiter) ? further(`${literalPattern(first + delimiter)}*`, wide) : wide
}

/** Returns the wider pattern, so that each level covers the one below. */
function further(a: Bytes, b: Bytes): Bytes {
  return patternOutside(b, union([a])).kind === 'included' ? a : b
}

function withoutLast(name: Bytes): Bytes {
  const cut = /^(.*[:/.|_-])[^:/.|_-]*$/s.exec(name)?.[1]
  return cut === undefined ? literalPattern(name) : `${literalPattern(cut)}*`
}

/** A pattern derived from observed names. */
export interface MadePattern {
  readonly pattern: Bytes
  readonly access: Access
  /** The number of observed names that it covers. */
  readonly seen: number
  /** A name that it matches and that was not observed; null where none was found. */
  readonly unseen: Bytes | null
}

/** The maximum number of observed names for which an unobserved example is searched. */
const MAX_NAMES = 50
/** The maximum number of patterns with such an example. */
const MAX_EXAMPLES = 20

/** A pattern as it is compared with the others. */
interface Opened {
  readonly pattern: Bytes
  readonly start: Bytes
  readonly language: ReturnType<typeof union>
  readonly access: Access
  readonly names: Bytes[]
}

/** Returns patterns for names and the access that each needs, without patterns that another one covers. */
export function* patternsFor(names: ReadonlyMap<Bytes, Access>, level: Level): Steps<MadePattern[]> {
  const made = new Map<Bytes, { access: Access; names: Bytes[] }>()
  let done = 0
  for (const [name, access] of names) {
    yield { done: done++, of: names.size }
    const pattern = generalise(name, level)
    const known = made.get(pattern)
    if (known === undefined) made.set(pattern, { access, names: [name] })
    else {
      known.access = (known.access | access) as Access
      known.names.push(name)
    }
  }
  const all: Opened[] = []
  for (const [pattern, { access, names: seen }] of made) {
    yield { done: all.length, of: made.size }
    all.push({ pattern, start: literalStart(pattern), language: union([pattern]), access, names: seen })
  }
  const wide = all.length > MAX_NAMES * 10 ? [] : all.filter(({ pattern }) => /[*?[]/.test(pattern))
  const covers = (other: Opened, one: Opened): boolean =>
    other !== one &&
    (other.access & one.access) === one.access &&
    one.pattern.startsWith(other.start) &&
    patternOutside(one.pattern, other.language).kind === 'included'
  const isCovered = new Set<Opened>()
  for (const [i, one] of all.entries()) {
    yield { done: i, of: all.length }
    if (wide.some((other) => covers(other, one))) isCovered.add(one)
  }
  const left = all.filter((one) => !isCovered.has(one))
  // A pattern also counts the names of the patterns that it covers.
  for (const one of isCovered) left.find((other) => covers(other, one))?.names.push(...one.names)
  return left.map(({ pattern, access, names: seen }, i) => ({
    pattern,
    access,
    seen: seen.length,
    unseen: i < MAX_EXAMPLES ? unseenBy(pattern, seen) : null,
  }))
}

function unseenBy(pattern: Bytes, seen: readonly Bytes[]): Bytes | null {
  if (!/[*?[]/.test(pattern) || seen.length > MAX_NAMES) return null
  const found = patternOutside(pattern, union(seen.map(literalPattern)))
  return found.kind === 'witness' ? found.text : null
}

/**
 * Returns a key rule, with `%R` or `%W` where the target distinguishes reading from writing. A pattern that needs
 * neither gets read access.
 */
export function keyRule(pattern: Bytes, access: Access, hasSelectors: boolean): Bytes {
  return printKey(pattern, hasSelectors ? access || READ : 3)
}
