import type { Bytes } from '../../acl/bytes'
import { lowerBound } from '../lower-bound'
import type { StreamId } from './id'

/** Returns the index of the first ID in a sorted list that is at or after `id`. */
function idIndex(ids: readonly StreamId[], id: StreamId): number {
  return lowerBound(ids, (other) => other >= id)
}

/** A map ordered by ID. */
export class IdMap<V> {
  readonly #values = new Map<StreamId, V>()
  readonly #ids: StreamId[] = []

  get size(): number {
    return this.#values.size
  }

  get(id: StreamId): V | undefined {
    return this.#values.get(id)
  }

  set(id: StreamId, value: V): void {
    if (!this.#values.has(id)) this.#ids.splice(idIndex(this.#ids, id), 0, id)
    this.#values.set(id, value)
  }

  delete(id: StreamId): boolean {
    if (!this.#values.delete(id)) return false
    this.#ids.splice(idIndex(this.#ids, id), 1)
    return true
  }

  get first(): StreamId | undefined {
    return this.#ids[0]
  }

  get last(): StreamId | undefined {
    return this.#ids.at(-1)
  }

  /** Returns the IDs from `start` to `end`, both included, at most `limit`. */
  idsFrom(start: StreamId, end: StreamId | null = null, limit = Infinity): StreamId[] {
    const from = idIndex(this.#ids, start)
    const to = end === null ? this.#ids.length : idIndex(this.#ids, end + 1n)
    return this.#ids.slice(from, Math.min(to, from + limit))
  }
}

/** An entry that was delivered to a consumer and not acknowledged. */
export interface Pending {
  consumer: Consumer
  deliveredAt: number
  deliveries: number
}

export interface Consumer {
  readonly name: Bytes
  /** The times of its last attempt and of its last successful interaction (null: never). */
  seenAt: number
  activeAt: number | null
  readonly pending: IdMap<Pending>
}

export interface Group {
  readonly name: Bytes
  lastId: StreamId
  /** The number of entries read, of all ever added; null if unknown. */
  entriesRead: number | null
  readonly pending: IdMap<Pending>
  readonly consumers: Map<Bytes, Consumer>
}

/** Returns a group's consumer, created if it is new. */
export function consumerOf(group: Group, name: Bytes, now: number): { consumer: Consumer; isNew: boolean } {
  const existing = group.consumers.get(name)
  if (existing) return { consumer: existing, isNew: false }
  const consumer: Consumer = { name, seenAt: now, activeAt: null, pending: new IdMap() }
  group.consumers.set(name, consumer)
  return { consumer, isNew: true }
}

/** Assigns a pending entry to a consumer, removing it from any other. */
export function assign(
  group: Group,
  id: StreamId,
  consumer: Consumer,
  deliveredAt: number,
  deliveries: number,
): Pending {
  group.pending.get(id)?.consumer.pending.delete(id)
  const pending = { consumer, deliveredAt, deliveries }
  group.pending.set(id, pending)
  consumer.pending.set(id, pending)
  return pending
}

/** Removes a pending entry. Returns false if it was not pending. */
export function release(group: Group, id: StreamId): boolean {
  group.pending.get(id)?.consumer.pending.delete(id)
  return group.pending.delete(id)
}

/** Returns the values of a map sorted by the bytes of their names, the order of the server's radix trees. */
export function byName<V>(map: ReadonlyMap<Bytes, V>): V[] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value)
}
