import type { Bytes } from '../../acl/bytes'
import type { Reply } from '../../resp/reply'
import { type Arguments, fail, SYNTAX_ERROR } from '../arguments'
import type { CommandContext, Handler, HandlerTable } from '../context'
import { afterChange } from '../effects'
import { doubleReply } from '../numbers'
import type { Entry } from './sorted'
import { ZSetValue } from './value'

const FLAGS = ['nx', 'xx', 'ch', 'incr', 'gt', 'lt'] as const
export type ZaddFlag = (typeof FLAGS)[number]

/** Reads ZADD's flags from argument 2 on. Returns them and the position after them. */
function readFlags(
  args: Arguments,
  { zaddComparesScores }: CommandContext['behaviours'],
): { flags: Set<ZaddFlag>; next: number } {
  const known = zaddComparesScores ? FLAGS : FLAGS.slice(0, 4)
  const flags = new Set<ZaddFlag>()
  let next = 2
  for (; next < args.count; next++) {
    const flag = known.find((name) => args.is(next, name))
    if (!flag) break
    flags.add(flag)
  }
  return { flags, next }
}

/** ZADD, and ZINCRBY, which is ZADD … INCR. */
function zadd(increments: boolean): Handler {
  return (context, args) => {
    const { flags, next } = readFlags(args, context.behaviours)
    if (increments) flags.add('incr')
    const words = args.count - next
    if (words === 0 || words % 2 === 1) fail(SYNTAX_ERROR)
    if (flags.has('nx') && flags.has('xx')) fail('ERR XX and NX options at the same time are not compatible')
    if (
      (flags.has('gt') && flags.has('nx')) ||
      (flags.has('lt') && flags.has('nx')) ||
      (flags.has('gt') && flags.has('lt'))
    ) {
      fail('ERR GT, LT, and/or NX options at the same time are not compatible')
    }
    if (flags.has('incr') && words > 2) fail('ERR INCR option supports a single increment-element pair')
    const entries: Entry[] = []
    for (let i = next; i < args.count; i += 2) entries.push({ score: args.float(i), member: args.text(i + 1) })
    return addEntries(context, args.key(1), entries, flags)
  }
}

/** Adds or updates entries under ZADD's flags and returns ZADD's reply. GEOADD uses it too. */
export function addEntries(
  context: CommandContext,
  key: Bytes,
  entries: readonly Entry[],
  flags: ReadonlySet<ZaddFlag>,
): Reply {
  const { db, behaviours } = context
  const { limits } = context.keyspace
  const increments = flags.has('incr')
  const existing = db.getOf(key, ZSetValue)
  if (!existing && flags.has('xx')) return increments ? null : 0
  const zset = existing ?? new ZSetValue(limits)
  const isMany = entries.length > limits.zsetEntries
  const isLong =
    (!existing || behaviours.zaddUnpacksForLongMembers) &&
    entries.some(({ member }) => member.length > limits.zsetValue)
  if (behaviours.smallSetsAreListpacks && (isMany || isLong)) zset.makeSkiplist()
  let [added, updated] = [0, 0]
  let result: number | null = null
  try {
    for (const { member, score } of entries) {
      const current = zset.score(member)
      result = newScore(current, score, flags)
      if (result === null) continue
      if (current === undefined) added++
      else if (current !== result) updated++
      if (current !== result)
        zset.put(member, result === 0 && behaviours.packedZeroHasNoSign && !zset.isSkiplist ? 0 : result)
    }
  } finally {
    if (added + updated > 0) {
      if (existing) db.touched(key)
      else db.set(key, zset)
      context.keyspace.report(added + updated)
      context.notify('z', increments ? 'zincr' : 'zadd', key)
    }
  }
  if (increments) return result === null ? null : doubleReply(result, behaviours)
  return flags.has('ch') ? added + updated : added
}

/** Returns a member's new score, or null if the flags leave it unchanged. */
function newScore(current: number | undefined, given: number, flags: ReadonlySet<ZaddFlag>): number | null {
  if (current === undefined) return flags.has('xx') ? null : given
  if (flags.has('nx')) return null
  const score = flags.has('incr') ? current + given : given
  if (Number.isNaN(score)) fail('ERR resulting score is not a number (NaN)')
  if ((flags.has('lt') && score >= current) || (flags.has('gt') && score <= current)) return null
  return score
}

const zrem: Handler = (context, args) => {
  const key = args.key(1)
  const zset = context.db.getOf(key, ZSetValue)
  if (!zset) return 0
  const removed = args.rest(2).filter((member) => zset.delete(member)).length
  if (removed === 0) return 0
  context.notify('z', 'zrem', key)
  afterChange(context, key, zset, removed)
  return removed
}

/** Commands that add or remove given members. */
export const zsetAddCommands: HandlerTable = { zadd: zadd(false), zincrby: zadd(true), zrem }
