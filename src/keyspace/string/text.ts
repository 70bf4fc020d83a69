import type { Reply } from '../../resp/reply'
import { type Arguments, fail } from '../arguments'
import type { CommandContext, HandlerTable } from '../context'
import { requireRoom } from '../effects'
import { digestOf } from './digest'
import { StringValue } from './value'

/** Fails if a string would exceed the server's length limit or its memory limit. */
function checkLength(context: CommandContext, length: number, growth: number): void {
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

function getrange(context: CommandContext, args: Arguments): Reply {
  const key = args.key(1)
  const first = args.bigint(2)
  const last = args.bigint(3)
  const value = context.db.getOf(key, StringValue)
  if (!value || (first < 0n && last < 0n && first > last)) return ''
  const start = Math.max(0, first < 0n ? value.length + Number(first) : Number(first))
  const end = Math.min(Math.max(0, last < 0n ? value.length + Number(last) : Number(last)), value.length - 1)
  return start > end ? '' : value.bytes.slice(start, end + 1)
}

function setrange(context: CommandContext, args: Arguments): Reply {
  const key = args.key(1)
  const text = args.text(3)
  const offset = args.integer(2)
  if (offset < 0) fail('ERR offset is out of range')
  let value = context.db.getOf(key, StringValue)
  if (text.length === 0) return value?.length ?? 0
  checkLength(context, offset + text.length, Math.max(0, offset + text.length - (value?.length ?? 0)))
  if (!value) {
    value = StringValue.raw('')
    context.db.set(key, value)
  }
  const bytes = value.writable(offset + text.length)
  for (let i = 0; i < text.length; i++) bytes[offset + i] = text.charCodeAt(i)
  context.db.touched(key)
  context.keyspace.report(1)
  context.notify('$', 'setrange', key)
  return value.length
}

/** DIGEST (Redis 8.4): the XXH3 hash of a string, in hexadecimal. */
function digest(context: CommandContext, args: Arguments): Reply {
  const key = args.key(1)
  const value = context.db.getOf(key, StringValue)
  return value ? digestOf(value.bytes) : null
}

/** Commands that read strings or write parts of them. */
export const textCommands: HandlerTable = { get, mget, append, strlen, getrange, substr: getrange, setrange, digest }
