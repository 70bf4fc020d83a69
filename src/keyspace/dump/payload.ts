import type { Bytes } from '../../acl/bytes'
import { fail } from '../arguments'
import type { Behaviours } from '../../targets/behaviours'
import { HashValue } from '../hash'
import type { Limits } from '../limits'
import { ListValue } from '../list'
import { parseDouble } from '../numbers'
import { SetValue } from '../set'
import { StreamValue } from '../stream'
import { StringValue } from '../string/value'
import type { Value } from '../value'
import { ZSetValue } from '../zset'
import { crc64 } from './crc64'
import { BadData, Reader, Writer } from './format'
import { readIntset, readListpack, readString } from './packed'
import { readPackedStream, STREAM_LISTPACKS, STREAM_LISTPACKS_2, STREAM_LISTPACKS_3 } from './read-stream'
import { writeStream } from './write-stream'

/** The plain RDB types, which every version reads. DUMP writes these, and streams as the release does. */
const STRING = 0
const LIST = 1
const SET = 2
const HASH = 4
const ZSET = 5
/** A hash with expiring fields, as Redis 7.4 writes it. */
const HASH_WITH_TIMES = 24

/** The packed RDB types that servers from 7.0 write for small collections. RESTORE reads these. */
const INTSET = 11
const HASH_LISTPACK = 16
const ZSET_LISTPACK = 17
const LIST_NODES = 18
const SET_LISTPACK = 20
const HASH_LISTPACK_WITH_TIMES = 25

const FOOTER = 10

/** The last RDB version that Redis and Valkey share. Valkey continues with 80 and rejects the versions between. */
const LAST_SHARED_VERSION = 11
const VALKEY_VERSIONS = 80

/** Returns the payload of DUMP: the value in RDB form, the format's version and a checksum. */
export function dumpValue(value: Value, behaviours: Behaviours): Bytes {
  const writer = new Writer()
  if (value instanceof StringValue) {
    writer.byte(STRING)
    writer.string(value.bytes)
  } else if (value instanceof ListValue) {
    writer.byte(LIST)
    writer.length(value.length)
    for (const element of value.slice()) writer.string(element)
  } else if (value instanceof SetValue) {
    writer.byte(SET)
    writer.length(value.length)
    for (const member of value.list()) writer.string(member)
  } else if (value instanceof ZSetValue) {
    writer.byte(ZSET)
    writer.length(value.length)
    for (const { member, score } of value.slice().reverse()) {
      writer.string(member)
      writer.double(score)
    }
  } else if (value instanceof HashValue) writeHash(writer, value)
  else if (value instanceof StreamValue) writeStream(writer, value, behaviours)
  else fail(`ERR DUMP of a value of type ${value.type} is not simulated by ACL Playground`)
  writer.fixed(BigInt(behaviours.rdbVersion), 2)
  const body = writer.toBytes()
  return body + crc64(body)
}

function writeHash(writer: Writer, hash: HashValue): void {
  const fields = [...hash.fields()]
  const times = fields.flatMap((field) => field.expireAt ?? [])
  const first = Math.min(...times)
  writer.byte(times.length > 0 ? HASH_WITH_TIMES : HASH)
  if (times.length > 0) writer.fixed(BigInt(first), 8)
  writer.length(fields.length)
  for (const field of fields) {
    if (times.length > 0) writer.length(field.expireAt === null ? 0 : field.expireAt - first + 1)
    writer.string(field.key)
    writer.string(field.value)
  }
}

/** Returns true if the target reads a payload's version and the checksum is correct. */
export function isIntact(payload: Bytes, behaviours: Behaviours): boolean {
  if (payload.length < FOOTER) return false
  const version = payload.charCodeAt(payload.length - 10) | (payload.charCodeAt(payload.length - 9) << 8)
  const isForeign =
    behaviours.rdbVersion >= VALKEY_VERSIONS && version > LAST_SHARED_VERSION && version < VALKEY_VERSIONS
  return version <= behaviours.rdbVersion && !isForeign && payload.slice(-8) === crc64(payload.slice(0, -8))
}

/** Returns the value of an intact payload; null if its contents are invalid. */
export function loadValue(payload: Bytes, behaviours: Behaviours, limits: Limits): Value | null {
  try {
    const reader = new Reader(payload.slice(0, -FOOTER))
    const value = readValue(reader, behaviours, limits)
    return reader.atEnd ? value : null
  } catch (problem) {
    if (problem instanceof BadData) return null
    throw problem
  }
}

/** Reads the type and contents of a value. Throws BadData where they are invalid. */
function readValue(reader: Reader, behaviours: Behaviours, limits: Limits): Value {
  return readValueOf(reader.byte(), reader, behaviours, limits)
}

/** Reads the contents of a value of an RDB type. Throws BadData where they are invalid. */
export function readValueOf(type: number, reader: Reader, behaviours: Behaviours, limits: Limits): Value {
  switch (type) {
    case STRING:
      return StringValue.packed(readString(reader))
    case HASH:
    case HASH_WITH_TIMES:
      return readHash(reader, type === HASH_WITH_TIMES, behaviours, limits)
    case STREAM_LISTPACKS:
    case STREAM_LISTPACKS_2:
    case STREAM_LISTPACKS_3:
      return readPackedStream(type, reader, behaviours)
    case LIST:
      return ListValue.of(some(times(reader.length(), () => readString(reader))), limits)
    case LIST_NODES:
      return ListValue.of(some(times(reader.length(), () => readNode(reader)).flat()), limits)
    case SET:
      return SetValue.of(some(times(reader.length(), () => readString(reader))), limits)
    case INTSET:
      return SetValue.of(some(readIntset(readString(reader))), limits)
    case SET_LISTPACK:
      return SetValue.of(some(readListpack(readString(reader))), limits)
    case ZSET:
      return ZSetValue.of(
        some(times(reader.length(), () => ({ member: readString(reader), score: reader.double() }))),
        limits,
      )
    case ZSET_LISTPACK:
      return ZSetValue.of(
        some(
          tuples(readListpack(readString(reader)), 2).map(([member = '', score = '']) => ({
            member,
            score: scoreOf(score),
          })),
        ),
        limits,
      )
    case HASH_LISTPACK:
      return packedHash(tuples(readListpack(readString(reader)), 2), behaviours, limits)
    case HASH_LISTPACK_WITH_TIMES:
      reader.fixed(8)
      return packedHash(tuples(readListpack(readString(reader)), 3), behaviours, limits)
    default:
      throw new BadData()
  }
}

/** Reads a list node: a single long element (1) or a listpack (2). */
function readNode(reader: Reader): readonly Bytes[] {
  const container = reader.length()
  if (container !== 1 && container !== 2) throw new BadData()
  const content = readString(reader)
  return container === 1 ? [content] : readListpack(content)
}

/** Throws BadData for an empty collection. */
function some<T>(elements: readonly T[]): readonly T[] {
  if (elements.length === 0) throw new BadData()
  return elements
}

function tuples(elements: readonly Bytes[], size: number): Bytes[][] {
  if (elements.length % size !== 0) throw new BadData()
  return Array.from({ length: elements.length / size }, (_, i) => elements.slice(size * i, size * (i + 1)))
}

function scoreOf(text: Bytes): number {
  const score = parseDouble(text)
  if (score === null) throw new BadData()
  return score
}

/** Creates a hash from tuples of field, value and optionally expiry (0: never). */
function packedHash(fields: readonly (readonly Bytes[])[], behaviours: Behaviours, limits: Limits): HashValue {
  const hash = new HashValue(limits)
  for (const [field = '', value = '', at = '0'] of some(fields)) {
    if (!hash.set(field, value)) throw new BadData()
    if (at !== '0') hash.setExpiry(field, scoreOf(at), behaviours)
  }
  return hash
}

function readHash(reader: Reader, withTimes: boolean, behaviours: Behaviours, limits: Limits): HashValue {
  const first = withTimes ? Number(reader.fixed(8)) : 0
  const hash = new HashValue(limits)
  times(reader.length(), () => {
    const after = withTimes ? reader.length() : 0
    const field = readString(reader)
    if (!hash.set(field, readString(reader))) throw new BadData()
    if (after > 0) hash.setExpiry(field, first + after - 1, behaviours)
  })
  if (hash.length === 0) throw new BadData()
  return hash
}

/** Reads `count` items. An impossible count fails at the end of the data. */
function times<T>(count: number, read: () => T): T[] {
  const out: T[] = []
  for (let i = 0; i < count; i++) out.push(read())
  return out
}
