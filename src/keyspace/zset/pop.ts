import type { Bytes } from '../../acl/bytes'
import { NULL_ARRAY, type Reply } from '../../resp/reply'
import { type Arguments, fail, integerArgument, positiveArgument, SYNTAX_ERROR } from '../arguments'
import type { CommandContext, Handler, HandlerTable } from '../context'
import { afterChange } from '../effects'
import { doubleReply } from '../numbers'
import { entriesReply, pairsReply } from './replies'
import type { Entry } from './sorted'
import { ZSetValue } from './value'

type End = 'min' | 'max'

/** Pops up to `count` entries from one end. Publishes `zpopmin` or `zpopmax`, then `del` if the set is empty. */
function popFrom(context: CommandContext, key: Bytes, zset: ZSetValue, end: End, count: number): Entry[] {
  const n = Math.min(count, zset.length)
  const entries = end === 'min' ? zset.slice(0, n) : zset.slice(zset.length - n).reverse()
  if (n === 0) return entries
  for (const { member } of entries) zset.delete(member)
  context.notify('z', `zpop${end}`, key)
  afterChange(context, key, zset, n)
  return entries
}

/**
 * Reads the count of ZPOPMIN. Undefined if it is not positive on servers before 7.0, which then do not look up the key.
 */
function popCount({ behaviours }: CommandContext, argument: Bytes): number | undefined {
  if (behaviours.strictZpopCount) return positiveArgument(argument, 'ERR value is out of range, must be positive')
  const count = integerArgument(argument)
  return count > 0 ? count : undefined
}

function pop(end: End): Handler {
  return (context, args) => {
    if (args.count > 3) fail(SYNTAX_ERROR)
    const count = args.has(2) ? popCount(context, args.text(2)) : 1
    if (count === undefined) return []
    const zset = context.db.getOf(args.key(1), ZSetValue)
    if (!zset) return []
    const entries = popFrom(context, args.key(1), zset, end, count)
    if (args.has(2) && context.behaviours.strictZpopCount) return entriesReply(context, entries, true)
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

/** Pops from the first key that has entries, or blocks. Before 7.2, keys of another type are skipped while blocked. */
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
    const ready = later.behaviours.rechecksBlocked
      ? keys
      : keys.filter((key) => later.db.peek(key) instanceof ZSetValue)
    const taken = popFirst(later, ready, end, count)
    return taken && reply(later, taken)
  }
  return context.block({ keys, type: 'zset', timeout, onTimeout: NULL_ARRAY, attempt })
}

function blockingPop(end: End): Handler {
  return (context, args) => {
    const timeout = args.timeout(args.count - 1)
    return popOrWait(context, args.rest(1, -1), end, 1, timeout, ({ behaviours }, { key, entries }) => [
      key,
      ...entries.flatMap(({ member, score }) => [member, doubleReply(score, behaviours)]),
    ])
  }
}

/** ZMPOP and BZMPOP: `numkeys key … MIN|MAX [COUNT n]` from argument `at` on. The timeout is parsed last. */
function multiplePop(context: CommandContext, args: Arguments, at: number, timeoutAt?: number): Reply {
  const numkeys = args.integerWithin(at, 1, 2 ** 63, 'ERR numkeys should be greater than 0')
  const where = at + numkeys + 1
  if (where >= args.count) fail(SYNTAX_ERROR)
  const end = args.is(where, 'min') ? 'min' : args.is(where, 'max') ? 'max' : fail(SYNTAX_ERROR)
  let count: number | undefined
  for (let i = where + 1; i < args.count; i += 2) {
    if (count !== undefined || !args.is(i, 'count') || !args.has(i + 1)) fail(SYNTAX_ERROR)
    count = args.integerWithin(i + 1, 1, 2 ** 63, 'ERR count should be greater than 0')
  }
  const timeout = timeoutAt === undefined ? undefined : args.timeout(timeoutAt)
  return popOrWait(context, args.rest(at + 1, where), end, count ?? 1, timeout, (later, { key, entries }) => [
    key,
    pairsReply(later, entries),
  ])
}

/** Sorted set commands that pop. */
export const zsetPopCommands: HandlerTable = {
  zpopmin: pop('min'),
  zpopmax: pop('max'),
  bzpopmin: blockingPop('min'),
  bzpopmax: blockingPop('max'),
  zmpop: (context, args) => multiplePop(context, args, 1),
  bzmpop: (context, args) => multiplePop(context, args, 2, 1),
}
