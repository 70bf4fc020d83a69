import { present } from '../present'
import { compareBytes, type Bytes } from '../../acl/bytes'
import type { Behaviours } from '../../targets/behaviours'
import { fail } from '../arguments'
import { parseDouble } from '../numbers'
import type { ZSetValue } from './value'

/** A half-open range of ranks, lowest score first. */
export type Ranks = readonly [start: number, end: number]

const NONE: Ranks = [0, 0]

export interface ScoreRange {
  readonly min: number
  readonly max: number
  readonly minExclusive: boolean
  readonly maxExclusive: boolean
}

/** Parses `(1.5`, `1.5` or `-inf` as strtod does: an empty bound is 0, overflow is infinite. */
function scoreBound(
  argument: Bytes,
  { scoreBoundsSkipSpaces }: Behaviours,
): { value: number; exclusive: boolean } | null {
  const exclusive = argument[0] === '('
  const text = exclusive ? argument.slice(1) : argument
  if (text === '') return { value: 0, exclusive }
  const trimmed = scoreBoundsSkipSpaces ? text.replace(/^[ \t\n\v\f\r]+/, '') : text
  const value =
    parseDouble(trimmed) ?? (/^[+-]?[0-9]+\.?[0-9]*(e[+-]?[0-9]+)?$/i.test(trimmed) ? Number(trimmed) : null)
  return value === null ? null : { value, exclusive }
}

/** Parses the bounds of BYSCORE, ZCOUNT and similar. Fails if either is not a float. */
export function scoreRange(min: Bytes, max: Bytes, behaviours: Behaviours): ScoreRange {
  const [low, high] = [scoreBound(min, behaviours), scoreBound(max, behaviours)]
  if (!low || !high) return fail('ERR min or max is not a float')
  return { min: low.value, max: high.value, minExclusive: low.exclusive, maxExclusive: high.exclusive }
}

export function ranksByScore(zset: ZSetValue, range: ScoreRange): Ranks {
  const start = zset.rankWhere(({ score }) => (range.minExclusive ? score > range.min : score >= range.min))
  const end = zset.rankWhere(({ score }) => (range.maxExclusive ? score >= range.max : score > range.max))
  return start < end ? [start, end] : NONE
}

/** A bound of a lexicographic range: before everything, after everything, or at a member. */
type LexBound =
  { readonly at: 'start' | 'end' } | { readonly at: 'member'; readonly member: Bytes; readonly exclusive: boolean }

export interface LexRange {
  readonly min: LexBound
  readonly max: LexBound
}

function lexBound(argument: Bytes): LexBound | null {
  if (argument === '-') return { at: 'start' }
  if (argument === '+') return { at: 'end' }
  if (argument[0] !== '(' && argument[0] !== '[') return null
  return { at: 'member', member: argument.slice(1), exclusive: argument[0] === '(' }
}

/** Parses the bounds of BYLEX, ZLEXCOUNT and similar: `-`, `+`, `(member` or `[member`. */
export function lexRange(min: Bytes, max: Bytes): LexRange {
  const [low, high] = [lexBound(min), lexBound(max)]
  return low && high ? { min: low, max: high } : fail('ERR min or max not valid string range item')
}

function reachesMin({ min }: LexRange, member: Bytes): boolean {
  if (min.at !== 'member') return min.at === 'start'
  return min.exclusive ? compareBytes(member, min.member) > 0 : compareBytes(member, min.member) >= 0
}

function withinMax({ max }: LexRange, member: Bytes): boolean {
  if (max.at !== 'member') return max.at === 'end'
  return max.exclusive ? compareBytes(member, max.member) < 0 : compareBytes(member, max.member) <= 0
}

function isEmpty({ min, max }: LexRange): boolean {
  if (min.at !== 'member' || max.at !== 'member') return min.at === 'end' || max.at === 'start'
  const order = compareBytes(min.member, max.member)
  return order > 0 || (order === 0 && (min.exclusive || max.exclusive))
}

/**
 * Returns the ranks of a lexicographic range. It is meant for sets whose scores are all equal. In other sets, a packed
 * set is walked from one end (the far one for a reverse range) until a member is outside, as on the server.
 */
export function ranksByLex(zset: ZSetValue, range: LexRange, reverse = false): Ranks {
  const [first, last] = [zset.at(0), zset.at(zset.length - 1)]
  if (isEmpty(range) || !first || !last || !reachesMin(range, last.member) || !withinMax(range, first.member))
    return NONE
  if (zset.isSkiplist) {
    const start = zset.rankWhere(({ member }) => reachesMin(range, member))
    const end = zset.rankWhere(({ member }) => !withinMax(range, member))
    return start < end ? [start, end] : NONE
  }
  const members = zset.slice().map((entry) => entry.member)
  const inside = (member: Bytes | undefined) =>
    member !== undefined && reachesMin(range, member) && withinMax(range, member)
  if (reverse) {
    const end = members.findLastIndex((member) => withinMax(range, member)) + 1
    if (!inside(members[end - 1])) return NONE
    let start = end - 1
    while (start > 0 && reachesMin(range, present(members[start - 1]))) start--
    return [start, end]
  }
  const start = members.findIndex((member) => reachesMin(range, member))
  if (!inside(members[start])) return NONE
  let end = start + 1
  while (end < members.length && withinMax(range, present(members[end]))) end++
  return [start, end]
}

/**
 * Converts indexes from either end, stop included, to ranks within the set. `reverse` counts from the highest score.
 */
export function ranksByIndex(length: number, start: number, stop: number, reverse = false): Ranks {
  const from = Math.max(0, start < 0 ? length + start : start)
  const to = Math.min(length, (stop < 0 ? length + stop : stop) + 1)
  if (from >= to) return NONE
  return reverse ? [length - to, length - from] : [from, to]
}
