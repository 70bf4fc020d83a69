import type { Bytes } from '../../acl/bytes'
import { NULL_ARRAY, type Reply } from '../../resp/reply'
import { type Arguments, fail, SYNTAX_ERROR } from '../arguments'
import type { CommandContext, Handler, HandlerTable } from '../context'
import { endArgument, moveElement, popFrom } from './ends'
import type { End } from './push-element'
import { ListValue } from './value'

const INT64 = 2 ** 63
const NOT_POSITIVE = 'ERR value is out of range, must be positive'

/** LPOP and RPOP. The count came with 6.2. */
function pop(end: End): Handler {
  return (context, args) => {
    const key = args.key(1)
    if (args.count > 3) fail(`ERR wrong number of arguments for '${args.word(0)}' command`)
    const count = args.has(2) ? args.positive(2, NOT_POSITIVE) : undefined
    const list = context.db.getOf(key, ListValue)
    if (!list) return count === undefined ? null : NULL_ARRAY
    if (count === undefined) return popFrom(context, key, list, end, 1)[0] ?? null
    return popFrom(context, key, list, end, count)
  }
}

/** Pops from the first key that holds a list. Throws WRONGTYPE if a key before it holds another type. */
function popFirst(
  context: CommandContext,
  keys: readonly Bytes[],
  end: End,
  count: number,
): { key: Bytes; popped: Bytes[] } | undefined {
  for (const key of keys) {
    const list = context.db.getOf(key, ListValue)
    if (list) return { key, popped: popFrom(context, key, list, end, count) }
  }
  return undefined
}

/** Pops for a blocked client, which skips keys of another type. */
function popWaiting(
  context: CommandContext,
  keys: readonly Bytes[],
  end: End,
  count: number,
): { key: Bytes; popped: Bytes[] } | undefined {
  if (context.behaviours.rechecksBlocked) return popFirst(context, keys, end, count)
  return popFirst(
    context,
    keys.filter((key) => context.db.peek(key) instanceof ListValue),
    end,
    count,
  )
}

/** BLPOP and BRPOP. */
function blockingPop(end: End): Handler {
  return (context, args) => {
    const keys = args.rest(1, -1)
    const timeout = args.timeout(args.count - 1)
    const reply = (taken: ReturnType<typeof popFirst>): Reply | undefined =>
      taken && [taken.key, taken.popped[0] ?? null]
    const now = reply(popFirst(context, keys, end, 1))
    if (now !== undefined) return now
    if (context.denyBlocking) return NULL_ARRAY
    return context.block({
      keys,
      type: 'list',
      timeout,
      onTimeout: NULL_ARRAY,
      attempt: (later) => reply(popWaiting(later, keys, end, 1)),
    })
  }
}

/** LMPOP and BLMPOP: `numkeys key … LEFT|RIGHT [COUNT n]` from argument `at` on. The timeout is parsed last. */
function multiplePop(context: CommandContext, args: Arguments, at: number, timeoutAt?: number): Reply {
  const numkeys = args.integerWithin(at, 1, INT64, 'ERR numkeys should be greater than 0')
  const where = at + numkeys + 1
  if (where >= args.count) fail(SYNTAX_ERROR)
  const end = endArgument(args.optional(where))
  const keys = args.rest(at + 1, where)
  let count: number | undefined
  for (let i = where + 1; i < args.count; i += 2) {
    if (count !== undefined || !args.is(i, 'count') || !args.has(i + 1)) fail(SYNTAX_ERROR)
    count = args.integerWithin(i + 1, 1, INT64, 'ERR count should be greater than 0')
  }
  const timeout = timeoutAt === undefined ? undefined : args.timeout(timeoutAt)
  const reply = (taken: ReturnType<typeof popFirst>): Reply | undefined => taken && [taken.key, taken.popped]
  const now = reply(popFirst(context, keys, end, count ?? 1))
  if (now !== undefined) return now
  if (timeout === undefined || context.denyBlocking) return NULL_ARRAY
  return context.block({
    keys,
    type: 'list',
    timeout,
    onTimeout: NULL_ARRAY,
    attempt: (later) => reply(popWaiting(later, keys, end, count ?? 1)),
  })
}

/** BLMOVE and BRPOPLPUSH. The destination's type is checked once there is something to move. */
function blockingMove(
  context: CommandContext,
  from: Bytes,
  to: Bytes,
  ends: readonly [End, End],
  timeout: number,
): Reply {
  const now = moveElement(context, from, to, ...ends)
  if (now !== undefined) return now
  if (context.denyBlocking) return null
  const attempt = (later: CommandContext) =>
    later.db.peek(from) instanceof ListValue ? moveElement(later, from, to, ...ends) : undefined
  return context.block({ keys: [from], type: 'list', timeout, onTimeout: NULL_ARRAY, attempt })
}

const lmove: Handler = (context, args) => {
  const [wherefrom, whereto] = [endArgument(args.optional(3)), endArgument(args.optional(4))]
  return moveElement(context, args.key(1), args.key(2), wherefrom, whereto) ?? null
}

const blmove: Handler = (context, args) => {
  const ends = [endArgument(args.optional(3)), endArgument(args.optional(4))] as const
  return blockingMove(context, args.key(1), args.key(2), ends, args.timeout(5))
}

/** List commands that pop or move. */
export const listPopCommands: HandlerTable = {
  lpop: pop('left'),
  rpop: pop('right'),
  blpop: blockingPop('left'),
  brpop: blockingPop('right'),
  lmpop: (context, args) => multiplePop(context, args, 1),
  blmpop: (context, args) => multiplePop(context, args, 2, 1),
  lmove,
  blmove,
  rpoplpush: (context, args) => moveElement(context, args.key(1), args.key(2), 'right', 'left') ?? null,
  brpoplpush: (context, args) => blockingMove(context, args.key(1), args.key(2), ['right', 'left'], args.timeout(3)),
}
