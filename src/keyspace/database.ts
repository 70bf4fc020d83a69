import type { Bytes } from '../acl/bytes'
import type { RandomSource } from '../acl/environment'
import { CommandError } from '../resp/reply'
import type { Keyspace } from './keyspace'
import { Table, type TableEntry } from './table'
import type { Value, ValueClass } from './value'

interface Entry extends TableEntry {
  value: Value
  /** Unix milliseconds, or null where the key stays. */
  expireAt: number | null
  /** When it was last used, for OBJECT IDLETIME. */
  usedAt: number
  /** What the keyspace counts for it. */
  counted: number
}

/** What a key costs besides its name and value. */
const OVERHEAD = 64

export const WRONGTYPE = 'WRONGTYPE Operation against a key holding the wrong kind of value'

/** When the first thing of an entry expires: itself, or one of its fields. */
function dueOf(entry: Entry): number {
  return Math.min(entry.expireAt ?? Infinity, entry.value.nextFieldExpiry ?? Infinity)
}

/** One numbered database. */
export class Database {
  readonly keyspace: Keyspace
  readonly index: number
  #table = new Table<Entry>()
  /** Keys with an expiry, or (hashes) with fields that may have one. */
  #expiring = new Set<Bytes>()
  /** Nothing expires before this. */
  #nextDue = Infinity

  constructor(keyspace: Keyspace, index: number) {
    this.keyspace = keyspace
    this.index = index
  }

  /** Live or not yet noticed to be expired: DBSIZE counts both. */
  get size(): number {
    return this.#table.size
  }

  /** How many keys have an expiry. */
  get expiringSize(): number {
    let count = 0
    for (const key of this.#expiring) if (this.#table.get(key)?.expireAt != null) count++
    return count
  }

  /** The live value of a key; an expired key is removed first (and counts as absent). */
  get(key: Bytes): Value | undefined {
    const entry = this.#live(key)
    if (!entry) return undefined
    entry.usedAt = this.keyspace.host.now()
    return entry.value
  }

  /** As get, but leaves no trace: OBJECT, TYPE and the keyspace view look without touching. */
  peek(key: Bytes): Value | undefined {
    return this.#live(key)?.value
  }

  /** The value where it is of that class; throws WRONGTYPE where it is of another: `db.getOf(key, ListValue)`. */
  getOf<T extends Value>(key: Bytes, kind: ValueClass<T>): T | undefined {
    const value = this.get(key)
    if (value === undefined) return undefined
    if (!(value instanceof kind)) throw new CommandError(WRONGTYPE)
    return value as T
  }

  has(key: Bytes): boolean {
    return this.#live(key) !== undefined
  }

  /** Stores a value under a key, in place of any other. Its expiry goes unless it is to be kept. */
  set(key: Bytes, value: Value, options: { readonly keepTtl?: boolean } = {}): void {
    const old = this.#live(key)
    const entry: Entry = {
      key,
      value,
      seq: 0,
      live: false,
      counted: 0,
      usedAt: this.keyspace.host.now(),
      expireAt: options.keepTtl && old ? old.expireAt : null,
    }
    if (old) this.#count(old, 0)
    this.#table.set(entry)
    this.touched(key)
    if (!old) this.keyspace.host.notify('n', 'new', key, this)
  }

  /** The value under a key was changed in place: recounts it and tells the server. */
  touched(key: Bytes): void {
    const entry = this.#table.get(key)
    if (entry) {
      this.#count(entry, OVERHEAD + key.length + entry.value.byteSize)
      this.#schedule(entry)
    }
    this.keyspace.host.touched(this, key)
  }

  /** Removes a key. False where there was none. */
  delete(key: Bytes): boolean {
    if (!this.#live(key)) return false
    this.#remove(key)
    return true
  }

  /** Moves a value with its expiry to another name, replacing what is there. False where there is nothing to move. */
  rename(from: Bytes, to: Bytes): boolean {
    const entry = this.#live(from)
    if (!entry) return false
    if (from === to) return true
    const { value, expireAt } = entry
    this.#remove(from)
    this.set(to, value)
    if (expireAt !== null) this.setExpiry(to, expireAt)
    return true
  }

  /** When a key expires (Unix milliseconds): null where it stays, undefined where there is no such key. */
  expiry(key: Bytes): number | null | undefined {
    return this.#live(key)?.expireAt
  }

  /** Sets when a key expires; null takes its expiry away. Nothing happens where there is no such key. */
  setExpiry(key: Bytes, at: number | null): void {
    const entry = this.#live(key)
    if (!entry) return
    entry.expireAt = at
    this.#schedule(entry)
    this.keyspace.host.touched(this, key)
  }

  /** When a key was last used, Unix milliseconds. */
  usedAt(key: Bytes): number | undefined {
    return this.#live(key)?.usedAt
  }

  /** Sets when a key was last used (RESTORE IDLETIME). */
  setUsedAt(key: Bytes, at: number): void {
    const entry = this.#live(key)
    if (entry) entry.usedAt = at
  }

  /** Every live key, in order of insertion. */
  *keys(): IterableIterator<Bytes> {
    for (const entry of this.#table.values()) if (this.#live(entry.key)) yield entry.key
  }

  /** Up to `count` live keys from a cursor on, and the cursor to go on with (0: that was all). */
  scan(cursor: number, count: number): { readonly cursor: number; readonly keys: readonly Bytes[] } {
    const { cursor: next, entries } = this.#table.scan(cursor, count)
    return { cursor: next, keys: entries.map((entry) => entry.key).filter((key) => this.#live(key)) }
  }

  /** A live key drawn at random; null where the database is empty. */
  randomKey(random: RandomSource): Bytes | null {
    for (;;) {
      const entry = this.#table.random(random)
      if (!entry) return null
      if (this.#live(entry.key)) return entry.key
    }
  }

  /** Removes every key (FLUSHDB). Returns how many. */
  flush(): number {
    const keys = [...this.#table.keys()]
    for (const key of keys) this.#remove(key)
    return keys.length
  }

  /** Deletes what has expired by now. */
  expireDue(): void {
    if (this.keyspace.host.now() < this.#nextDue) return
    this.#nextDue = Infinity
    for (const key of [...this.#expiring]) {
      const entry = this.#live(key)
      if (entry) this.#nextDue = Math.min(this.#nextDue, dueOf(entry))
    }
  }

  /** Exchanges contents with another database (SWAPDB). */
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
    if (!entry || !this.#expiring.has(key)) return entry
    const { host } = this.keyspace
    if (entry.expireAt !== null && entry.expireAt <= host.now()) {
      this.#remove(key)
      host.notify('x', 'expired', key, this)
      return undefined
    }
    const fields = entry.value.expireFields?.(host.now()) ?? []
    if (fields.length === 0) return entry
    host.notify('h', 'hexpired', key, this)
    if (entry.value.length > 0) {
      this.touched(key)
      return entry
    }
    this.#remove(key)
    host.notify('g', 'del', key, this)
    return undefined
  }

  /** Notes whether and when something of an entry expires. */
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
    this.keyspace.host.touched(this, key)
  }

  #count(entry: Entry, bytes: number): void {
    this.keyspace.byteSize += bytes - entry.counted
    entry.counted = bytes
  }
}
