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

const zcard: Handler = ({ db }, argv) => db.getOf(argv[1]!, ZSetValue)?.length ?? 0

const zscore: Handler = ({ db, behaviours }, argv) => {
  const score = db.getOf(argv[1]!, ZSetValue)?.score(argv[2]!)
  return score === undefined ? null : doubleReply(score, behaviours)
}

const zmscore: Handler = ({ db, behaviours }, argv) => {
  const zset = db.getOf(argv[1]!, ZSetValue)
  return argv.slice(2).map((member) => {
    const score = zset?.score(member)
    return score === undefined ? null : doubleReply(score, behaviours)
  })
}

/** ZRANK and ZREVRANK, with the score where asked (arity lets WITHSCORE in from 7.2). */
function zrank(reverse: boolean): Handler {
  return ({ db, behaviours }, argv) => {
    const [command = '', key = '', member = '', option] = argv
    if (argv.length > 4) fail(`ERR wrong number of arguments for '${lower(command)}' command`)
    const withScore = option !== undefined
    if (withScore && !isKeyword(option, 'withscore')) fail(SYNTAX_ERROR)
    const zset = db.getOf(key, ZSetValue)
    const rank = zset?.rank(member)
    if (!zset || rank === undefined) return withScore ? NULL_ARRAY : null
    const place = reverse ? zset.length - 1 - rank : rank
    return withScore ? [place, doubleReply(zset.score(member)!, behaviours)] : place
  }
}

const zcount: Handler = ({ db, behaviours }, argv) => {
  const range = scoreRange(argv[2]!, argv[3]!, behaviours)
  const zset = db.getOf(argv[1]!, ZSetValue)
  if (!zset) return 0
  const [start, end] = ranksByScore(zset, range)
  return end - start
}

const zlexcount: Handler = ({ db }, argv) => {
  const range = lexRange(argv[2]!, argv[3]!)
  const zset = db.getOf(argv[1]!, ZSetValue)
  if (!zset) return 0
  const [start, end] = ranksByLex(zset, range)
  return end - start
}

const INT64 = 2 ** 63

/** ZRANDMEMBER: one member; up to `count` different ones; or exactly -count, each drawn anew. */
const zrandmember: Handler = (context, argv) => {
  const { db, random } = context
  const [, key = '', howMany] = argv
  if (howMany === undefined) return db.getOf(key, ZSetValue)?.random(random)?.member ?? null
  const count = rangeArgument(
    howMany,
    -INT64 + 1024,
    INT64,
    'ERR value is out of range',
    'ERR value is not an integer or out of range',
  )
  const withScores = isKeyword(argv[3], 'withscores')
  if (argv.length > 4 || (argv[3] !== undefined && !withScores)) fail(SYNTAX_ERROR)
  if (withScores && Math.abs(count) > INT64 / 2) fail('ERR value is out of range')
  const zset = db.getOf(key, ZSetValue)
  if (!zset) return []
  const entries =
    count < 0
      ? drawRepeatedly(-count, () => zset.random(random)!)
      : pickDistinct(zset.slice(), count, (n) => random.below(n))
  return entriesReply(context, entries, withScores)
}

/** ZSCAN: scores are text in either protocol, that of a skiplist with 17 digits. */
const zscan: Handler = (context, argv) =>
  scanReply(context, argv, 'zset', (cursor, count) => {
    const zset = context.db.getOf(argv[1]!, ZSetValue)
    if (!zset) return null
    const format = (score: number) => (zset.isSkiplist ? format17g(score) : formatDouble(score, context.behaviours))
    const step = zset.scan(cursor, count)
    return { cursor: step.cursor, items: step.entries.map(({ member, score }) => [member, format(score)]) }
  })

/** Commands that look at one sorted set. */
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
