import type { Bytes } from '../../acl/bytes'
import type { Behaviours } from '../../targets/behaviours'
import type { RandomSource } from '../../acl/environment'
import type { Limits } from '../limits'
import { Table, type TableEntry } from '../table'
import type { Value } from '../value'
import { type Entry, SortedEntries } from './sorted'

/** Memory counted for an entry besides its member. */
const OVERHEAD = 16

interface Scored extends TableEntry {
  score: number
}

/** A sorted set: scores by member, and the entries in order. */
export class ZSetValue implements Value {
  readonly type = 'zset'
  readonly #scores = new Table<Scored>()
  readonly #sorted = new SortedEntries()
  readonly #limits: Limits
  #skiplist = false
  #weight = 0

  constructor(limits: Limits) {
    this.#limits = limits
  }

  get length(): number {
    return this.#scores.size
  }

  get byteSize(): number {
    return this.#weight
  }

  /** True once the set outgrew the packed form (a ziplist or listpack). */
  get isSkiplist(): boolean {
    return this.#skiplist
  }

  encoding(behaviours: Behaviours): string {
    if (this.#skiplist) return 'skiplist'
    return behaviours.packsInListpacks ? 'listpack' : 'ziplist'
  }

  /** Switches to a skiplist. ZADD does so up front when it adds many elements at once. */
  makeSkiplist(): void {
    this.#skiplist = true
  }

  score(member: Bytes): number | undefined {
    return this.#scores.get(member)?.score
  }

  put(member: Bytes, score: number): void {
    const old = this.#scores.get(member)
    if (old) {
      this.#sorted.remove({ member, score: old.score })
      old.score = score
    } else {
      this.#weight += member.length + OVERHEAD
      this.#scores.set({ key: member, score, seq: 0, live: false })
      const { zsetEntries, zsetValue } = this.#limits
      if (this.length > zsetEntries || member.length > zsetValue) this.#skiplist = true
    }
    this.#sorted.insert({ member, score })
  }

  delete(member: Bytes): boolean {
    const old = this.#scores.delete(member)
    if (!old) return false
    this.#sorted.remove({ member, score: old.score })
    this.#weight -= member.length + OVERHEAD
    return true
  }

  /** Returns the rank of a member, 0 for the lowest score. */
  rank(member: Bytes): number | undefined {
    const scored = this.#scores.get(member)
    return scored && this.#sorted.rankOf({ member, score: scored.score })
  }

  /** Returns the rank of the first entry for which `from` holds; it must hold for every entry after that. */
  rankWhere(from: (entry: Entry) => boolean): number {
    return this.#sorted.rankWhere(from)
  }

  /** Returns the entries of ranks `start` up to, not including, `end`, in order. */
  slice(start = 0, end = this.length): Entry[] {
    return this.#sorted.slice(start, end)
  }

  at(rank: number): Entry | undefined {
    return this.#sorted.at(rank)
  }

  /** Returns a random entry; undefined if there is none. */
  random(random: RandomSource): Entry | undefined {
    return this.at(random.below(Math.max(1, this.length)))
  }

  /** Returns a step of ZSCAN: all entries at once while packed. */
  scan(cursor: number, count: number): { readonly cursor: number; readonly entries: readonly Entry[] } {
    if (!this.#skiplist) return { cursor: 0, entries: this.slice() }
    const step = this.#scores.scan(cursor, count)
    return { cursor: step.cursor, entries: step.entries.map(({ key, score }) => ({ member: key, score })) }
  }

  copy(limits: Limits): ZSetValue {
    const copy = ZSetValue.of(this.slice(), limits)
    copy.#skiplist = this.#skiplist
    return copy
  }

  /** Creates a set of these entries, packed if it is small enough. */
  static of(entries: Iterable<Entry>, limits: Limits): ZSetValue {
    const zset = new ZSetValue(limits)
    for (const { member, score } of entries) zset.put(member, score)
    return zset
  }
}
