import type { Bytes } from '../acl/bytes'
import { fail } from './arguments'
import type { CommandContext } from './context'
import type { Value } from './value'

/** After a command changed a value in place: tells the server, and deletes the key where nothing is left in it. */
export function afterChange(context: CommandContext, key: Bytes, value: Value): void {
  if (value.length > 0) {
    context.db.touched(key)
    return
  }
  context.db.delete(key)
  context.notify('g', 'del', key)
}

/** Deletes a key whose new expiry is past already, with the event that the target gives for it. */
export function expireNow(context: CommandContext, key: Bytes): void {
  if (!context.db.delete(key)) return
  if (context.behaviours.expiresPastTimes) context.notify('x', 'expired', key)
  else context.notify('g', 'del', key)
}

/** Refuses, in the server's words, what would take the keyspace past its limit by growing it so many bytes. */
export function requireRoom(context: CommandContext, growth: number): void {
  if (context.keyspace.byteSize + growth > context.keyspace.byteLimit)
    fail("OOM command not allowed when used memory > 'maxmemory'.")
}
