import { textAt, wordAt } from '../acl/argv'
import type { Bytes } from '../acl/bytes'
import type { Access, KeySpec, KeyUse } from '../acl/command'
import { strictInteger } from './numbers'

/** Differences between servers in counts of keys. */
export interface CountFacts {
  /** A count of keys is cut to 32 bits. */
  readonly keyCountWraps: boolean
  /** The keys end where their number ends, whatever their step. */
  readonly countedKeysIgnoreStep: boolean
}

/**
 * Finds keys by key specs, as Redis 7.0 and newer do. A spec whose keyword is not there finds none. Null where any spec fails:
 * its count is no number, its keys would lie outside of the command line, or it says of itself that it does not find
 * all. A command's key function, if it has one, is asked then.
 */
export function keysBySpecs(
  specs: readonly SpecWithAccess[],
  argv: readonly Bytes[],
  facts: CountFacts,
): readonly KeyUse[] | null {
  let found: readonly KeyUse[] = none
  for (let i = 0; i < specs.length; i++) {
    const spec = specs[i]
    if (spec === undefined) break
    const begin = beginOf(spec.spec, argv)
    if (begin === 0) continue
    const range = begin === null ? null : rangeOf(spec.spec, begin, argv, facts)
    if (range === null || spec.spec.flags.includes('incomplete')) return null
    const more = usesIn(argv, range, spec)
    found = found.length === 0 ? more : [...found, ...more]
  }
  return found
}

const none: readonly KeyUse[] = []

function usesIn(argv: readonly Bytes[], { first, last, step }: Range, { spec, access }: SpecWithAccess): KeyUse[] {
  // A list of known length: one that grows takes room for many more at once.
  const uses = new Array<KeyUse>(Math.floor((last - first) / step) + 1)
  for (let at = first, i = 0; at <= last; at += step, i++)
    uses[i] = { key: textAt(argv, at), at, access, flags: spec.flags }
  return uses
}

/** A key spec, and the access that its flags stand for. */
export interface SpecWithAccess {
  readonly spec: KeySpec
  readonly access: Access
}

/** Returns the index at which a spec's keys begin: 0 if its keyword is absent, null if the spec does not tell. */
function beginOf({ begin }: KeySpec, argv: readonly Bytes[]): number | null {
  return begin.type === 'index'
    ? begin.index
    : begin.type === 'keyword'
      ? afterKeyword(begin.keyword, begin.startfrom, argv)
      : null
}

interface Range {
  readonly first: number
  readonly last: number
  readonly step: number
}

function rangeOf({ find }: KeySpec, begin: number, argv: readonly Bytes[], facts: CountFacts): Range | null {
  if (find.type === 'unknown') return null
  let first = begin
  let last: number
  if (find.type === 'range') {
    const rest = argv.length - first
    last =
      find.lastkey >= 0
        ? first + find.lastkey
        : find.limit === 0
          ? argv.length + find.lastkey
          : first + Math.trunc(rest / find.limit) + find.lastkey
  } else {
    const count = strictInteger(textAt(argv, first + find.keynumidx))
    if (count === null || count < 0n) return null
    first += find.firstkey
    const end = BigInt(first) + (count - 1n) * BigInt(facts.countedKeysIgnoreStep ? 1 : find.keystep)
    last = Number(facts.keyCountWraps ? BigInt.asIntN(32, end) : end)
  }
  return last >= argv.length || last < first || first >= argv.length ? null : { first, last, step: find.keystep }
}

/** The place after a keyword: searched forwards from a positive place, backwards from a negative one (which counts from the end). 0: not there. */
function afterKeyword(keyword: string, from: number, argv: readonly Bytes[]): number {
  const word = keyword.toLowerCase()
  const step = from > 0 ? 1 : -1
  const end = from > 0 ? argv.length - 1 : 1
  for (let i = from > 0 ? from : argv.length + from; i !== end && i > 0 && i < argv.length; i += step) {
    if (wordAt(argv, i) === word) return i + 1
  }
  return 0
}
