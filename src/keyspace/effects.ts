import type { Bytes } from '../acl/bytes'
import { fail } from './arguments'
import type { CommandContext } from './context'
import type { Value } from './value'

/** Reports a value as changed in place so many times, and deletes its key if it is empty. */
export function afterChange(context: CommandContext, key: Bytes, value: Value, changes: number): void {
  context.keyspace.report(changes)
  if (value.length > 0) {
    context.db.touched(key)
    return
  }
  context.db.delete(key)
  context.notify('g', 'del', key)
}

/** Deletes a key whose new expiry is in the past and publishes the target's event for it. */
export function expireNow(context: CommandContext, key: Bytes): void {
  if (!context.db.delete(key)) return
  context.keyspace.report(1)
  if (context.behaviours.expiresPastTimes) context.notify('x', 'expired', key)
  else context.notify('g', 'del', key)
}

/** Fails with the server's OOM error if the keyspace would grow past its limit. */
export function requireRoom(context: CommandContext, growth: number): void {
  if (context.keyspace.byteSize + growth > context.keyspace.byteLimit)
    fail("OOM command not allowed when used memory > 'maxmemory'.")
}
