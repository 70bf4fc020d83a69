import type { Reply } from '../../resp/reply'
import { type Arguments, fail } from '../arguments'
import type { CommandContext, HandlerTable } from '../context'
import { requireRoom } from '../effects'
import { StringValue } from './value'

/** Fails if a string would exceed the server's length limit or its memory limit. */
export function checkLength(context: CommandContext, length: number, growth: number): void {
  if (length > context.keyspace.stringLimit)
    fail(
      `ERR string exceeds maximum allowed size (${context.behaviours.namesBulkLimit ? 'proto-max-bulk-len' : '512MB'})`,
    )
  requireRoom(context, growth)
}

function get(context: CommandContext, args: Arguments): Reply {
  const key = args.key(1)
  return context.db.getOf(key, StringValue)?.bytes ?? null
}

function mget(context: CommandContext, args: Arguments): Reply {
  return args.rest(1).map((key) => {
    const value = context.db.get(key)
    return value instanceof StringValue ? value.bytes : null
  })
}

function append(context: CommandContext, args: Arguments): Reply {
  const key = args.key(1)
  const more = args.text(2)
  const value = context.db.getOf(key, StringValue)
  let length = more.length
  if (value) {
    length = value.length + more.length
    checkLength(context, length, more.length)
    value.append(more)
    context.db.touched(key)
  } else context.db.set(key, StringValue.packed(more))
  context.keyspace.report(1)
  context.notify('$', 'append', key)
  return length
}

function strlen(context: CommandContext, args: Arguments): Reply {
  const key = args.key(1)
  return context.db.getOf(key, StringValue)?.length ?? 0
}

/** Commands that read strings or append to them. */
export const textCommands: HandlerTable = { get, mget, append, strlen }
