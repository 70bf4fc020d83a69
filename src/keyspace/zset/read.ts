import { present } from '../present'
import { lower } from '../../acl/bytes'
import { NULL_ARRAY } from '../../resp/reply'
import { fail, isKeyword, rangeArgument, SYNTAX_ERROR } from '../arguments'
import type { Handler, HandlerTable } from '../context'
import { doubleReply, format17g, formatDouble } from '../numbers'
import { scanReply } from '../scan'
import { drawRepeatedly, pickDistinct } from '../set/commands'
import { lexRange, ranksByLex, ranksByScore, scoreRange } from './ranges'
import { entriesReply } from './replies'
import { ZSetValue } from './value'

const zcard: Handler = ({ db }, args) => db.getOf(args.key(1), ZSetValue)?.length ?? 0

const zscore: Handler = ({ db, behaviours }, args) => {
  const score = db.getOf(args.key(1), ZSetValue)?.score(args.text(2))
  return score === undefined ? null : doubleReply(score, behaviours)
}

const zmscore: Handler = ({ db, behaviours }, args) => {
  const zset = db.getOf(args.key(1), ZSetValue)
  return args.rest(2).map((member) => {
    const score = zset?.score(member)
    return score === undefined ? null : doubleReply(score, behaviours)
  })
}

/** ZRANK and ZREVRANK. WITHSCORE came with 7.2. */
function zrank(reverse: boolean): Handler {
  return ({ db, behaviours }, args) => {
    const command = args.text(0)
    const key = args.key(1)
    const member = args.text(2)
    const option = args.optional(3)
    if (args.count > 4) fail(`ERR wrong number of arguments for '${lower(command)}' command`)
    const withScore = option !== undefined
    if (withScore && !isKeyword(option, 'withscore')) fail(SYNTAX_ERROR)
    const zset = db.getOf(key, ZSetValue)
    const rank = zset?.rank(member)
    if (!zset || rank === undefined) return withScore ? NULL_ARRAY : null
    const place = reverse ? zset.length - 1 - rank : rank
    return withScore ? [place, doubleReply(present(zset.score(member)), behaviours)] : place
  }
}

const zcount: Handler = ({ db, behaviours }, args) => {
  const range = scoreRange(args.text(2), args.text(3), behaviours)
  const zset = db.getOf(args.key(1), ZSetValue)
  if (!zset) return 0
  const [start, end] = ranksByScore(zset, range)
  return end - start
}

const zlexcount: Handler = ({ db }, args) => {
  const range = lexRange(args.text(2), args.text(3))
  const zset = db.getOf(args.key(1), ZSetValue)
  if (!zset) return 0
  const [start, end] = ranksByLex(zset, range)
  return end - start
}

const INT64 = 2 ** 63

/** ZRANDMEMBER: one member, up to `count` distinct ones, or exactly -count with repetitions. */
const zrandmember: Handler = (context, args) => {
  const { db, random } = context
  const key = args.key(1)
  const howMany = args.optional(2)
  if (howMany === undefined) return db.getOf(key, ZSetValue)?.random(random)?.member ?? null
  const count = rangeArgument(
    howMany,
    -INT64 + 1024,
    INT64,
    'ERR value is out of range',
    'ERR value is not an integer or out of range',
  )
  const withScores = args.is(3, 'withscores')
  if (args.count > 4 || (args.has(3) && !withScores)) fail(SYNTAX_ERROR)
  if (withScores && Math.abs(count) > INT64 / 2) fail('ERR value is out of range')
  const zset = db.getOf(key, ZSetValue)
  if (!zset) return []
  const entries =
    count < 0
      ? drawRepeatedly(-count, () => present(zset.random(random)))
      : pickDistinct(zset.slice(), count, (n) => random.below(n))
  return entriesReply(context, entries, withScores)
}

/** ZSCAN. Scores are text in both protocols, with 17 digits for a skiplist. */
const zscan: Handler = (context, args) =>
  scanReply(context, args, 'zset', (cursor, count) => {
    const zset = context.db.getOf(args.key(1), ZSetValue)
    if (!zset) return null
    const format = (score: number) => (zset.isSkiplist ? format17g(score) : formatDouble(score, context.behaviours))
    const step = zset.scan(cursor, count)
    return { cursor: step.cursor, items: step.entries.map(({ member, score }) => [member, format(score)]) }
  })

/** Commands that read one sorted set. */
export const zsetReadCommands: HandlerTable = {
  zcard,
  zscore,
  zmscore,
  zrank: zrank(false),
  zrevrank: zrank(true),
  zcount,
  zlexcount,
  zrandmember,
  zscan,
}
