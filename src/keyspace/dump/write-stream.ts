import type { Bytes } from '../../acl/bytes'
import type { Behaviours } from '../../targets/behaviours'
import type { StreamValue } from '../stream'
import { msOf, seqOf, type StreamId } from '../stream/id'
import type { Node } from '../stream/nodes'
import { byName, type Group } from '../stream/pending'
import type { Writer } from './format'
import { writeListpack } from './packed'
import { SAME_FIELDS, STREAM_LISTPACKS, STREAM_LISTPACKS_2, STREAM_LISTPACKS_3 } from './read-stream'

/** Returns the type that a release writes, by its RDB version. */
function typeOf({ rdbVersion }: Behaviours): number {
  if (rdbVersion >= 11) return STREAM_LISTPACKS_3
  return rdbVersion === 10 ? STREAM_LISTPACKS_2 : STREAM_LISTPACKS
}

/** Writes a stream's type and contents as servers do, without its deleted entries and the IDs of producers (rdb.c, rdbSaveObject). */
export function writeStream(writer: Writer, stream: StreamValue, behaviours: Behaviours): void {
  const type = typeOf(behaviours)
  writer.byte(type)
  writer.length(stream.nodes.length)
  for (const node of stream.nodes) {
    writer.string(rawId(node.master))
    writer.string(packNode(node))
  }
  writer.length(stream.length)
  writeId(writer, stream.lastId)
  if (type >= STREAM_LISTPACKS_2) {
    writeId(writer, stream.first?.id ?? 0n)
    writeId(writer, stream.maxDeletedId)
    writer.longLength(BigInt(stream.entriesAdded))
  }
  writer.length(stream.groups.size)
  for (const group of byName(stream.groups)) writeGroup(writer, group, type)
}

/** Returns the listpack of a node: counts and the fields of its first entry, then the entries relative to these. */
function packNode({ master, masterFields, entries }: Node): Bytes {
  const elements = [entries.length, 0, masterFields.length, ...masterFields, 0].map(String)
  for (const { id, fields } of entries) {
    const isSame = fields.length === 2 * masterFields.length && masterFields.every((name, i) => fields[2 * i] === name)
    const stored = isSame ? fields.filter((_, i) => i % 2 === 1) : [String(fields.length / 2), ...fields]
    elements.push(String(isSame ? SAME_FIELDS : 0))
    elements.push(String(msOf(id) - msOf(master)), String(BigInt.asIntN(64, seqOf(id) - seqOf(master))))
    elements.push(...stored, String(stored.length + 3))
  }
  return writeListpack(elements)
}

function writeGroup(writer: Writer, group: Group, type: number): void {
  writer.string(group.name)
  writeId(writer, group.lastId)
  if (type >= STREAM_LISTPACKS_2) writer.longLength(BigInt(group.entriesRead ?? -1))
  const ids = group.pending.idsFrom(0n)
  writer.length(ids.length)
  for (const id of ids) {
    const pending = group.pending.get(id)
    writer.raw(rawId(id))
    writer.fixed(BigInt(pending?.deliveredAt ?? 0), 8)
    writer.longLength(BigInt(pending?.deliveries ?? 0))
  }
  writer.length(group.consumers.size)
  for (const { name, seenAt, activeAt, pending } of byName(group.consumers)) {
    writer.string(name)
    writer.fixed(BigInt(seenAt), 8)
    if (type >= STREAM_LISTPACKS_3) writer.fixed(BigInt(activeAt ?? -1), 8)
    writer.length(pending.size)
    for (const id of pending.idsFrom(0n)) writer.raw(rawId(id))
  }
}

/** Returns an ID as its two numbers in big-endian order. */
function rawId(id: StreamId): Bytes {
  return id
    .toString(16)
    .padStart(32, '0')
    .replace(/../g, (digits) => String.fromCharCode(parseInt(digits, 16)))
}

function writeId(writer: Writer, id: StreamId): void {
  writer.longLength(msOf(id))
  writer.longLength(seqOf(id))
}
