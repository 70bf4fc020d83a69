import type { Bytes } from '../acl/bytes'
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
