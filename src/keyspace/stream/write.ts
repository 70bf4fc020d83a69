import { nodeLimits } from './nodes'
import type { Bytes } from '../../acl/bytes'
import { OK } from '../../resp/reply'
import { bigintArgument, fail, SYNTAX_ERROR } from '../arguments'
import type { CommandContext, Handler, HandlerTable } from '../context'
import { formatId, idArgument, makeId, MAX_ID, msOf, seqOf, type StreamId } from './id'
import { readAddOptions, trim, type AddOptions } from './trimming'
import { StreamValue } from './value'

const TOO_SMALL = 'ERR The ID specified in XADD is equal or smaller than the target stream top item'
const MAX_SEQ = 0xffffffffffffffffn

const xadd: Handler = (context, args) => {
  const { db } = context
  const key = args.key(1)
  const options = readAddOptions(context, args, true)
  const fields = args.rest(options.next + 1)
  if (fields.length < 2 || fields.length % 2 === 1) fail(`ERR wrong number of arguments for '${args.word(0)}' command`)
  if (options.id?.ms === 0n && options.id.seq === 0n) fail('ERR The ID specified in XADD must be greater than 0-0')
  const existing = db.getOf(key, StreamValue)
  if (!existing && options.noMakeStream) return null
  const stream = existing ?? new StreamValue()
  const { producer } = options
  const repeated = producer && stream.idempotence.find(producer, fields, context.now)
  if (repeated) {
    stream.idempotence.duplicates++
    return formatId(repeated)
  }
  if (stream.lastId === MAX_ID) fail('ERR The stream has exhausted the last possible ID, unable to add more items')
  const id = chooseId(stream, options.id, BigInt(context.now))
  stream.append({ id, fields }, nodeLimits(context))
  if (producer) stream.idempotence.record(producer, fields, id, context.now)
  if (existing) {
    db.touched(key)
    db.ready(key)
  } else db.set(key, stream)
  context.notify('t', 'xadd', key)
  if (options.trimming && trim(stream, options.trimming, options.references) > 0) {
    context.notify('t', 'xtrim', key)
    db.touched(key)
  }
  return formatId(id)
}

/**
 * Returns the ID of a new entry: as given, with the next sequence of its millisecond, or from the clock, always above
 * the last ID.
 */
function chooseId(stream: StreamValue, given: AddOptions['id'], now: bigint): StreamId {
  if (given === null) return now > msOf(stream.lastId) ? makeId(now, 0n) : stream.lastId + 1n
  let { seq } = given
  if (seq === null) {
    const continues = msOf(stream.lastId) === given.ms
    if (continues && seqOf(stream.lastId) === MAX_SEQ) fail(TOO_SMALL)
    seq = continues ? seqOf(stream.lastId) + 1n : 0n
  }
  const id = makeId(given.ms, seq)
  return id > stream.lastId ? id : fail(TOO_SMALL)
}

const xtrim: Handler = (context, args) => {
  const key = args.key(1)
  if (!context.behaviours.streamsTrimById && !context.db.getOf(key, StreamValue)) return 0
  const { trimming, references } = readAddOptions(context, args, false)
  const stream = context.db.getOf(key, StreamValue)
  if (!stream) return 0
  const removed = trimming ? trim(stream, trimming, references) : 0
  if (removed > 0) changed(context, 'xtrim', key)
  return removed
}

function changed(context: CommandContext, event: string, key: Bytes): void {
  context.notify('t', event, key)
  context.db.touched(key)
}

const xlen: Handler = ({ db }, args) => db.getOf(args.key(1), StreamValue)?.length ?? 0

const xdel: Handler = (context, args) => {
  const key = args.key(1)
  const stream = context.db.getOf(key, StreamValue)
  if (!stream) return 0
  const ids = args.rest(2).map((argument) => idArgument(argument))
  const deleted = ids.filter((id) => stream.delete(id)).length
  if (deleted > 0) changed(context, 'xdel', key)
  return deleted
}

/** XSETID key id [ENTRIESADDED n] [MAXDELETEDID id]; the options came with 7.0. */
const xsetid: Handler = (context, args) => {
  const { behaviours, db } = context
  const key = args.key(1)
  if (!behaviours.streamsCountEntries && !db.getOf(key, StreamValue)) fail('ERR no such key')
  const id = idArgument(args.text(2))
  let entriesAdded: bigint | undefined
  let maxDeleted: StreamId | undefined
  for (let i = 3; i < args.count; i += 2) {
    const value = args.optional(i + 1)
    if (!behaviours.streamsCountEntries || value === undefined) fail(SYNTAX_ERROR)
    if (args.is(i, 'entriesadded')) {
      entriesAdded = bigintArgument(value)
      if (entriesAdded < 0n) fail('ERR entries_added must be positive')
    } else if (args.is(i, 'maxdeletedid')) {
      maxDeleted = idArgument(value)
      if (id < maxDeleted) fail('ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id')
    } else fail(SYNTAX_ERROR)
  }
  const stream = db.getOf(key, StreamValue) ?? fail('ERR no such key')
  if (behaviours.streamsCountEntries && id < stream.maxDeletedId)
    fail('ERR The ID specified in XSETID is smaller than current max_deleted_entry_id')
  if (stream.last && id < stream.last.id)
    fail('ERR The ID specified in XSETID is smaller than the target stream top item')
  if (stream.length > 0 && entriesAdded !== undefined && BigInt(stream.length) > entriesAdded) {
    fail('ERR The entries_added specified in XSETID is smaller than the target stream length')
  }
  stream.lastId = id
  if (entriesAdded !== undefined) stream.entriesAdded = Number(entriesAdded)
  if (maxDeleted !== undefined && maxDeleted !== 0n) stream.maxDeletedId = maxDeleted
  changed(context, 'xsetid', key)
  return OK
}

/** Commands that change the entries of a stream. */
export const streamWriteCommands: HandlerTable = { xadd, xtrim, xlen, xdel, xsetid }
