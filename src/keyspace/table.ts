import { present } from './present'
import type { Bytes } from '../acl/bytes'
import type { RandomSource } from '../acl/environment'
import { lowerBound } from './lower-bound'

/** What a Table holds. `seq` and `live` are the table's own notes: start them as 0 and false. */
export interface TableEntry {
  readonly key: Bytes
  /** Rises with insertion. */
  seq: number
  live: boolean
}

/**
 * A dictionary in insertion order that can be scanned with a number as the only state, and drawn from at random.
 * A scan sees every entry that was there all along, as SCAN promises, because an entry keeps its number for life.
 */
export class Table<E extends TableEntry> {
  readonly #byKey = new Map<Bytes, E>()
  /** By rising `seq`, dead entries included until there are too many of them. */
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

  /** Adds an entry at the end, or puts it in the place of the one with the same key. */
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

  /** In order of insertion; entries may be deleted meanwhile. */
  values(): IterableIterator<E> {
    return this.#byKey.values()
  }

  keys(): IterableIterator<Bytes> {
    return this.#byKey.keys()
  }

  /** Up to `count` entries from a cursor on (0: the start), and the cursor to go on with (0: that was all). */
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

  /** One entry, each as likely as another; undefined where there is none. */
  random(random: RandomSource): E | undefined {
    if (this.#byKey.size === 0) return undefined
    for (;;) {
      const entry = present(this.#order[random.below(this.#order.length)])
      if (entry.live) return entry
    }
  }

  /** Where in #order the first entry numbered `seq` or more is. */
  #at(seq: number): number {
    return lowerBound(this.#order, (entry) => entry.seq >= seq)
  }
}
