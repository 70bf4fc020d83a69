import type { Bytes } from '../../acl/bytes'
import type { StreamId } from './id'

/** Who sends an entry, and the name by which a repetition of it is known (XADD IDMP, IDMPAUTO; documented with Redis 8.6). */
export interface Producer {
  readonly pid: Bytes
  /** Null: the entry's own content is its name. */
  readonly iid: Bytes | null
}

/** What a stream remembers of the entries that producers named: for so many seconds, the latest so many of each producer. */
export class Idempotence {
  duration = 100
  maxSize = 100
  readonly #producers = new Map<Bytes, Map<Bytes, { readonly id: StreamId; readonly at: number }>>()

  /** The entry that a producer added under this name, where that is still remembered. */
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
    for (const name of names.keys()) {
      if (names.size <= this.maxSize) break
      names.delete(name)
    }
    this.#producers.set(pid, names)
  }

  /** Takes new limits and forgets every name. */
  configure(duration: number | undefined, maxSize: number | undefined): void {
    this.duration = duration ?? this.duration
    this.maxSize = maxSize ?? this.maxSize
    this.#producers.clear()
  }

  copy(): Idempotence {
    const copy = new Idempotence()
    copy.configure(this.duration, this.maxSize)
    for (const [pid, names] of this.#producers) copy.#producers.set(pid, new Map(names))
    return copy
  }
}

/** Names given and names made of content cannot be mistaken for each other. */
function nameOf(iid: Bytes | null, fields: readonly Bytes[]): Bytes {
  return iid === null ? 'auto ' + fields.map((text) => `${text.length}:${text}`).join('') : `given ${iid}`
}
