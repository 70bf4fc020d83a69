import { present } from '../present'
import type { Bytes } from '../../acl/bytes'
import { lowerBound } from '../lower-bound'
import type { Value } from '../value'
import { append, DEFAULT_LIMITS, isFull, newNode, radixNodes, type Entry, type Node } from './nodes'
import { MAX_ID, type StreamId } from './id'
import { Idempotence } from './idempotence'
import { assign, consumerOf, IdMap, type Group } from './pending'

/** Memory counted for an entry besides its fields. */
const OVERHEAD = 32

/** A stream: entries in ID order, grouped in nodes like on the server, and the stream's consumer groups. */
export class StreamValue implements Value {
  readonly type = 'stream'
  #nodes: Node[] = []
  #count = 0
  #weight = 0
  lastId: StreamId = 0n
  maxDeletedId: StreamId = 0n
  entriesAdded = 0
  readonly groups = new Map<Bytes, Group>()
  idempotence = new Idempotence()

  get length(): number {
    return this.#count
  }

  get byteSize(): number {
    let groups = 0
    for (const group of this.groups.values())
      groups += 64 + group.name.length + group.pending.size * 48 + group.consumers.size * 48
    return this.#weight + groups
  }

  encoding(): string {
    return 'stream'
  }

  get nodes(): readonly Node[] {
    return this.#nodes
  }

  get nodeCount(): number {
    return this.#nodes.length
  }

  get radixNodeCount(): number {
    return radixNodes(this.#nodes.map((node) => node.master))
  }

  get first(): Entry | undefined {
    return this.#nodes[0]?.entries[0]
  }

  get last(): Entry | undefined {
    return this.#nodes.at(-1)?.entries.at(-1)
  }

  /** Appends an entry whose ID is above all earlier ones. */
  append(entry: Entry, limits = DEFAULT_LIMITS): void {
    const node = this.#nodes.at(-1)
    if (!node || isFull(node, entry, limits)) this.#nodes.push(newNode(entry))
    else append(node, entry)
    this.#count++
    this.entriesAdded++
    this.lastId = entry.id
    this.#weight += weigh(entry)
  }

  get(id: StreamId): Entry | undefined {
    const entries = this.#nodes[this.#nodeFor(id)]?.entries
    return entries?.[entryIndex(entries, id)]?.id === id ? entries[entryIndex(entries, id)] : undefined
  }

  /** Returns the entries from `start` to `end`, both included, at most `limit`, in reverse order if `reverse`. */
  range(start: StreamId, end: StreamId = MAX_ID, limit = Infinity, reverse = false): Entry[] {
    const found: Entry[] = []
    if (start > end) return found
    const step = reverse ? -1 : 1
    for (let n = Math.max(0, this.#nodeFor(reverse ? end : start)); n >= 0 && n < this.#nodes.length; n += step) {
      const { entries } = present(this.#nodes[n])
      for (let i = reverse ? entries.length - 1 : 0; i >= 0 && i < entries.length; i += step) {
        const entry = present(entries[i])
        if (reverse ? entry.id < start : entry.id > end) return found
        if (reverse ? entry.id > end : entry.id < start) continue
        if (found.length >= limit) return found
        found.push(entry)
      }
    }
    return found
  }

  /** Deletes an entry and updates the highest deleted ID. */
  delete(id: StreamId): boolean {
    const n = this.#nodeFor(id)
    const node = this.#nodes[n]
    const at = node ? entryIndex(node.entries, id) : 0
    const entry = node?.entries[at]
    if (!node || entry?.id !== id) return false
    node.entries.splice(at, 1)
    node.deleted++
    if (node.entries.length === 0) this.#nodes.splice(n, 1)
    this.#forget(entry)
    if (id > this.maxDeletedId) this.maxDeletedId = id
    return true
  }

  /**
   * Removes and returns entries from the front while `isExcess` holds (given the number of entries).
   * If `approximate`, removes whole nodes only. Removes at most `limit` entries (0: no limit).
   */
  trim(isExcess: (entry: Entry, length: number) => boolean, approximate: boolean, limit: number): Entry[] {
    const removed: Entry[] = []
    while (this.#nodes.length > 0) {
      const node = present(this.#nodes[0])
      const newest = present(node.entries.at(-1))
      if (limit > 0 && removed.length + node.entries.length > limit) break
      if (isExcess(newest, this.#count - node.entries.length + 1)) {
        this.#nodes.shift()
        for (const entry of node.entries) this.#forget(entry)
        removed.push(...node.entries)
        continue
      }
      if (approximate) break
      while (node.entries.length > 0 && isExcess(present(node.entries[0]), this.#count)) {
        const entry = present(node.entries.shift())
        node.deleted++
        this.#forget(entry)
        removed.push(entry)
      }
      break
    }
    return removed
  }

  /** Creates a group; undefined if the name is taken. */
  createGroup(name: Bytes, lastId: StreamId, entriesRead: number | null): Group | undefined {
    if (this.groups.has(name)) return undefined
    const group: Group = { name, lastId, entriesRead, pending: new IdMap(), consumers: new Map() }
    this.groups.set(name, group)
    return group
  }

  copy(): StreamValue {
    const copy = new StreamValue()
    copy.#nodes = this.#nodes.map((node) => ({ ...node, entries: [...node.entries] }))
    copy.#count = this.#count
    copy.#weight = this.#weight
    copy.lastId = this.lastId
    copy.maxDeletedId = this.maxDeletedId
    copy.entriesAdded = this.entriesAdded
    copy.idempotence = this.idempotence.copy()
    for (const group of this.groups.values()) {
      const twin = present(copy.createGroup(group.name, group.lastId, group.entriesRead))
      for (const { name, seenAt, activeAt } of group.consumers.values())
        consumerOf(twin, name, seenAt).consumer.activeAt = activeAt
      for (const id of group.pending.idsFrom(0n)) {
        const { consumer, deliveredAt, deliveries } = present(group.pending.get(id))
        assign(twin, id, present(twin.consumers.get(consumer.name)), deliveredAt, deliveries)
      }
    }
    return copy
  }

  #forget(entry: Entry): void {
    this.#count--
    this.#weight -= weigh(entry)
  }

  /** Returns the index of the node that would hold an ID: the last one that starts at or before it, or -1. */
  #nodeFor(id: StreamId): number {
    return lowerBound(this.#nodes, (node) => node.master > id) - 1
  }
}

function entryIndex(entries: readonly Entry[], id: StreamId): number {
  return lowerBound(entries, (entry) => entry.id >= id)
}

function weigh(entry: Entry): number {
  return entry.fields.reduce((sum, text) => sum + text.length + 2, OVERHEAD)
}
