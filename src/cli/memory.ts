import { getHeapStatistics } from 'node:v8'

/** The longest JavaScript string, less what stands around a value in a request. */
const LONGEST_STRING = 2 ** 29 - 2 ** 20

/** How much memory `serve` gives to what, in bytes: shares of the heap that Node may use (`--max-old-space-size`). */
export interface MemoryShares {
  /** Keys and values. */
  readonly data: number
  /** Requests that have not been run and replies that have not been sent, of all clients together. */
  readonly transfer: number
  /** The longest string that a client may send. */
  readonly bulk: number
}

/** Divides the heap: what is left over is for copies that commands make, for scripts and for the program itself. */
export function memoryShares(heap = getHeapStatistics().heap_size_limit): MemoryShares {
  const eighth = Math.floor(heap / 8)
  return { data: eighth, transfer: 2 * eighth, bulk: Math.min(eighth, LONGEST_STRING) }
}

/** Holds something in the memory that is shared by all clients. */
export interface Holder {
  readonly held: number
  /** Ends it, so that it holds nothing any more. */
  evict(): void
}

/** The memory that clients share for requests and replies: where it runs out, the client that holds most is closed. */
export class SharedMemory {
  readonly #limit: number
  readonly #holders = new Set<Holder>()
  #used = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  add(holder: Holder): void {
    this.#holders.add(holder)
  }

  /** Gives back all that a holder has, and forgets it. */
  remove(holder: Holder): void {
    if (this.#holders.delete(holder)) this.#used -= holder.held
  }

  /** A holder has taken (or given back, where negative) so many bytes, which its `held` counts already. */
  changed(holder: Holder, bytes: number): void {
    if (!this.#holders.has(holder)) return
    this.#used += bytes
    while (bytes > 0 && this.#used > this.#limit) {
      let largest: Holder = holder
      for (const other of this.#holders) if (other.held > largest.held) largest = other
      this.remove(largest)
      largest.evict()
      if (largest === holder) return
    }
  }
}
