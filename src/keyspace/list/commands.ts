import type { Bytes } from '../../acl/bytes'
import { OK } from '../../resp/reply'
import { fail, integerArgument, isKeyword, NOT_INTEGER, rangeArgument, SYNTAX_ERROR } from '../arguments'
import type { CommandContext, Handler, HandlerTable } from '../context'
import { afterChange } from '../effects'
import { insertElement, keepElements, removeElements, setElement } from './edits'
import { ListValue } from './value'

const INT64 = 2 ** 63

const llen: Handler = ({ db }, args) => db.getOf(args.key(1), ListValue)?.length ?? 0

/** Converts an index from either end to one from the start, possibly outside the list. */
const fromStart = (index: number, length: number) => (index < 0 ? length + index : index)

const lindex: Handler = ({ db }, args) => {
  const list = db.getOf(args.key(1), ListValue)
  if (!list) return null
  const index = fromStart(args.integer(2), list.length)
  return index >= 0 && index < list.length ? list.at(index) : null
}

const lset: Handler = (context, args) => {
  const key = args.key(1)
  const element = args.text(3)
  const list = context.db.getOf(key, ListValue) ?? fail('ERR no such key')
  const index = fromStart(args.integer(2), list.length)
  // The server makes room before it looks for the place: the list stays a quicklist even if there is none.
  list.makeRoomFor([element])
  if (index < 0 || index >= list.length) fail('ERR index out of range')
  setElement(list, index, element)
  list.shrink()
  context.db.touched(key)
  context.keyspace.report(1)
  context.notify('l', 'lset', key)
  return OK
}

const linsert: Handler = (context, args) => {
  const key = args.key(1)
  const where = args.optional(2)
  const pivot = args.text(3)
  const element = args.text(4)
  const after = isKeyword(where, 'after')
  if (!after && !isKeyword(where, 'before')) fail(SYNTAX_ERROR)
  const list = context.db.getOf(key, ListValue)
  if (!list) return 0
  list.makeRoomFor([element])
  const index = list.slice().indexOf(pivot)
  if (index < 0) return -1
  insertElement(list, index, element, after)
  context.db.touched(key)
  context.keyspace.report(1)
  context.notify('l', 'linsert', key)
  return list.length
}

/** Converts start and stop, counted from either end, to a half-open range within the list. */
function clampRange(start: number, stop: number, length: number): [number, number] {
  const first = Math.max(0, fromStart(start, length))
  const last = Math.min(length - 1, fromStart(stop, length))
  return first > last ? [0, 0] : [first, last + 1]
}

const lrange: Handler = ({ db }, args) => {
  const start = args.integer(2)
  const stop = args.integer(3)
  const list = db.getOf(args.key(1), ListValue)
  return list ? list.slice(...clampRange(start, stop, list.length)) : []
}

const ltrim: Handler = (context, args) => {
  const key = args.key(1)
  const start = args.integer(2)
  const stop = args.integer(3)
  const list = context.db.getOf(key, ListValue)
  if (!list) return OK
  const before = list.length
  const [from, to] = clampRange(start, stop, before)
  keepElements(list, from, to - from)
  list.shrink()
  context.notify('l', 'ltrim', key)
  afterChange(context, key, list, before - list.length)
  return OK
}

const lrem: Handler = (context, args) => {
  const key = args.key(1)
  const element = args.text(3)
  const count = args.integer(2)
  const list = context.db.getOf(key, ListValue)
  if (!list) return 0
  const removed = removeElements(list, element, count === 0 ? Infinity : Math.abs(count), count < 0)
  if (removed === 0) return 0
  list.shrink()
  context.notify('l', 'lrem', key)
  afterChange(context, key, list, removed)
  return removed
}

/** LPOS. Each option is checked as it is read. */
const lpos: Handler = (context, args) => {
  const options = { rank: 1, count: undefined as number | undefined, maxlen: 0 }
  const given = args.options(3)
  while (given.hasMore) {
    if (given.takes('rank', 1)) options.rank = lposRank(context, given.text())
    else if (given.takes('count', 1)) options.count = given.positive("ERR COUNT can't be negative")
    else if (given.takes('maxlen', 1)) options.maxlen = given.positive("ERR MAXLEN can't be negative")
    else fail(SYNTAX_ERROR)
  }
  const list = context.db.getOf(args.key(1), ListValue)
  if (!list) return options.count === undefined ? null : []
  const found = positions(list, args.text(2), options.rank, options.count ?? 1, options.maxlen)
  return options.count === undefined ? (found[0] ?? null) : found
}

function lposRank({ behaviours }: CommandContext, argument: Bytes): number {
  const rank = behaviours.longLposRankError
    ? rangeArgument(argument, -INT64 + 1024, INT64, 'ERR value is out of range', NOT_INTEGER)
    : integerArgument(argument)
  if (rank !== 0) return rank
  return fail(
    "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second" +
      (behaviours.longLposRankError ? ' ... or use negative to start from the end of the list' : ', ...'),
  )
}

/**
 * Returns the positions of `element` from its |rank|-th match on, searching from the end if rank is negative. A limit
 * of 0 means none.
 */
function positions(list: ListValue, element: Bytes, rank: number, count: number, maxlen: number): number[] {
  const found: number[] = []
  const steps = maxlen === 0 ? list.length : Math.min(maxlen, list.length)
  let matches = 0
  for (let step = 0; step < steps && (count === 0 || found.length < count); step++) {
    const index = rank < 0 ? list.length - 1 - step : step
    if (list.at(index) === element && ++matches >= Math.abs(rank)) found.push(index)
  }
  return found
}

/** List commands that neither push, pop nor block. */
export const listCommands: HandlerTable = {
  llen,
  lindex,
  lset,
  linsert,
  lrange,
  ltrim,
  lrem,
  lpos,
}
