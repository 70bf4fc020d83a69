import type { Bytes } from '../../acl/bytes'
import { fail, isKeyword, SYNTAX_ERROR } from '../arguments'
import type { CommandContext } from '../context'
import { afterChange } from '../effects'
import { pushElement, type End } from './push-element'
import { ListValue } from './value'

/** Parses LEFT or RIGHT. */
export function endArgument(argument: Bytes | undefined): End {
  if (isKeyword(argument, 'left')) return 'left'
  return isKeyword(argument, 'right') ? 'right' : fail(SYNTAX_ERROR)
}

export function popElement(list: ListValue, end: End): Bytes {
  return end === 'left' ? list.popLeft() : list.popRight()
}

/** Pops up to `count` elements. Publishes `lpop` or `rpop`, then `del` if the list is empty. */
export function popFrom(context: CommandContext, key: Bytes, list: ListValue, end: End, count: number): Bytes[] {
  const popped: Bytes[] = []
  while (popped.length < count && list.length > 0) popped.push(popElement(list, end))
  if (popped.length === 0) return popped
  list.shrink()
  context.notify('l', end === 'left' ? 'lpop' : 'rpop', key)
  afterChange(context, key, list, popped.length)
  return popped
}

/**
 * Moves one element between lists (LMOVE, RPOPLPUSH and their blocking forms). Undefined if the source is missing.
 * Throws WRONGTYPE for the source first, then the destination, before anything changes.
 */
export function moveElement(
  context: CommandContext,
  from: Bytes,
  to: Bytes,
  wherefrom: End,
  whereto: End,
): Bytes | undefined {
  const source = context.db.getOf(from, ListValue)
  if (!source) return undefined
  const target = context.db.getOf(to, ListValue)
  const element = popElement(source, wherefrom)
  const list = target ?? new ListValue(context.keyspace.limits)
  list.makeRoomFor([element])
  pushElement(list, whereto, element)
  source.shrink()
  if (target) context.db.touched(to)
  else context.db.set(to, list)
  context.notify('l', whereto === 'left' ? 'lpush' : 'rpush', to)
  context.notify('l', wherefrom === 'left' ? 'lpop' : 'rpop', from)
  afterChange(context, from, source, 1)
  return element
}
