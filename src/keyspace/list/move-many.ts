import type { Bytes } from '../../acl/bytes'
import { NULL_ARRAY, type Reply } from '../../resp/reply'
import { fail, isKeyword, rangeArgument, SYNTAX_ERROR, timeoutArgument } from '../arguments'
import type { CommandContext, Handler, HandlerTable } from '../context'
import { afterChange } from '../effects'
import { endArgument, popElement, pushElement, type End } from './ends'
import { ListValue } from './value'

/** What LMOVEM moves: up to or exactly so many elements, one by one (which may turn them round) or as a block. */
interface Move {
  readonly from: Bytes
  readonly to: Bytes
  readonly ends: readonly [End, End]
  readonly count: number
  readonly exactly: boolean
  readonly asBlock: boolean
}

function readMove(argv: readonly Bytes[], at: number): Move {
  const ends = [endArgument(argv[3]), endArgument(argv[4])] as const
  const move = { from: argv[1]!, to: argv[2]!, ends }
  if (argv.length === at) return { ...move, count: 1, exactly: false, asBlock: false }
  if (argv.length !== at + 3) fail(SYNTAX_ERROR)
  const exactly = isKeyword(argv[at], 'exactly')
  if (!exactly && !isKeyword(argv[at], 'count')) fail(SYNTAX_ERROR)
  const count = rangeArgument(argv[at + 1]!, 1, 2 ** 63, 'ERR count should be greater than 0')
  const asBlock = isKeyword(argv[at + 2], 'bulk')
  if (!asBlock && !isKeyword(argv[at + 2], 'obo')) fail(SYNTAX_ERROR)
  return { ...move, count, exactly, asBlock }
}

/** Moves the elements and gives them in the order in which they now stand; undefined where there are too few. */
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
  source.shrink()
  const inSourceOrder = wherefrom === 'left' ? taken : [...taken].reverse()
  const placed = asBlock ? inSourceOrder : whereto === 'right' ? taken : [...taken].reverse()
  const list = target ?? new ListValue()
  list.makeRoomFor(placed)
  for (const element of whereto === 'right' ? placed : [...placed].reverse()) pushElement(list, whereto, element)
  if (target) context.db.touched(to)
  else context.db.set(to, list)
  context.notify('l', whereto === 'left' ? 'lpush' : 'rpush', to)
  context.notify('l', wherefrom === 'left' ? 'lpop' : 'rpop', from)
  afterChange(context, from, source)
  return placed
}

const lmovem: Handler = (context, argv) => moveMany(context, readMove(argv, 5)) ?? NULL_ARRAY

const blmovem: Handler = (context, argv) => {
  const move = readMove(argv, 6)
  const timeout = timeoutArgument(argv[5]!)
  const now: Reply | undefined = moveMany(context, move)
  if (now !== undefined) return now
  if (context.denyBlocking) return NULL_ARRAY
  const attempt = (later: CommandContext) =>
    later.db.peek(move.from) instanceof ListValue ? moveMany(later, move) : undefined
  return context.block({ keys: [move.from], timeout, onTimeout: NULL_ARRAY, attempt })
}

/** Commands that move several elements at once (documented with Redis 8.10). */
export const listMoveManyCommands: HandlerTable = { lmovem, blmovem }
