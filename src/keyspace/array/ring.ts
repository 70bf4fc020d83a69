import type { Reply } from '../../resp/reply'
import { fail, integerArgument, SYNTAX_ERROR, wrongArity } from '../arguments'
import type { Handler, HandlerTable } from '../context'
import { INVALID_INDEX, parseIndex } from './indices'
import { changed, MOST_ITEMS, toWrite } from './store'
import { ArrayValue, LAST_INDEX } from './value'

const arinsert: Handler = (context, args) => {
  const array = toWrite(context, args.key(1))
  const values = args.rest(2)
  const first = (array.lastInserted ?? -1n) + 1n
  const last = first + BigInt(values.length) - 1n
  if (last > LAST_INDEX) fail('ERR insert index overflow')
  values.forEach((value, i) => array.set(first + BigInt(i), value))
  array.lastInserted = last
  changed(context, 'arinsert', args.key(1), array)
  return last
}

const arring: Handler = (context, args) => {
  const size = BigInt(integerArgument(args.text(2), 'ERR invalid size'))
  if (size <= 0n) fail('ERR size must be positive')
  const array = toWrite(context, args.key(1))
  fit(array, size)
  let cursor = 0n
  for (const value of args.rest(3)) {
    cursor = ((array.lastInserted ?? -1n) + 1n) % size
    array.set(cursor, value)
    array.lastInserted = cursor
  }
  changed(context, 'arring', args.key(1), array)
  return cursor
}

/**
 * Moves the newest elements of a ring to its start, oldest first, where it gets smaller, or gets larger after it wrapped. Only
 * elements without a gap before the newest are kept.
 */
function fit(array: ArrayValue, size: bigint): void {
  const { span, lastInserted } = array
  const wrapped = lastInserted !== null && lastInserted + 1n < span
  if (span === 0n || (size >= span && (size === span || !wrapped))) return
  const kept: string[] = []
  let at = lastInserted === null ? span - 1n : lastInserted % span
  for (let element = array.get(at); element !== null && kept.length < Math.min(Number(size), Number(span));) {
    kept.push(element)
    at = at === 0n ? span - 1n : at - 1n
    element = array.get(at)
  }
  array.clear()
  kept.reverse().forEach((element, i) => array.set(BigInt(i), element))
  array.lastInserted = kept.length > 0 ? BigInt(kept.length) - 1n : null
}

const arnext: Handler = ({ db }, args) => {
  const last = db.getOf(args.key(1), ArrayValue)?.lastInserted
  return last === undefined || last === null ? 0 : last >= LAST_INDEX ? null : last + 1n
}

const arseek: Handler = (context, args) => {
  const index = parseIndex(args.text(2)) ?? fail(INVALID_INDEX)
  const array = context.db.getOf(args.key(1), ArrayValue)
  if (!array) return 0
  array.lastInserted = index === 0n ? null : index - 1n
  changed(context, 'arseek', args.key(1), array)
  return 1
}

/** ARLASTITEMS key count [REV]: positions before the last insertion, empty ones too, around the array's end. */
const arlastitems: Handler = ({ db }, args): Reply => {
  const count = integerArgument(args.text(2), 'ERR invalid COUNT')
  if (count <= 0) return []
  if (args.count > 4) fail(wrongArity('arlastitems'))
  if (args.has(3) && !args.is(3, 'rev')) fail(SYNTAX_ERROR)
  const array = db.getOf(args.key(1), ArrayValue)
  if (!array) return []
  const { span, lastInserted } = array
  const wanted = Math.min(count, Number(span))
  if (wanted > array.length && wanted > MOST_ITEMS) fail(`ERR count exceeds maximum of ${MOST_ITEMS} items`)
  let at = lastInserted === null || lastInserted >= span ? span - 1n : lastInserted
  const items = Array.from({ length: wanted }, () => {
    const element = array.get(at)
    at = at === 0n ? span - 1n : at - 1n
    return element
  })
  return args.has(3) ? items : items.reverse()
}

/** Commands on the place where an array is inserted to. */
export const ringCommands: HandlerTable = { arinsert, arring, arnext, arseek, arlastitems }
