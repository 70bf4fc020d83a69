import { getHeapStatistics } from 'node:v8'

/** The maximum length of a JavaScript string, minus room for the rest of a request. */
const LONGEST_STRING = 2 ** 29 - 2 ** 20

/** The memory limits of `serve`, in bytes: shares of the heap that Node may use (`--max-old-space-size`). */
export interface MemoryShares {
  /** Keys and values. */
  readonly data: number
  /** Unprocessed requests and unsent replies of all clients together. */
  readonly transfer: number
  /** The maximum length of a string that a client may send. */
  readonly bulk: number
}

/** Divides the heap. The rest is for copies that commands make, for scripts and for the program itself. */
export function memoryShares(heap = getHeapStatistics().heap_size_limit): MemoryShares {
  const eighth = Math.floor(heap / 8)
  return { data: eighth, transfer: 2 * eighth, bulk: Math.min(eighth, LONGEST_STRING) }
}

/** A consumer of the memory that all clients share. */
export interface Holder {
  readonly held: number
  /** Ends the consumer, so that it holds nothing any more. */
  evict(): void
}

/**
 * The memory that clients share for requests and replies. Where it runs out, the client that holds the most is closed.
 */
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

  /** Releases all memory of a holder and removes it. */
  remove(holder: Holder): void {
    if (this.#holders.delete(holder)) this.#used -= holder.held
  }

  /** Records that a holder allocated (or, where negative, released) memory. Its `held` includes it already. */
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
