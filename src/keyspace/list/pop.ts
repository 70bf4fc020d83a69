import { type Bytes, lower } from '../../acl/bytes'
import { NULL_ARRAY, type Reply } from '../../resp/reply'
import { fail, isKeyword, positiveArgument, rangeArgument, SYNTAX_ERROR, timeoutArgument } from '../arguments'
import type { CommandContext, Handler, HandlerTable } from '../context'
import { endArgument, moveElement, popFrom, type End } from './ends'
import { ListValue } from './value'

const INT64 = 2 ** 63
const NOT_POSITIVE = 'ERR value is out of range, must be positive'

/** LPOP and RPOP, with a count where the target's arity lets one in. */
function pop(end: End): Handler {
  return (context, argv) => {
    const key = argv[1]!
    if (argv.length > 3) fail(`ERR wrong number of arguments for '${lower(argv[0]!)}' command`)
    const count = argv[2] === undefined ? undefined : positiveArgument(argv[2], NOT_POSITIVE)
    const list = context.db.getOf(key, ListValue)
    if (!list) return count === undefined ? null : NULL_ARRAY
    if (count === undefined) return popFrom(context, key, list, end, 1)[0]!
    return popFrom(context, key, list, end, count)
  }
}

/** Takes from the first of the keys that holds a list; throws WRONGTYPE where a key before it holds something else. */
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

/** The same for a client that waits: keys of another type are passed over. */
function popWaiting(
  context: CommandContext,
  keys: readonly Bytes[],
  end: End,
  count: number,
): { key: Bytes; popped: Bytes[] } | undefined {
  return popFirst(
    context,
    keys.filter((key) => context.db.peek(key) instanceof ListValue),
    end,
    count,
  )
}

/** BLPOP and BRPOP. */
function blockingPop(end: End): Handler {
  return (context, argv) => {
    const keys = argv.slice(1, -1)
    const timeout = timeoutArgument(argv[argv.length - 1]!)
    const reply = (taken: ReturnType<typeof popFirst>): Reply | undefined => taken && [taken.key, taken.popped[0]!]
    const now = reply(popFirst(context, keys, end, 1))
    if (now !== undefined) return now
    if (context.denyBlocking) return NULL_ARRAY
    return context.block({
      keys,
      timeout,
      onTimeout: NULL_ARRAY,
      attempt: (later) => reply(popWaiting(later, keys, end, 1)),
    })
  }
}

/** LMPOP and BLMPOP: numkeys key … LEFT|RIGHT [COUNT n], from argv[at] on. The timeout is read after all that. */
function multiplePop(context: CommandContext, argv: readonly Bytes[], at: number, timeoutAt?: number): Reply {
  const numkeys = rangeArgument(argv[at]!, 1, INT64, 'ERR numkeys should be greater than 0')
  const where = at + numkeys + 1
  if (where >= argv.length) fail(SYNTAX_ERROR)
  const end = endArgument(argv[where])
  const keys = argv.slice(at + 1, where)
  let count: number | undefined
  for (let i = where + 1; i < argv.length; i += 2) {
    if (count !== undefined || !isKeyword(argv[i], 'count') || argv[i + 1] === undefined) fail(SYNTAX_ERROR)
    count = rangeArgument(argv[i + 1]!, 1, INT64, 'ERR count should be greater than 0')
  }
  const timeout = timeoutAt === undefined ? undefined : timeoutArgument(argv[timeoutAt]!)
  const reply = (taken: ReturnType<typeof popFirst>): Reply | undefined => taken && [taken.key, taken.popped]
  const now = reply(popFirst(context, keys, end, count ?? 1))
  if (now !== undefined) return now
  if (timeout === undefined || context.denyBlocking) return NULL_ARRAY
  return context.block({
    keys,
    timeout,
    onTimeout: NULL_ARRAY,
    attempt: (later) => reply(popWaiting(later, keys, end, count ?? 1)),
  })
}

/** BLMOVE and BRPOPLPUSH: the destination's type is checked when there is something to move. */
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
  return context.block({ keys: [from], timeout, onTimeout: NULL_ARRAY, attempt })
}

const lmove: Handler = (context, argv) => {
  const [wherefrom, whereto] = [endArgument(argv[3]), endArgument(argv[4])]
  return moveElement(context, argv[1]!, argv[2]!, wherefrom, whereto) ?? null
}

const blmove: Handler = (context, argv) => {
  const ends = [endArgument(argv[3]), endArgument(argv[4])] as const
  return blockingMove(context, argv[1]!, argv[2]!, ends, timeoutArgument(argv[5]!))
}

/** List commands that pop, move or wait. */
export const listPopCommands: HandlerTable = {
  lpop: pop('left'),
  rpop: pop('right'),
  blpop: blockingPop('left'),
  brpop: blockingPop('right'),
  lmpop: (context, argv) => multiplePop(context, argv, 1),
  blmpop: (context, argv) => multiplePop(context, argv, 2, 1),
  lmove,
  blmove,
  rpoplpush: (context, argv) => moveElement(context, argv[1]!, argv[2]!, 'right', 'left') ?? null,
  brpoplpush: (context, argv) =>
    blockingMove(context, argv[1]!, argv[2]!, ['right', 'left'], timeoutArgument(argv[3]!)),
}
