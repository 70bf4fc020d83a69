import type { Bytes } from '../../acl/bytes'
import type { Behaviours } from '../../targets/behaviours'
import { StreamValue } from '../stream'
import { entriesUpTo } from '../stream/counters'
import { makeId, type StreamId } from '../stream/id'
import { assign, consumerOf, type Group } from '../stream/pending'
import { BadData, type Reader } from './format'
import { readListpack, readString } from './packed'

/** The RDB types of streams, as servers write them: from Redis 5, 7.0 and 7.2 on (rdb.h). */
export const STREAM_LISTPACKS = 15
export const STREAM_LISTPACKS_2 = 19
export const STREAM_LISTPACKS_3 = 21

/** The flags of an entry: it was deleted, and it has the fields of the node's first entry. */
const DELETED = 1
export const SAME_FIELDS = 2

/** Reads an ID as its two numbers in big-endian order. */
const rawId = (reader: Reader): StreamId => {
  const ms = reader.bigEndian()
  return makeId(ms, reader.bigEndian())
}

/** Reads an ID as two lengths. */
const lengthId = (reader: Reader): StreamId => {
  const ms = reader.longLength()
  return makeId(ms, reader.longLength())
}

/** Reads a stream that a server wrote, after its type. Throws BadData where it is invalid. */
export function readPackedStream(type: number, reader: Reader, behaviours: Behaviours): StreamValue {
  const stream = new StreamValue()
  for (let left = reader.length(); left > 0; left--) readNode(reader, stream)
  const length = Number(reader.longLength())
  if (length !== stream.length) throw new BadData()
  stream.lastId = lengthId(reader)
  if (type >= STREAM_LISTPACKS_2) {
    lengthId(reader)
    stream.maxDeletedId = lengthId(reader)
    stream.entriesAdded = Number(reader.longLength())
  }
  for (let left = reader.length(); left > 0; left--) readGroup(type, reader, stream, behaviours)
  return stream
}

/** Reads the entries of a node: its first ID, and a listpack of numbers and texts. */
function readNode(reader: Reader, stream: StreamValue): void {
  const key = readString(reader)
  if (key.length !== 16) throw new BadData()
  const number = (from: number): bigint =>
    [...key.slice(from, from + 8)].reduce((sum, byte) => (sum << 8n) | BigInt(byte.charCodeAt(0)), 0n)
  const [ms, seq] = [number(0), number(8)]
  const elements = readListpack(readString(reader))
  let at = 0
  const text = (): Bytes => {
    const next = elements[at++]
    if (next === undefined) throw new BadData()
    return next
  }
  const integer = (): bigint => {
    const next = text()
    if (!/^-?[0-9]+$/.test(next)) throw new BadData()
    return BigInt(next)
  }
  const entries = integer() + integer()
  const names: Bytes[] = []
  for (let left = integer(); left > 0n; left--) names.push(text())
  integer()
  for (let left = entries; left > 0n; left--) {
    const flags = Number(integer())
    const id = makeId(BigInt.asUintN(64, ms + integer()), BigInt.asUintN(64, seq + integer()))
    const fields: Bytes[] = []
    if ((flags & SAME_FIELDS) !== 0) for (const name of names) fields.push(name, text())
    else for (let pairs = integer(); pairs > 0n; pairs--) fields.push(text(), text())
    integer()
    if ((flags & DELETED) !== 0) continue
    if (id <= stream.lastId || fields.length === 0) throw new BadData()
    stream.append({ id, fields })
  }
}

function readGroup(type: number, reader: Reader, stream: StreamValue, behaviours: Behaviours): void {
  const name = readString(reader)
  const lastId = lengthId(reader)
  let read: number | null
  if (type >= STREAM_LISTPACKS_2) {
    const count = BigInt.asIntN(64, reader.longLength())
    read = count < 0n ? null : Number(count)
  } else read = entriesUpTo(stream, lastId, behaviours)
  const group = stream.createGroup(name, lastId, read)
  if (!group) throw new BadData()
  const pending = new Map<StreamId, { readonly at: number; readonly deliveries: number }>()
  for (let left = reader.length(); left > 0; left--) {
    const id = rawId(reader)
    pending.set(id, { at: Number(reader.fixed(8)), deliveries: Number(reader.longLength()) })
  }
  for (let left = reader.length(); left > 0; left--) readConsumer(type, reader, group, pending)
  if (group.pending.size !== pending.size) throw new BadData()
}

function readConsumer(
  type: number,
  reader: Reader,
  group: Group,
  pending: ReadonlyMap<StreamId, { readonly at: number; readonly deliveries: number }>,
): void {
  const { consumer } = consumerOf(group, readString(reader), Number(reader.fixed(8)))
  const activeAt = type >= STREAM_LISTPACKS_3 ? Number(reader.fixed(8)) : consumer.seenAt
  consumer.activeAt = activeAt < 0 ? null : activeAt
  for (let left = reader.length(); left > 0; left--) {
    const id = rawId(reader)
    const entry = pending.get(id)
    if (entry === undefined) throw new BadData()
    assign(group, id, consumer, entry.at, entry.deliveries)
  }
}
