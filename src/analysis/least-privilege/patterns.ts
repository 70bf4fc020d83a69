import type { Bytes } from '../../acl/bytes'
import { READ, type Access } from '../../acl/command'
import { printKey } from '../../acl/rule'
import { coverOf } from '../compare/cover'
import { literalPattern } from '../suggest'

/** How general patterns are made: 0 exact names; 1 numbers and ids open; 2 the last part open; 3 all but the first part open; 4 everything. */
export type Level = 0 | 1 | 2 | 3 | 4
export const maxLevel = 4

/** A part that stands for one of many: a number, a UUID, or a long hexadecimal name. */
const ID = /^(\d+|[0-9a-f]{8,}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/i
/** Parts and the delimiters between them; a UUID is one part. */
const PARTS = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![^:/.|_-])|[^:/.|_-]+|[:/.|_-]/gi

/** A pattern for a name at a level. Each level's matches all that the one below does. */
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

/** The pattern that reaches further: a level must not match less than the one below. */
function further(a: Bytes, b: Bytes): Bytes {
  return coverOf(b, [a])?.covered === true ? a : b
}

function withoutLast(name: Bytes): Bytes {
  const cut = /^(.*[:/.|_-])[^:/.|_-]*$/s.exec(name)?.[1]
  return cut === undefined ? literalPattern(name) : `${literalPattern(cut)}*`
}

/** A pattern made from names that were seen. */
export interface MadePattern {
  readonly pattern: Bytes
  readonly access: Access
  /** Names seen that it stands for. */
  readonly seen: number
  /** A name that it matches and that was not seen; null where there is none, or none was found. */
  readonly unseen: Bytes | null
}

/** Names taken into account when looking for one that was not seen. */
const MAX_NAMES = 50
/** Patterns that get an example of such a name. */
const MAX_EXAMPLES = 20

/** What a pattern starts with before anything special. */
const startOf = (pattern: Bytes): Bytes => /^[^*?[\\]*/.exec(pattern)?.[0] ?? ''

/** The patterns for names and the access each needs, those that another one covers left out. */
export function patternsFor(names: ReadonlyMap<Bytes, Access>, level: Level): MadePattern[] {
  const made = new Map<Bytes, { access: Access; names: Bytes[] }>()
  for (const [name, access] of names) {
    const pattern = generalise(name, level)
    const known = made.get(pattern)
    if (known === undefined) made.set(pattern, { access, names: [name] })
    else {
      known.access = (known.access | access) as Access
      known.names.push(name)
    }
  }
  const all = [...made].map(([pattern, { access, names: seen }]) => ({ pattern, access, names: seen }))
  const wide = all.length > MAX_NAMES * 10 ? [] : all.filter(({ pattern }) => /[*?[]/.test(pattern))
  const covers = (other: (typeof all)[number], one: (typeof all)[number]): boolean =>
    other !== one &&
    (other.access & one.access) === one.access &&
    one.pattern.startsWith(startOf(other.pattern)) &&
    coverOf(one.pattern, [other.pattern])?.covered === true
  const isCovered = new Set(all.filter((one) => wide.some((other) => covers(other, one))))
  const left = all.filter((one) => !isCovered.has(one))
  // A pattern stands for the names of those that it covers, too.
  for (const one of isCovered) left.find((other) => covers(other, one))?.names.push(...one.names)
  return left.map(({ pattern, access, names: seen }, i) => ({
    pattern,
    access,
    seen: seen.length,
    unseen: i < MAX_EXAMPLES ? unseenBy(pattern, seen) : null,
  }))
}

function unseenBy(pattern: Bytes, seen: readonly Bytes[]): Bytes | null {
  const found = /[*?[]/.test(pattern) && seen.length <= MAX_NAMES ? coverOf(pattern, seen.map(literalPattern)) : null
  return found !== null && !found.covered ? found.example : null
}

/** A key rule: with `%R` or `%W` where the target tells reading from writing. A pattern that needs neither gets reading. */
export function keyRule(pattern: Bytes, access: Access, hasSelectors: boolean): Bytes {
  return printKey(pattern, hasSelectors ? access || READ : 3)
}
