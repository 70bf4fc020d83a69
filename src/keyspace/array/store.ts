import type { Bytes } from '../../acl/bytes'
import type { CommandContext } from '../context'
import { ArrayValue } from './value'

/** The most items of a reply that has empty ones too. */
export const MOST_ITEMS = 1_000_000

/** Returns the array of a key, or a new one that `changed` stores. Throws WRONGTYPE. */
export function toWrite(context: CommandContext, key: Bytes): ArrayValue {
  return context.db.getOf(key, ArrayValue) ?? new ArrayValue()
}

/** Stores a changed array, or deletes its key if it is empty, and publishes the event of the command. */
export function changed(context: CommandContext, event: string, key: Bytes, array: ArrayValue): void {
  const { db } = context
  if (array.length === 0) db.delete(key)
  else if (db.peek(key) === array) db.touched(key)
  else db.set(key, array)
  // The documentation names no class of these events.
  context.notify('g', event, key)
  if (array.length === 0) context.notify('g', 'del', key)
}
