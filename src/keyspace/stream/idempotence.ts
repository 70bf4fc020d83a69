import type { Bytes } from '../../acl/bytes'
import type { StreamId } from './id'

/** The producer of an entry and the entry's idempotence ID (XADD IDMP, IDMPAUTO; documented with Redis 8.6). */
export interface Producer {
  readonly pid: Bytes
  /** Null if the ID is derived from the entry's content. */
  readonly iid: Bytes | null
}

/** The idempotence IDs that a stream remembers: for `duration` seconds, the latest `maxSize` of each producer. */
export class Idempotence {
  duration = 100
  maxSize = 100
  /** The entries recorded and the repetitions dropped so far. */
  added = 0
  duplicates = 0
  readonly #producers = new Map<Bytes, Map<Bytes, { readonly id: StreamId; readonly at: number }>>()

  get producerCount(): number {
    return this.#producers.size
  }

  /** The number of IDs that are remembered for all producers. */
  get idCount(): number {
    return [...this.#producers.values()].reduce((sum, { size }) => sum + size, 0)
  }

  /** Returns the entry that a producer added under this ID, if it is still remembered. */
  find({ pid, iid }: Producer, fields: readonly Bytes[], now: number): StreamId | undefined {
    const names = this.#producers.get(pid)
    for (const [name, { at }] of names ?? []) {
      if (now - at < this.duration * 1000) break
      names?.delete(name)
    }
    return names?.get(nameOf(iid, fields))?.id
  }

  record({ pid, iid }: Producer, fields: readonly Bytes[], id: StreamId, now: number): void {
    const names = this.#producers.get(pid) ?? new Map<Bytes, { id: StreamId; at: number }>()
    names.set(nameOf(iid, fields), { id, at: now })
    this.added++
    for (const name of names.keys()) {
      if (names.size <= this.maxSize) break
      names.delete(name)
    }
    this.#producers.set(pid, names)
  }

  /** Sets new limits and forgets every ID. */
  configure(duration: number | undefined, maxSize: number | undefined): void {
    this.duration = duration ?? this.duration
    this.maxSize = maxSize ?? this.maxSize
    this.#producers.clear()
  }

  copy(): Idempotence {
    const copy = new Idempotence()
    copy.configure(this.duration, this.maxSize)
    copy.added = this.added
    copy.duplicates = this.duplicates
    for (const [pid, names] of this.#producers) copy.#producers.set(pid, new Map(names))
    return copy
  }
}

/** Returns the key of an idempotence ID. Explicit IDs and IDs derived from content cannot collide. */
function nameOf(iid: Bytes | null, fields: readonly Bytes[]): Bytes {
  return iid === null ? 'auto ' + fields.map((text) => `${text.length}:${text}`).join('') : `given ${iid}`
}
