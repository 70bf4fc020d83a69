import type { Reply } from '../../resp/reply'
import { type Arguments, fail } from '../arguments'
import type { CommandContext, HandlerTable } from '../context'
import { digestOf } from './digest'
import { checkLength } from './text'
import { StringValue } from './value'

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

/** Commands that read or write parts of strings, or their digest. */
export const rangeCommands: HandlerTable = { getrange, substr: getrange, setrange, digest }
