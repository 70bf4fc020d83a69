import type { Bytes } from '../../acl/bytes'
import { NULL_ARRAY, type Reply } from '../../resp/reply'
import {
  fail,
  integerArgument,
  isKeyword,
  positiveArgument,
  rangeArgument,
  SYNTAX_ERROR,
  timeoutArgument,
} from '../arguments'
import type { CommandContext, Handler, HandlerTable } from '../context'
import { afterChange } from '../effects'
import { doubleReply } from '../numbers'
import { entriesReply, pairsReply } from './replies'
import type { Entry } from './sorted'
import { ZSetValue } from './value'

type End = 'min' | 'max'

/** Takes up to `count` entries from one end and tells of it: `zpopmin` or `zpopmax`, then `del` where it was the last. */
function popFrom(context: CommandContext, key: Bytes, zset: ZSetValue, end: End, count: number): Entry[] {
  const n = Math.min(count, zset.length)
  const entries = end === 'min' ? zset.slice(0, n) : zset.slice(zset.length - n).reverse()
  if (n === 0) return entries
  for (const { member } of entries) zset.delete(member)
  context.notify('z', `zpop${end}`, key)
  afterChange(context, key, zset)
  return entries
}

/** The count of ZPOPMIN; undefined where it asks for nothing before the key is looked at (servers before 7.0). */
function popCount({ behaviours }: CommandContext, argument: Bytes): number | undefined {
  if (behaviours.strictZpopCount) return positiveArgument(argument, 'ERR value is out of range, must be positive')
  const count = integerArgument(argument)
  return count > 0 ? count : undefined
}

function pop(end: End): Handler {
  return (context, argv) => {
    if (argv.length > 3) fail(SYNTAX_ERROR)
    const count = argv[2] === undefined ? 1 : popCount(context, argv[2])
    if (count === undefined) return []
    const zset = context.db.getOf(argv[1]!, ZSetValue)
    if (!zset) return []
    const entries = popFrom(context, argv[1]!, zset, end, count)
    if (argv[2] !== undefined && context.behaviours.strictZpopCount) return entriesReply(context, entries, true)
    return entries.flatMap(({ member, score }) => [member, doubleReply(score, context.behaviours)])
  }
}

interface Taken {
  readonly key: Bytes
  readonly entries: readonly Entry[]
}

function popFirst(context: CommandContext, keys: readonly Bytes[], end: End, count: number): Taken | undefined {
  for (const key of keys) {
    const zset = context.db.getOf(key, ZSetValue)
    if (zset) return { key, entries: popFrom(context, key, zset, end, count) }
  }
  return undefined
}

/** Answers from the first key that has something, or waits; keys that come to hold another type meanwhile are passed over. */
function popOrWait(
  context: CommandContext,
  keys: readonly Bytes[],
  end: End,
  count: number,
  timeout: number | undefined,
  reply: (context: CommandContext, taken: Taken) => Reply,
): Reply {
  const now = popFirst(context, keys, end, count)
  if (now) return reply(context, now)
  if (timeout === undefined || context.denyBlocking) return NULL_ARRAY
  const attempt = (later: CommandContext) => {
    const taken = popFirst(
      later,
      keys.filter((key) => later.db.peek(key) instanceof ZSetValue),
      end,
      count,
    )
    return taken && reply(later, taken)
  }
  return context.block({ keys, timeout, onTimeout: NULL_ARRAY, attempt })
}

function blockingPop(end: End): Handler {
  return (context, argv) => {
    const timeout = timeoutArgument(argv[argv.length - 1]!)
    return popOrWait(context, argv.slice(1, -1), end, 1, timeout, ({ behaviours }, { key, entries: [entry] }) => [
      key,
      entry!.member,
      doubleReply(entry!.score, behaviours),
    ])
  }
}

/** ZMPOP and BZMPOP: numkeys key … MIN|MAX [COUNT n], from argv[at] on. The timeout is read after all that. */
function multiplePop(context: CommandContext, argv: readonly Bytes[], at: number, timeoutAt?: number): Reply {
  const numkeys = rangeArgument(argv[at]!, 1, 2 ** 63, 'ERR numkeys should be greater than 0')
  const where = at + numkeys + 1
  if (where >= argv.length) fail(SYNTAX_ERROR)
  const end = isKeyword(argv[where], 'min') ? 'min' : isKeyword(argv[where], 'max') ? 'max' : fail(SYNTAX_ERROR)
  let count: number | undefined
  for (let i = where + 1; i < argv.length; i += 2) {
    if (count !== undefined || !isKeyword(argv[i], 'count') || argv[i + 1] === undefined) fail(SYNTAX_ERROR)
    count = rangeArgument(argv[i + 1]!, 1, 2 ** 63, 'ERR count should be greater than 0')
  }
  const timeout = timeoutAt === undefined ? undefined : timeoutArgument(argv[timeoutAt]!)
  return popOrWait(context, argv.slice(at + 1, where), end, count ?? 1, timeout, (later, { key, entries }) => [
    key,
    pairsReply(later, entries),
  ])
}

/** Sorted set commands that pop or wait. */
export const zsetPopCommands: HandlerTable = {
  zpopmin: pop('min'),
  zpopmax: pop('max'),
  bzpopmin: blockingPop('min'),
  bzpopmax: blockingPop('max'),
  zmpop: (context, argv) => multiplePop(context, argv, 1),
  bzmpop: (context, argv) => multiplePop(context, argv, 2, 1),
}
