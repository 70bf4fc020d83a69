import { present } from '../present'
import { lowerBound } from '../lower-bound'
import { type Bytes, compareBytes } from '../../acl/bytes'

export interface Entry {
  readonly member: Bytes
  readonly score: number
}

const CHUNK = 256

/** Compares entries of a sorted set: by score, then by the member's bytes. */
export function compareEntries(a: Entry, b: Entry): number {
  return a.score < b.score ? -1 : a.score > b.score ? 1 : compareBytes(a.member, b.member)
}

/** Entries in order, in chunks short enough to shift: inserting, removing and ranking stay fast in large sets. */
export class SortedEntries {
  #chunks: Entry[][] = []
  #count = 0

  get size(): number {
    return this.#count
  }

  insert(entry: Entry): void {
    this.#count++
    const c = Math.min(
      this.#chunkOf((other) => compareEntries(other, entry) >= 0),
      this.#chunks.length - 1,
    )
    const chunk = this.#chunks[c]
    if (!chunk) {
      this.#chunks.push([entry])
      return
    }
    chunk.splice(
      lowerBound(chunk, (other) => compareEntries(other, entry) >= 0),
      0,
      entry,
    )
    if (chunk.length > CHUNK) this.#chunks.splice(c + 1, 0, chunk.splice(CHUNK / 2))
  }

  /** Removes an existing entry. */
  remove(entry: Entry): void {
    const c = this.#chunkOf((other) => compareEntries(other, entry) >= 0)
    const chunk = present(this.#chunks[c])
    chunk.splice(
      lowerBound(chunk, (other) => compareEntries(other, entry) >= 0),
      1,
    )
    if (chunk.length === 0) this.#chunks.splice(c, 1)
    this.#count--
  }

  /** Returns the rank of the first entry for which `from` holds; it must hold for every entry after that. */
  rankWhere(from: (entry: Entry) => boolean): number {
    const c = this.#chunkOf(from)
    let rank = 0
    for (let i = 0; i < c; i++) rank += present(this.#chunks[i]).length
    const chunk = this.#chunks[c]
    return chunk ? rank + lowerBound(chunk, from) : rank
  }

  rankOf(entry: Entry): number {
    return this.rankWhere((other) => compareEntries(other, entry) >= 0)
  }

  /** Returns the entries of ranks `start` up to, not including, `end`. */
  slice(start = 0, end = this.#count): Entry[] {
    const out: Entry[] = []
    let rank = 0
    for (const chunk of this.#chunks) {
      if (rank >= end) break
      if (rank + chunk.length > start) {
        for (const entry of chunk.slice(Math.max(0, start - rank), end - rank)) out.push(entry)
      }
      rank += chunk.length
    }
    return out
  }

  at(rank: number): Entry | undefined {
    return this.slice(rank, rank + 1)[0]
  }

  #chunkOf(from: (entry: Entry) => boolean): number {
    return lowerBound(this.#chunks, (chunk) => from(present(chunk[chunk.length - 1])))
  }
}
