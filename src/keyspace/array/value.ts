import type { Bytes } from '../../acl/bytes'
import type { Value } from '../value'

/** Memory counted for an element besides its bytes. */
const OVERHEAD = 40

/** The highest index of an element. */
export const LAST_INDEX = 0xfffffffffffffffen

/** Elements by index, most indices empty. */
export class ArrayValue implements Value {
  readonly type = 'array'
  readonly #elements = new Map<bigint, Bytes>()
  /** The indices in ascending order; null where they must be sorted again. */
  #sorted: bigint[] | null = []
  #bytes = 0
  /** The index of the last insertion by ARINSERT or ARRING, or what ARSEEK made of it; null before the first. */
  lastInserted: bigint | null = null

  get length(): number {
    return this.#elements.size
  }

  get byteSize(): number {
    return this.#bytes
  }

  /** One more than the highest index. */
  get span(): bigint {
    const last = this.#indices().at(-1)
    return last === undefined ? 0n : last + 1n
  }

  encoding(): string {
    return 'sliced-array'
  }

  copy(): ArrayValue {
    const copy = new ArrayValue()
    for (const [index, element] of this.#elements) copy.set(index, element)
    copy.lastInserted = this.lastInserted
    return copy
  }

  get(index: bigint): Bytes | null {
    return this.#elements.get(index) ?? null
  }

  /** Sets an element. Returns true if the index was empty. */
  set(index: bigint, element: Bytes): boolean {
    const old = this.#elements.get(index)
    this.#elements.set(index, element)
    this.#bytes += element.length + OVERHEAD
    if (old !== undefined) {
      this.#bytes -= old.length + OVERHEAD
      return false
    }
    const last = this.#sorted?.at(-1)
    if (last === undefined ? this.#elements.size === 1 : index > last) this.#sorted?.push(index)
    else this.#sorted = null
    return true
  }

  delete(index: bigint): boolean {
    const old = this.#elements.get(index)
    if (old === undefined) return false
    this.#elements.delete(index)
    this.#bytes -= old.length + OVERHEAD
    if (this.#sorted?.at(-1) === index) this.#sorted.pop()
    else this.#sorted = null
    return true
  }

  clear(): void {
    this.#elements.clear()
    this.#sorted = []
    this.#bytes = 0
    this.lastInserted = null
  }

  /** Returns the indices that have elements between two, both included; descending where the first is the greater. */
  between(start: bigint, end: bigint): readonly bigint[] {
    const [low, high] = start <= end ? [start, end] : [end, start]
    const all = this.#indices()
    const found = all.slice(firstAtLeast(all, low), firstAtLeast(all, high + 1n))
    return start <= end ? found : found.reverse()
  }

  #indices(): readonly bigint[] {
    return (this.#sorted ??= [...this.#elements.keys()].sort((a, b) => (a < b ? -1 : 1)))
  }
}

/** Returns the position of the first of sorted numbers that is at least `value`. */
function firstAtLeast(sorted: readonly bigint[], value: bigint): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] ?? 0n) < value) low = middle + 1
    else high = middle
  }
  return low
}
