import { present } from './present'
import type { Bytes } from '../acl/bytes'
import type { RandomSource } from '../acl/environment'
import { lowerBound } from './lower-bound'

/** An entry of a Table. The table manages `seq` and `live`; initialize them with 0 and false. */
export interface TableEntry {
  readonly key: Bytes
  /** Increases with each insertion. */
  seq: number
  live: boolean
}

/**
 * A dictionary in insertion order with stateless scans and random draws. A scan returns every entry that exists from its
 * start to its end, as SCAN guarantees, because an entry keeps its number.
 */
export class Table<E extends TableEntry> {
  readonly #byKey = new Map<Bytes, E>()
  /** Sorted by `seq`. Contains dead entries until there are too many of them. */
  #order: E[] = []
  #next = 1

  get size(): number {
    return this.#byKey.size
  }

  get(key: Bytes): E | undefined {
    return this.#byKey.get(key)
  }

  has(key: Bytes): boolean {
    return this.#byKey.has(key)
  }

  /** Appends an entry, or replaces the one with the same key in its place. */
  set(entry: E): void {
    const old = this.#byKey.get(entry.key)
    if (old === entry) return
    entry.live = true
    if (old) {
      entry.seq = old.seq
      old.live = false
      this.#order[this.#at(old.seq)] = entry
    } else {
      entry.seq = this.#next++
      this.#order.push(entry)
    }
    this.#byKey.set(entry.key, entry)
  }

  delete(key: Bytes): E | undefined {
    const entry = this.#byKey.get(key)
    if (!entry) return undefined
    this.#byKey.delete(key)
    entry.live = false
    if (this.#order.length > 32 && this.#order.length > 2 * this.#byKey.size) this.#order = [...this.#byKey.values()]
    return entry
  }

  clear(): void {
    for (const entry of this.#byKey.values()) entry.live = false
    this.#byKey.clear()
    this.#order = []
  }

  /** Yields entries in insertion order. Entries may be deleted meanwhile. */
  values(): IterableIterator<E> {
    return this.#byKey.values()
  }

  keys(): IterableIterator<Bytes> {
    return this.#byKey.keys()
  }

  /** Returns up to `count` entries from a cursor on (0: the start) and the next cursor (0: the end). */
  scan(cursor: number, count: number): { readonly cursor: number; readonly entries: readonly E[] } {
    const entries: E[] = []
    for (let i = this.#at(cursor); i < this.#order.length; i++) {
      const entry = present(this.#order[i])
      if (!entry.live) continue
      if (entries.length >= count) return { cursor: entry.seq, entries }
      entries.push(entry)
    }
    return { cursor: 0, entries }
  }

  /** Returns a uniformly random entry; undefined if the table is empty. */
  random(random: RandomSource): E | undefined {
    if (this.#byKey.size === 0) return undefined
    for (;;) {
      const entry = present(this.#order[random.below(this.#order.length)])
      if (entry.live) return entry
    }
  }

  /** Returns the index in #order of the first entry numbered `seq` or more. */
  #at(seq: number): number {
    return lowerBound(this.#order, (entry) => entry.seq >= seq)
  }
}
