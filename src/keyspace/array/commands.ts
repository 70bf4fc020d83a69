import { map, type Reply } from '../../resp/reply'
import { fail, SYNTAX_ERROR, wrongArity, type Arguments } from '../arguments'
import type { Handler, HandlerTable } from '../context'
import { doubleReply } from '../numbers'
import { arop } from './aggregate'
import { argrep } from './grep'
import { indexArgument } from './indices'
import { ringCommands } from './ring'
import { changed, MOST_ITEMS, toWrite } from './store'
import { ArrayValue, LAST_INDEX } from './value'

/** The number of indices in a slice of the server's arrays (array-slice-size). */
const SLICE = 4096n

/** Reads every index from a position on. */
function indices(args: Arguments, start: number): bigint[] {
  return Array.from({ length: args.count - start }, (_, i) => indexArgument(args, start + i))
}

const arset: Handler = (context, args) => {
  const start = indexArgument(args, 2)
  const values = args.rest(3)
  if (start + BigInt(values.length) - 1n > LAST_INDEX) fail('ERR array index overflow')
  const array = toWrite(context, args.key(1))
  const added = values.filter((value, i) => array.set(start + BigInt(i), value)).length
  changed(context, 'arset', args.key(1), array)
  return added
}

const armset: Handler = (context, args) => {
  if (args.count % 2 !== 0) fail(wrongArity('armset'))
  const pairs = Array.from(
    { length: (args.count - 2) / 2 },
    (_, i) => [indexArgument(args, 2 * i + 2), args.text(2 * i + 3)] as const,
  )
  const array = toWrite(context, args.key(1))
  const added = pairs.filter(([index, value]) => array.set(index, value)).length
  changed(context, 'armset', args.key(1), array)
  return added
}

const arget: Handler = ({ db }, args) => {
  const array = db.getOf(args.key(1), ArrayValue)
  const index = indexArgument(args, 2)
  return array?.get(index) ?? null
}

const armget: Handler = ({ db }, args) => {
  const array = db.getOf(args.key(1), ArrayValue)
  return indices(args, 2).map((index) => array?.get(index) ?? null)
}

const ardel: Handler = (context, args) => {
  const wanted = indices(args, 2)
  const array = context.db.getOf(args.key(1), ArrayValue)
  const deleted = wanted.filter((index) => array?.delete(index)).length
  if (array && deleted > 0) changed(context, 'ardel', args.key(1), array)
  return deleted
}

const ardelrange: Handler = (context, args) => {
  if (args.count % 2 !== 0) fail(wrongArity('ardelrange'))
  const bounds = indices(args, 2)
  const array = context.db.getOf(args.key(1), ArrayValue)
  if (!array) return 0
  let deleted = 0
  for (let i = 0; i < bounds.length; i += 2)
    for (const index of array.between(bounds[i] ?? 0n, bounds[i + 1] ?? 0n)) if (array.delete(index)) deleted++
  if (deleted > 0) changed(context, 'ardelrange', args.key(1), array)
  return deleted
}

/** ARGETRANGE key start end: every index, the empty ones as null. */
const argetrange: Handler = ({ db }, args) => {
  const [start, end] = [indexArgument(args, 2), indexArgument(args, 3)]
  const array = db.getOf(args.key(1), ArrayValue)
  const step = start <= end ? 1n : -1n
  const length = (end - start) * step + 1n
  if (length > MOST_ITEMS) fail(`ERR range exceeds maximum of ${MOST_ITEMS} items`)
  return Array.from({ length: Number(length) }, (_, i) => array?.get(start + BigInt(i) * step) ?? null)
}

/** ARSCAN key start end [LIMIT n]. */
const arscan: Handler = ({ db }, args) => {
  const [start, end] = [indexArgument(args, 2), indexArgument(args, 3)]
  if (args.count !== 4 && args.count !== 6) fail(wrongArity('arscan'))
  if (args.has(4) && !args.is(4, 'limit')) fail(SYNTAX_ERROR)
  const limit = args.has(5) ? args.integer(5) : Infinity
  if (limit <= 0) fail('ERR LIMIT must be positive')
  const array = db.getOf(args.key(1), ArrayValue)
  return (
    array
      ?.between(start, end)
      .slice(0, limit)
      .map((index) => [index, array.get(index)]) ?? []
  )
}

/** ARINFO key [FULL]. The figures about slices and directories are those of a server that packs nothing. */
const arinfo: Handler = (context, args) => {
  if (args.count > 3 || (args.has(2) && !args.is(2, 'full'))) fail(SYNTAX_ERROR)
  const array = context.db.getOf(args.key(1), ArrayValue) ?? fail('ERR no such key')
  const { span, lastInserted } = array
  const slices = new Set(array.between(0n, LAST_INDEX).map((index) => index / SLICE)).size
  const next = lastInserted === null || lastInserted >= LAST_INDEX ? 0 : lastInserted + 1n
  const number = (value: number): Reply => doubleReply(value, context.behaviours)
  const entries: (readonly [string, Reply])[] = [
    ['count', array.length],
    ['len', span],
    ['next-insert-index', next],
    ['slices', slices],
    ['directory-size', slices],
    ['super-dir-entries', 0],
    ['slice-size', SLICE],
  ]
  if (args.has(2))
    entries.push(
      ['dense-slices', 0],
      ['sparse-slices', slices],
      ['avg-dense-size', number(0)],
      ['avg-dense-fill', number(0)],
      ['avg-sparse-size', number(array.length / slices)],
    )
  return map(entries)
}

/** Commands on arrays (Redis 8.8), by documentation. */
export const arrayCommands: HandlerTable = {
  arset,
  armset,
  arget,
  armget,
  ardel,
  ardelrange,
  argetrange,
  arscan,
  argrep,
  arop,
  arinfo,
  arlen: ({ db }, args) => db.getOf(args.key(1), ArrayValue)?.span ?? 0,
  arcount: ({ db }, args) => db.getOf(args.key(1), ArrayValue)?.length ?? 0,
  ...ringCommands,
}
