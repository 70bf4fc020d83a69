import type { Bytes } from '../acl/bytes'
import type { RandomSource } from '../acl/environment'
import { CommandError } from '../resp/reply'
import type { Frequencies } from './frequencies'
import { Table, type TableEntry } from './table'
import type { Value, ValueClass, ValueType } from './value'

/** A key as it is stored. */
export interface StoredKey {
  readonly value: Value
  /** Unix milliseconds; null if the key does not expire. */
  readonly expireAt: number | null
  /** The time of last use in Unix milliseconds. */
  readonly usedAt: number
}

interface Entry extends TableEntry, StoredKey {
  value: Value
  expireAt: number | null
  usedAt: number
  /** The frequency of the key's use, from 0 to 255, while `maxmemory-policy` is an LFU policy; undefined for a new key. */
  frequency: number | undefined
  /** The bytes that the keyspace counts for this entry. */
  counted: number
}

/** Memory counted for a key besides its name and value. */
const OVERHEAD = 64

export const WRONGTYPE = 'WRONGTYPE Operation against a key holding the wrong kind of value'

/** Returns the earliest expiry of an entry or its fields. */
function dueOf(entry: Entry): number {
  return Math.min(entry.expireAt ?? Infinity, entry.value.nextFieldExpiry ?? Infinity)
}

/** The server as the keyspace sees it. */
export interface KeyspaceHost {
  /** Returns Unix milliseconds. Constant while a command runs. */
  now(): number
  /** Called when a key is written, deleted or expired, for WATCH and client-side caching. */
  touched(db: Database, key: Bytes): void
  /** Called when a waiting client may be served (see Database.ready), or its wait may end because a value is gone. */
  ready(db: Database, key: Bytes, type: ValueType, gone: boolean): void
  /** Publishes a notification that no command causes: `expired`, `hexpired`. */
  notify(kind: string, event: string, key: Bytes, db: Database): void
  /** Called when a key has expired or is evicted, or a field of a hash has expired. */
  deleted(db: Database, key: Bytes, what: 'expire' | 'eviction' | { readonly field: Bytes }): void
}

/** The keyspace as one of its databases sees it. */
interface Surroundings {
  readonly host: KeyspaceHost
  readonly frequencies: Frequencies | null
  /** Approximate bytes of all keys and values. */
  byteSize: number
  expiredKeys: number
  expiredFields: number
  expirations: number
}

/** One numbered database. */
export class Database {
  readonly #keyspace: Surroundings
  readonly index: number
  #table = new Table<Entry>()
  /** Keys that expire, or whose fields may. */
  #expiring = new Set<Bytes>()
  /** A lower bound of all expiry times. */
  #nextDue = Infinity

  constructor(keyspace: Surroundings, index: number) {
    this.#keyspace = keyspace
    this.index = index
  }

  /** The number of keys, including those not yet noticed to be expired, like DBSIZE. */
  get size(): number {
    return this.#table.size
  }

  /** The number of keys with an expiry. */
  get expiringSize(): number {
    return this.expiryTimes.length
  }

  /** The expiry of every key that has one, in Unix milliseconds. */
  get expiryTimes(): readonly number[] {
    return [...this.#expiring].flatMap((key) => this.#table.get(key)?.expireAt ?? [])
  }

  /** The number of hashes with fields that expire. */
  get fieldExpiringSize(): number {
    let count = 0
    for (const key of this.#expiring) if (this.#table.get(key)?.value.hasExpiringFields) count++
    return count
  }

  /** Returns the live value of a key. An expired key is deleted first and counts as missing. */
  get(key: Bytes): Value | undefined {
    const entry = this.#live(key)
    if (!entry) return undefined
    const { frequencies, host } = this.#keyspace
    if (frequencies !== null) entry.frequency = frequencies.used(entry.frequency, entry.usedAt, host.now())
    entry.usedAt = host.now()
    return entry.value
  }

  /** Like get, but without updating the last use: for OBJECT, TYPE and the keyspace view. */
  peek(key: Bytes): Value | undefined {
    return this.#live(key)?.value
  }

  /**
   * Returns the value if it is of that class, as in `db.getOf(key, ListValue)`. Throws WRONGTYPE if it is of another.
   */
  getOf<T extends Value>(key: Bytes, kind: ValueClass<T>): T | undefined {
    const value = this.get(key)
    if (value === undefined) return undefined
    if (!(value instanceof kind)) throw new CommandError(WRONGTYPE)
    return value as T
  }

  has(key: Bytes): boolean {
    return this.#live(key) !== undefined
  }

  /** Stores a value under a key, replacing any other. Clears the key's expiry unless `keepTtl`. */
  set(key: Bytes, value: Value, options: { readonly keepTtl?: boolean } = {}): void {
    const { host } = this.#keyspace
    const old = this.#live(key)
    if (old) {
      host.ready(this, key, old.value.type, true)
      old.value = value
      old.usedAt = host.now()
      if (!options.keepTtl) old.expireAt = null
      this.#changed(old)
      return
    }
    const entry: Entry = {
      key,
      value,
      seq: 0,
      live: false,
      counted: 0,
      usedAt: host.now(),
      frequency: undefined,
      expireAt: null,
    }
    this.#table.set(entry)
    this.#changed(entry)
    this.ready(key)
    host.notify('n', 'new', key, this)
  }

  /** Recounts a value that was changed in place and reports its key as touched. */
  touched(key: Bytes): void {
    const entry = this.#table.get(key)
    if (entry) this.#changed(entry)
    else this.#keyspace.host.touched(this, key)
  }

  /**
   * Reports that the clients that wait for a key may be served: it was created, or its stream got an entry or lost a group
   * (signalKeyAsReady). Any other change, such as the storing of another value in its place, serves nobody.
   */
  ready(key: Bytes): void {
    const entry = this.#table.get(key)
    if (entry) this.#keyspace.host.ready(this, key, entry.value.type, false)
  }

  /** Deletes a key. Returns false if there was none. */
  delete(key: Bytes): boolean {
    if (!this.#live(key)) return false
    this.#remove(key)
    return true
  }

  /** Renames a key with its expiry, replacing any other. Returns false if the key is missing. */
  rename(from: Bytes, to: Bytes): boolean {
    const entry = this.#live(from)
    if (!entry) return false
    if (from === to) return true
    const { value, expireAt } = entry
    this.#remove(from)
    this.set(to, value)
    this.ready(to)
    if (expireAt !== null) this.setExpiry(to, expireAt)
    return true
  }

  /** Returns a key's expiry in Unix milliseconds: null if it does not expire, undefined if the key is missing. */
  expiry(key: Bytes): number | null | undefined {
    return this.#live(key)?.expireAt
  }

  /** Sets when a key expires; null removes its expiry. Does nothing if the key is missing. */
  setExpiry(key: Bytes, at: number | null): void {
    const entry = this.#live(key)
    if (!entry) return
    entry.expireAt = at
    this.#schedule(entry)
    this.#keyspace.host.touched(this, key)
  }

  /** Returns when a key was last used, Unix milliseconds. */
  usedAt(key: Bytes): number | undefined {
    return this.#live(key)?.usedAt
  }

  /** Returns how often a key is used, from 0 to 255; undefined where an LFU policy does not count that. */
  frequency(key: Bytes): number | undefined {
    const entry = this.#live(key)
    const { frequencies, host } = this.#keyspace
    return entry && frequencies?.at(entry.frequency, entry.usedAt, host.now())
  }

  /** Sets how often a key is used (RESTORE FREQ). */
  setFrequency(key: Bytes, frequency: number): void {
    const entry = this.#live(key)
    if (entry) entry.frequency = frequency
  }

  /** Returns a key's value and expiry although it may have expired, as DEBUG sees them; undefined if it was deleted. */
  stored(key: Bytes): StoredKey | undefined {
    return this.#table.get(key)
  }

  /** Returns every key, including those that have expired and not been deleted yet. */
  storedKeys(): readonly Bytes[] {
    return [...this.#table.keys()]
  }

  /** Replaces the values of all keys, as saving and loading them does: nobody is told of a change. */
  replaceValues(replace: (value: Value) => Value): void {
    for (const key of this.storedKeys()) {
      const entry = this.#live(key)
      if (entry === undefined) continue
      entry.value = replace(entry.value)
      entry.usedAt = this.#keyspace.host.now()
      this.#count(entry, OVERHEAD + key.length + entry.value.byteSize)
    }
  }

  /** Sets when a key was last used (RESTORE IDLETIME). */
  setUsedAt(key: Bytes, at: number): void {
    const entry = this.#live(key)
    if (entry) entry.usedAt = at
  }

  /** Yields every live key in insertion order. */
  *keys(): IterableIterator<Bytes> {
    for (const entry of this.#table.values()) if (this.#live(entry.key)) yield entry.key
  }

  /** Returns up to `count` live keys from a cursor on and the next cursor (0: the end). */
  scan(cursor: number, count: number): { readonly cursor: number; readonly keys: readonly Bytes[] } {
    const { cursor: next, entries } = this.#table.scan(cursor, count)
    return { cursor: next, keys: entries.map((entry) => entry.key).filter((key) => this.#live(key)) }
  }

  /** Returns a random live key; null if the database is empty. */
  randomKey(random: RandomSource): Bytes | null {
    for (;;) {
      const entry = this.#table.random(random)
      if (!entry) return null
      if (this.#live(entry.key)) return entry.key
    }
  }

  /** Deletes every key (FLUSHDB). Returns how many. */
  flush(): number {
    const keys = [...this.#table.keys()]
    for (const key of keys) this.#remove(key)
    return keys.length
  }

  /** Deletes expired keys and fields. */
  expireDue(): void {
    if (this.#keyspace.host.now() < this.#nextDue) return
    this.#nextDue = Infinity
    for (const key of [...this.#expiring]) {
      this.expireFields(key)
      const entry = this.#live(key)
      if (entry) this.#nextDue = Math.min(this.#nextDue, dueOf(entry))
    }
  }

  /** Swaps contents with another database (SWAPDB). */
  exchange(other: Database): void {
    const table = this.#table
    const expiring = this.#expiring
    const nextDue = this.#nextDue
    this.#table = other.#table
    this.#expiring = other.#expiring
    this.#nextDue = other.#nextDue
    other.#table = table
    other.#expiring = expiring
    other.#nextDue = nextDue
  }

  #live(key: Bytes): Entry | undefined {
    const entry = this.#table.get(key)
    if (!entry || this.#expiring.size === 0 || !this.#expiring.has(key)) return entry
    const { host } = this.#keyspace
    if (entry.expireAt !== null && entry.expireAt <= host.now()) {
      this.#keyspace.expiredKeys++
      this.#keyspace.expirations++
      this.#remove(key)
      host.deleted(this, key, 'expire')
      host.notify('x', 'expired', key, this)
      return undefined
    }
    return entry
  }

  /** Deletes the expired fields of a hash, and its key with the last of them. Does nothing for other values. */
  expireFields(key: Bytes): void {
    const { host } = this.#keyspace
    const value = this.#live(key)?.value
    const fields = value?.expireFields?.(host.now()) ?? []
    if (!value || fields.length === 0) return
    this.#keyspace.expiredFields += fields.length
    this.#keyspace.expirations++
    for (const field of fields) host.deleted(this, key, { field })
    host.notify('h', 'hexpired', key, this)
    if (value.length > 0) this.touched(key)
    else {
      this.#remove(key)
      host.notify('g', 'del', key, this)
    }
  }

  /** Recounts an entry and reports its key as touched. */
  #changed(entry: Entry): void {
    this.#count(entry, OVERHEAD + entry.key.length + entry.value.byteSize)
    this.#schedule(entry)
    this.#keyspace.host.touched(this, entry.key)
  }

  /** Updates the index of expiring keys for an entry. */
  #schedule(entry: Entry): void {
    const due = dueOf(entry)
    if (due === Infinity) {
      if (this.#expiring.size > 0) this.#expiring.delete(entry.key)
      return
    }
    this.#expiring.add(entry.key)
    this.#nextDue = Math.min(this.#nextDue, due)
  }

  #remove(key: Bytes): void {
    const entry = this.#table.delete(key)
    if (!entry) return
    this.#count(entry, 0)
    this.#expiring.delete(key)
    this.#keyspace.host.touched(this, key)
    this.#keyspace.host.ready(this, key, entry.value.type, true)
  }

  #count(entry: Entry, bytes: number): void {
    this.#keyspace.byteSize += bytes - entry.counted
    entry.counted = bytes
  }
}
