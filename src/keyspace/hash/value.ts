import { present } from '../present'
import type { Bytes } from '../../acl/bytes'
import type { RandomSource } from '../../acl/environment'
import type { Behaviours } from '../../targets/behaviours'
import type { Limits } from '../limits'
import { Table, type TableEntry } from '../table'
import type { Value } from '../value'

/** Memory counted for a field besides its bytes. */
const OVERHEAD = 16

export interface Field extends TableEntry {
  value: Bytes
  /** Unix milliseconds; null if the field does not expire. */
  expireAt: number | null
}

/** A hash. Each field may have its own expiry. */
export class HashValue implements Value {
  readonly type = 'hash'
  readonly #fields = new Table<Field>()
  readonly #limits: Limits
  #form: 'packed' | 'packed-with-times' | 'table' = 'packed'
  #bytes = 0
  /** The number of fields with an expiry. */
  #expiring = 0
  /** A lower bound of the fields' expiry times, Unix milliseconds. */
  #nextExpiry = Infinity

  constructor(limits: Limits) {
    this.#limits = limits
  }

  get length(): number {
    return this.#fields.size
  }

  get byteSize(): number {
    return this.#bytes
  }

  get nextFieldExpiry(): number {
    return this.#nextExpiry
  }

  get hasExpiringFields(): boolean {
    return this.#expiring > 0
  }

  get isPacked(): boolean {
    return this.#form !== 'table'
  }

  get(field: Bytes): Field | undefined {
    return this.#fields.get(field)
  }

  /** Yields the fields in insertion order. */
  fields(): IterableIterator<Field> {
    return this.#fields.values()
  }

  /** Sets a field and clears its expiry unless `keepExpiry`. Returns true if the field is new. */
  set(name: Bytes, value: Bytes, keepExpiry = false): boolean {
    const old = this.#fields.get(name)
    if (old) {
      this.#bytes += value.length - old.value.length
      old.value = value
      if (!keepExpiry) this.#setTime(old, null)
    } else {
      this.#fields.set({ key: name, value, expireAt: null, seq: 0, live: false })
      this.#bytes += OVERHEAD + name.length + value.length
    }
    if (this.#form !== 'table') {
      const { hashEntries, hashValue } = this.#limits
      if (name.length > hashValue || value.length > hashValue || this.#fields.size > hashEntries) this.#form = 'table'
    }
    return !old
  }

  /** Call before a command sets so many fields at once: more than may be packed make a hash table, even if some are equal. */
  makeRoomFor(count: number): void {
    if (count > this.#limits.hashEntries) this.#form = 'table'
  }

  delete(name: Bytes): boolean {
    const old = this.#fields.delete(name)
    if (!old) return false
    this.#bytes -= OVERHEAD + name.length + old.value.length
    this.#setTime(old, null)
    return true
  }

  /** Sets when a field expires (null: never). Does nothing if the field does not exist. */
  setExpiry(name: Bytes, at: number | null, behaviours: Behaviours): void {
    const field = this.#fields.get(name)
    if (!field) return
    this.#setTime(field, at)
    if (at === null) return
    this.#nextExpiry = Math.min(this.#nextExpiry, at)
    this.makeRoomForTimes(behaviours)
  }

  /**
   * Switches to the encoding that expiring fields need. Redis does so before it knows whether any field gets an expiry.
   */
  makeRoomForTimes(behaviours: Behaviours): void {
    if (this.#form === 'packed') this.#form = behaviours.packsFieldExpiry ? 'packed-with-times' : 'table'
  }

  expireFields(now: number): readonly Bytes[] {
    if (now < this.#nextExpiry) return []
    const expired: Bytes[] = []
    this.#nextExpiry = Infinity
    for (const field of this.#fields.values()) {
      if (field.expireAt === null) continue
      if (field.expireAt <= now) {
        expired.push(field.key)
        this.delete(field.key)
      } else this.#nextExpiry = Math.min(this.#nextExpiry, field.expireAt)
    }
    return expired
  }

  /** Returns up to `count` fields from a cursor on. A packed hash returns all of them at once, as on the server. */
  scan(cursor: number, count: number): { readonly cursor: number; readonly entries: readonly Field[] } {
    return this.#fields.scan(cursor, this.isPacked ? Infinity : count)
  }

  random(random: RandomSource): Field {
    return present(this.#fields.random(random))
  }

  encoding(behaviours: Behaviours): string {
    if (this.#form === 'table') return 'hashtable'
    if (this.#form === 'packed-with-times') return 'listpackex'
    return behaviours.packsInListpacks ? 'listpack' : 'ziplist'
  }

  copy(limits: Limits): HashValue {
    const copy = new HashValue(limits)
    for (const field of this.#fields.values()) {
      copy.#fields.set({ ...field, seq: 0, live: false })
    }
    copy.#form = this.#form
    copy.#bytes = this.#bytes
    copy.#nextExpiry = this.#nextExpiry
    copy.#expiring = this.#expiring
    return copy
  }

  #setTime(field: Field, at: number | null): void {
    this.#expiring += (at === null ? 0 : 1) - (field.expireAt === null ? 0 : 1)
    field.expireAt = at
  }
}
