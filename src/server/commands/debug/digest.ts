import { sha1 } from '@noble/hashes/legacy.js'
import { toUint8, type Bytes } from '../../../acl/bytes'
import { HashValue } from '../../../keyspace/hash/value'
import type { Database } from '../../../keyspace/database'
import { ListValue } from '../../../keyspace/list/value'
import { formatDouble } from '../../../keyspace/numbers'
import { SetValue } from '../../../keyspace/set/value'
import { msOf, seqOf } from '../../../keyspace/stream/id'
import type { StreamValue } from '../../../keyspace/stream/value'
import { StringValue } from '../../../keyspace/string/value'
import type { Value, ValueType } from '../../../keyspace/value'
import { ZSetValue } from '../../../keyspace/zset/value'
import { CommandError } from '../../../resp/reply'
import type { Behaviours } from '../../../targets/behaviours'

/** The numbers of the data types in a server. */
const typeNumbers: Readonly<Partial<Record<ValueType, number>>> = {
  string: 0,
  list: 1,
  set: 2,
  zset: 3,
  hash: 4,
  stream: 6,
}

/**
 * A SHA-1 that data is added to in two ways, as DEBUG DIGEST does: elements without an order are added, those with one are
 * mixed in.
 */
class Digest {
  readonly #bytes = new Uint8Array(20)

  /** Adds data without regard to order: adding it twice removes it (xorDigest). */
  add(data: Uint8Array): this {
    const hash = sha1(data)
    for (let i = 0; i < 20; i++) this.#bytes[i] = (this.#bytes[i] ?? 0) ^ (hash[i] ?? 0)
    return this
  }

  /** Adds data so that the order matters (mixDigest). */
  mix(data: Uint8Array): this {
    this.add(data)
    this.#bytes.set(sha1(this.#bytes))
    return this
  }

  addText(text: Bytes): this {
    return this.add(toUint8(text))
  }

  mixText(text: Bytes): this {
    return this.mix(toUint8(text))
  }

  /** Mixes a number in, as four bytes. */
  mixNumber(value: number): this {
    return this.mix(Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value))
  }

  get bytes(): Uint8Array {
    return this.#bytes
  }

  toString(): string {
    return [...this.#bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  }
}

/** Mixes the value of a key into a digest (xorObjectDigest). */
function mixValue(digest: Digest, value: Value, expires: boolean, behaviours: Behaviours): void {
  const type = typeNumbers[value.type]
  if (type === undefined)
    throw new CommandError(`ERR DEBUG DIGEST of a value of type ${value.type} is not simulated by ACL Playground`)
  digest.mixNumber(type)
  if (value instanceof StringValue) digest.mixText(value.bytes)
  else if (value instanceof ListValue) for (const element of value.slice()) digest.mixText(element)
  else if (value instanceof SetValue) for (const member of value.list()) digest.addText(member)
  else if (value instanceof ZSetValue) {
    for (const { member, score } of value.slice())
      digest.add(new Digest().mixText(member).mixText(formatDouble(score, behaviours)).bytes)
  } else if (value instanceof HashValue) {
    for (const field of value.fields()) {
      const element = new Digest().mixText(field.key).mixText(field.value)
      if (field.expireAt !== null) element.addText('!!hexpire!!')
      digest.add(element.bytes)
    }
  } else {
    for (const { id, fields } of (value as StreamValue).range(0n)) {
      digest.mixText(`${msOf(id)}.${seqOf(id)}`)
      for (const text of fields) digest.mixText(text)
    }
  }
  if (expires) digest.addText('!!expire!!')
}

/** Returns the hexadecimal digest of one value, as DEBUG DIGEST-VALUE does; zeros where there is no such key. */
export function digestOf(db: Database, key: Bytes, behaviours: Behaviours): string {
  const digest = new Digest()
  const entry = db.stored(key)
  if (entry !== undefined) mixValue(digest, entry.value, entry.expireAt !== null, behaviours)
  return digest.toString()
}

/** Returns the hexadecimal digest of all data, as DEBUG DIGEST does (computeDatasetDigest). */
export function digestOfAll(databases: readonly Database[], behaviours: Behaviours): string {
  const all = new Digest()
  for (const db of databases) {
    if (db.size === 0) continue
    all.mixNumber(db.index)
    for (const key of db.storedKeys()) {
      const entry = db.stored(key)
      if (entry === undefined) continue
      const digest = new Digest().mixText(key)
      mixValue(digest, entry.value, entry.expireAt !== null, behaviours)
      all.add(digest.bytes)
    }
  }
  return all.toString()
}
