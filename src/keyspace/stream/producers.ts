import { OK } from '../../resp/reply'
import { fail, rangeArgument, SYNTAX_ERROR } from '../arguments'
import type { Handler, HandlerTable } from '../context'
import { idArgument } from './id'
import { StreamValue } from './value'

/** XCFGSET key [IDMP-DURATION seconds] [IDMP-MAXSIZE entries]. */
const xcfgset: Handler = (context, args) => {
  const key = args.key(1)
  let duration: number | undefined
  let maxSize: number | undefined
  for (let i = 2; i < args.count; i += 2) {
    const value = args.optional(i + 1)
    if (value === undefined) fail(SYNTAX_ERROR)
    if (args.is(i, 'idmp-duration'))
      duration = rangeArgument(value, 1, 86400, 'ERR IDMP-DURATION must be between 1 and 86400 seconds')
    else if (args.is(i, 'idmp-maxsize'))
      maxSize = rangeArgument(value, 1, 10000, 'ERR IDMP-MAXSIZE must be between 1 and 10000 entries')
    else fail(SYNTAX_ERROR)
  }
  if (duration === undefined && maxSize === undefined) fail('ERR At least one parameter must be specified')
  const stream = context.db.getOf(key, StreamValue) ?? fail('ERR no such key')
  stream.idempotence.configure(duration, maxSize)
  context.db.touched(key)
  return OK
}

/** XIDMPRECORD key pid iid id: an internal command that records an idempotence ID. */
const xidmprecord: Handler = (context, args) => {
  const key = args.key(1)
  const pid = args.text(2)
  const iid = args.text(3)
  const at = args.text(4)
  const id = idArgument(at)
  if (pid === '' || iid === '') fail('ERR producer and idempotent IDs must not be empty')
  const stream = context.db.getOf(key, StreamValue) ?? fail('ERR no such key')
  if (!stream.get(id)) fail('ERR no such entry in the stream')
  const known = stream.idempotence.find({ pid, iid }, [], context.now)
  if (known !== undefined && known !== id) fail('ERR the idempotent ID belongs to another entry')
  stream.idempotence.record({ pid, iid }, [], id, context.now)
  context.db.touched(key)
  return OK
}

/** Commands on the idempotence IDs of a stream. */
export const streamIdempotenceCommands: HandlerTable = { xcfgset, xidmprecord }
