import { present } from '../present'
import { StreamValue } from '../stream'
import { makeId, msOf, seqOf, type StreamId } from '../stream/id'
import { assign, consumerOf } from '../stream/pending'
import { BadData, type Reader, type Writer } from './format'

/**
 * The type byte of a stream's payload. Its layout is specific to this simulator, so the type differs from the server's:
 * servers pack entries into listpacks.
 */
export const STREAM = 0x80

const NONE = -1n

function writeId(writer: Writer, id: StreamId): void {
  writer.fixed(msOf(id), 8)
  writer.fixed(seqOf(id), 8)
}

function readId(reader: Reader): StreamId {
  const ms = BigInt.asUintN(64, reader.fixed(8))
  return makeId(ms, BigInt.asUintN(64, reader.fixed(8)))
}

function writeNumber(writer: Writer, value: number | null): void {
  writer.fixed(value === null ? NONE : BigInt(value), 8)
}

function readNumber(reader: Reader): number | null {
  const value = reader.fixed(8)
  return value === NONE ? null : Number(value)
}

/** Writes entries, then groups with their consumers and pending entries. */
export function writeStream(writer: Writer, stream: StreamValue): void {
  writer.byte(STREAM)
  const entries = stream.range(0n)
  writer.length(entries.length)
  for (const entry of entries) {
    writeId(writer, entry.id)
    writer.length(entry.fields.length)
    for (const text of entry.fields) writer.string(text)
  }
  writeId(writer, stream.lastId)
  writeId(writer, stream.maxDeletedId)
  writeNumber(writer, stream.entriesAdded)
  writer.length(stream.groups.size)
  for (const group of stream.groups.values()) {
    writer.string(group.name)
    writeId(writer, group.lastId)
    writeNumber(writer, group.entriesRead)
    writer.length(group.consumers.size)
    for (const { name, seenAt, activeAt } of group.consumers.values()) {
      writer.string(name)
      writeNumber(writer, seenAt)
      writeNumber(writer, activeAt)
    }
    const ids = group.pending.idsFrom(0n)
    writer.length(ids.length)
    for (const id of ids) {
      const { consumer, deliveredAt, deliveries } = present(group.pending.get(id))
      writeId(writer, id)
      writer.string(consumer.name)
      writeNumber(writer, deliveredAt)
      writeNumber(writer, deliveries)
    }
  }
}

/** Reads the output of writeStream after its type byte. Throws BadData on anything else. */
export function readStream(reader: Reader): StreamValue {
  const stream = new StreamValue()
  for (let left = reader.length(); left > 0; left--) {
    const id = readId(reader)
    const count = reader.length()
    const fields: string[] = []
    for (let i = 0; i < count; i++) fields.push(reader.string())
    if (id <= stream.lastId || count === 0 || count % 2 === 1) throw new BadData()
    stream.append({ id, fields })
  }
  const lastId = readId(reader)
  if (lastId < stream.lastId) throw new BadData()
  stream.lastId = lastId
  stream.maxDeletedId = readId(reader)
  stream.entriesAdded = readNumber(reader) ?? 0
  for (let left = reader.length(); left > 0; left--) readGroup(reader, stream)
  return stream
}

function readGroup(reader: Reader, stream: StreamValue): void {
  const name = reader.string()
  const lastId = readId(reader)
  const group = stream.createGroup(name, lastId, readNumber(reader))
  if (!group) throw new BadData()
  for (let left = reader.length(); left > 0; left--) {
    const { consumer } = consumerOf(group, reader.string(), readNumber(reader) ?? 0)
    consumer.activeAt = readNumber(reader)
  }
  for (let left = reader.length(); left > 0; left--) {
    const id = readId(reader)
    const consumer = group.consumers.get(reader.string())
    if (!consumer) throw new BadData()
    const deliveredAt = readNumber(reader) ?? 0
    assign(group, id, consumer, deliveredAt, readNumber(reader) ?? 0)
  }
}
