import type { Bytes } from '../../acl/bytes'
import { NULL_ARRAY, type Reply } from '../../resp/reply'
import { type Arguments, fail, SYNTAX_ERROR } from '../arguments'
import type { CommandContext, Handler, HandlerTable } from '../context'
import { afterChange } from '../effects'
import { endArgument, popElement } from './ends'
import { type End, pushElement } from './push-element'
import { ListValue } from './value'

/** The arguments of LMOVEM: up to or exactly `count` elements, one by one (which may reverse them) or as a block. */
interface Move {
  readonly from: Bytes
  readonly to: Bytes
  readonly ends: readonly [End, End]
  readonly count: number
  readonly exactly: boolean
  readonly asBlock: boolean
}

function readMove(args: Arguments, at: number): Move {
  const ends = [endArgument(args.optional(3)), endArgument(args.optional(4))] as const
  const move = { from: args.key(1), to: args.key(2), ends }
  if (args.count === at) return { ...move, count: 1, exactly: false, asBlock: false }
  if (args.count !== at + 3) fail(SYNTAX_ERROR)
  const exactly = args.is(at, 'exactly')
  if (!exactly && !args.is(at, 'count')) fail(SYNTAX_ERROR)
  const count = args.integerWithin(at + 1, 1, 2 ** 63, 'ERR count should be greater than 0')
  const asBlock = args.is(at + 2, 'bulk')
  if (!asBlock && !args.is(at + 2, 'obo')) fail(SYNTAX_ERROR)
  return { ...move, count, exactly, asBlock }
}

/** Moves the elements and returns them in their new order; undefined if there are too few. */
function moveMany(
  context: CommandContext,
  { from, to, ends: [wherefrom, whereto], count, exactly, asBlock }: Move,
): Bytes[] | undefined {
  const source = context.db.getOf(from, ListValue)
  if (!source) return undefined
  const target = context.db.getOf(to, ListValue)
  if (exactly && source.length < count) return undefined
  const taken: Bytes[] = []
  while (taken.length < count && source.length > 0) taken.push(popElement(source, wherefrom))
  const inSourceOrder = wherefrom === 'left' ? taken : [...taken].reverse()
  const placed = asBlock ? inSourceOrder : whereto === 'right' ? taken : [...taken].reverse()
  const list = target ?? new ListValue(context.keyspace.limits)
  list.makeRoomFor(placed)
  for (const element of whereto === 'right' ? placed : [...placed].reverse()) pushElement(list, whereto, element)
  source.shrink()
  if (target) context.db.touched(to)
  else context.db.set(to, list)
  context.notify('l', whereto === 'left' ? 'lpush' : 'rpush', to)
  context.notify('l', wherefrom === 'left' ? 'lpop' : 'rpop', from)
  afterChange(context, from, source, taken.length)
  return placed
}

const lmovem: Handler = (context, args) => moveMany(context, readMove(args, 5)) ?? NULL_ARRAY

const blmovem: Handler = (context, args) => {
  const move = readMove(args, 6)
  const timeout = args.timeout(5)
  const now: Reply | undefined = moveMany(context, move)
  if (now !== undefined) return now
  if (context.denyBlocking) return NULL_ARRAY
  const attempt = (later: CommandContext) =>
    later.db.peek(move.from) instanceof ListValue ? moveMany(later, move) : undefined
  return context.block({ keys: [move.from], type: 'list', timeout, onTimeout: NULL_ARRAY, attempt })
}

/** Commands that move several elements at once (documented with Redis 8.10). */
export const listMoveManyCommands: HandlerTable = { lmovem, blmovem }
