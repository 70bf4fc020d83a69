import type { Bytes } from '../../acl/bytes'
import type { Reply } from '../../resp/reply'
import { type Arguments, fail, integerArgument, SYNTAX_ERROR } from '../arguments'
import type { CommandContext, Handler, HandlerTable } from '../context'
import { afterChange } from '../effects'
import { lexRange, ranksByIndex, ranksByLex, ranksByScore, scoreRange, type Ranks } from './ranges'
import { entriesReply } from './replies'
import type { Entry } from './sorted'
import { storeEntries } from './store'
import { ZSetValue } from './value'

type By = 'rank' | 'score' | 'lex'

interface Options {
  by: By
  reverse: boolean
  withScores: boolean
  offset: number
  /** Negative means no limit. */
  count: number
}

/** The choices that the name of a range command fixes. Options set the rest. */
interface Form {
  readonly by?: By
  readonly reverse?: boolean
  readonly storing?: boolean
}

/** Reads the options after a range, in any order (the parser that all range commands share from 6.2). */
function readOptions(args: Arguments, at: number, form: Form): Options {
  const options: Options = {
    by: form.by ?? 'rank',
    reverse: form.reverse ?? false,
    withScores: false,
    offset: 0,
    count: -1,
  }
  let [byIsFree, directionIsFree] = [form.by === undefined, form.reverse === undefined]
  const given = args.options(at)
  while (given.hasMore) {
    if (!form.storing && given.takes('withscores')) options.withScores = true
    else if (given.takes('limit', 2)) {
      options.offset = given.integer()
      options.count = given.integer()
    } else if (directionIsFree && given.takes('rev')) {
      options.reverse = true
      directionIsFree = false
    } else if (byIsFree && given.takes('bylex')) {
      options.by = 'lex'
      byIsFree = false
    } else if (byIsFree && given.takes('byscore')) {
      options.by = 'score'
      byIsFree = false
    } else fail(SYNTAX_ERROR)
  }
  if (options.count !== -1 && options.by === 'rank') {
    fail('ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX')
  }
  if (options.by === 'rank') options.offset = 0
  if (options.withScores && options.by === 'lex')
    fail('ERR syntax error, WITHSCORES not supported in combination with BYLEX')
  return options
}

/** Parses the two ends of a range. Returns a function that finds its ranks in a set. */
function readRange(
  { behaviours }: CommandContext,
  by: By,
  reverse: boolean,
  first: Bytes,
  second: Bytes,
): (zset: ZSetValue) => Ranks {
  const [min, max] = reverse ? [second, first] : [first, second]
  if (by === 'score') {
    const range = scoreRange(min, max, behaviours)
    return (zset) => ranksByScore(zset, range)
  }
  if (by === 'lex') {
    const range = lexRange(min, max)
    return (zset) => ranksByLex(zset, range, reverse)
  }
  const [start, stop] = [integerArgument(first), integerArgument(second)]
  return (zset) => ranksByIndex(zset.length, start, stop, reverse)
}

/**
 * Returns the entries of a range in its direction, after LIMIT. A negative offset skips everything, or counts from the
 * end in a skiplist.
 */
function select(
  { behaviours }: CommandContext,
  zset: ZSetValue,
  [start, end]: Ranks,
  { reverse, offset: given, count }: Options,
): Entry[] {
  const countsBack = given < 0 && zset.isSkiplist && behaviours.zrangeOffsetsFromEnd
  const offset = countsBack ? end - start + given : given
  if (offset < 0) return []
  const n = count < 0 ? Infinity : count
  if (!reverse) return zset.slice(start + offset, Math.min(end, start + offset + n))
  return zset.slice(Math.max(start, end - offset - n), Math.max(start, end - offset)).reverse()
}

/** ZRANGE and its special cases. */
function range(form: Form): Handler {
  return (context, args) => {
    if (!context.behaviours.unifiedZrange) return classicRange(context, args, form)
    const at = form.storing ? 3 : 2
    const options = readOptions(args, at + 2, form)
    const find = readRange(context, options.by, options.reverse, args.text(at), args.text(at + 1))
    const zset = context.db.getOf(args.key(at - 1), ZSetValue)
    const entries = zset ? select(context, zset, find(zset), options) : []
    return form.storing
      ? storeEntries(context, args.key(1), entries, 'zrangestore')
      : entriesReply(context, entries, options.withScores)
  }
}

/** The range commands of 6.0: each parses its range before its options, and has fewer of them. */
function classicRange(context: CommandContext, args: Arguments, { by = 'rank', reverse = false }: Form): Reply {
  const find = readRange(context, by, reverse, args.text(2), args.text(3))
  const options: Options = { by, reverse, withScores: false, offset: 0, count: -1 }
  const given = args.options(4)
  while (given.hasMore) {
    if ((by === 'score' || (by === 'rank' && args.count === 5)) && given.takes('withscores')) options.withScores = true
    else if (by !== 'rank' && given.takes('limit', 2)) {
      options.offset = given.integer()
      options.count = given.integer()
    } else fail(SYNTAX_ERROR)
  }
  const zset = context.db.getOf(args.key(1), ZSetValue)
  return zset ? entriesReply(context, select(context, zset, find(zset), options), options.withScores) : []
}

/** ZREMRANGEBYRANK, BYSCORE and BYLEX. */
function removeRange(by: By, event: string): Handler {
  return (context, args) => {
    const key = args.key(1)
    const find = readRange(context, by, false, args.text(2), args.text(3))
    const zset = context.db.getOf(key, ZSetValue)
    if (!zset) return 0
    const entries = zset.slice(...find(zset))
    if (entries.length === 0) return 0
    for (const { member } of entries) zset.delete(member)
    context.notify('z', event, key)
    afterChange(context, key, zset, entries.length)
    return entries.length
  }
}

/** Commands on a range of one sorted set. */
export const zsetRangeCommands: HandlerTable = {
  zrange: range({}),
  zrangestore: range({ storing: true }),
  zrevrange: range({ by: 'rank', reverse: true }),
  zrangebyscore: range({ by: 'score', reverse: false }),
  zrevrangebyscore: range({ by: 'score', reverse: true }),
  zrangebylex: range({ by: 'lex', reverse: false }),
  zrevrangebylex: range({ by: 'lex', reverse: true }),
  zremrangebyrank: removeRange('rank', 'zremrangebyrank'),
  zremrangebyscore: removeRange('score', 'zremrangebyscore'),
  zremrangebylex: removeRange('lex', 'zremrangebylex'),
}
