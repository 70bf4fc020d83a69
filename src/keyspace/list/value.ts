import { present } from '../present'
import type { Bytes } from '../../acl/bytes'
import type { Behaviours } from '../../targets/behaviours'
import type { Limits } from '../limits'
import type { Value } from '../value'
import { exceedsNode, nodeLimits, Nodes } from './nodes'
import { EMPTY_PACKED, packedSize } from './packed'

/**
 * A list: an array with free space at the front, so that both ends grow and shrink in constant time. It tracks the size
 * of its elements in a listpack, and the nodes of a quicklist, which decide the reply of OBJECT ENCODING.
 */
export class ListValue implements Value {
  readonly type = 'list'
  readonly #limits: Limits
  #slots: Bytes[] = []
  #head = 0
  #packedBytes = EMPTY_PACKED
  /** The nodes of a quicklist; null for a listpack. */
  #nodes: Nodes | null = null

  constructor(limits: Limits) {
    this.#limits = limits
  }

  get length(): number {
    return this.#slots.length - this.#head
  }

  get byteSize(): number {
    return this.#packedBytes
  }

  encoding(behaviours: Behaviours): string {
    return this.#nodes || !behaviours.smallListsAreListpacks ? 'quicklist' : 'listpack'
  }

  /** Returns the element at an existing index. */
  at(index: number): Bytes {
    return present(this.#slots[this.#head + index])
  }

  /** Call before a command adds elements: their total size and number decide whether the list becomes a quicklist. */
  makeRoomFor(elements: readonly Bytes[]): void {
    if (this.#nodes) return
    const { listSize } = this.#limits
    let bytes = this.#packedBytes
    for (const element of elements) bytes += element.length
    if (exceedsNode(listSize, bytes, this.length + elements.length))
      this.#nodes = new Nodes(listSize, this.length, this.#packedBytes)
  }

  /** Call after a command removed elements: a quicklist of one small node becomes a listpack. */
  shrink(): void {
    this.#pack(2)
  }

  pushRight(element: Bytes): void {
    this.#nodes?.pushRight(element)
    this.#slots.push(element)
    this.#packedBytes += packedSize(element)
  }

  pushLeft(element: Bytes): void {
    this.#nodes?.pushLeft(element)
    if (this.#head === 0) {
      const room = Math.max(8, this.#slots.length)
      this.#slots = [...Array<Bytes>(room).fill(''), ...this.#slots]
      this.#head = room
    }
    this.#slots[--this.#head] = element
    this.#packedBytes += packedSize(element)
  }

  /** Removes and returns the last element. The list must not be empty. */
  popRight(): Bytes {
    const element = this.at(this.length - 1)
    this.#nodes?.popRight(element)
    this.#slots.pop()
    this.#packedBytes -= packedSize(element)
    return element
  }

  /** Removes and returns the first element. The list must not be empty. */
  popLeft(): Bytes {
    const element = this.at(0)
    this.#nodes?.popLeft(element)
    this.#slots[this.#head++] = ''
    this.#packedBytes -= packedSize(element)
    if (this.#head > 32 && this.#head * 2 > this.#slots.length) {
      this.#slots = this.#slots.slice(this.#head)
      this.#head = 0
    }
    return element
  }

  /** The nodes of a quicklist; null for a listpack. */
  get nodes(): Nodes | null {
    return this.#nodes
  }

  /** Replaces an element, but not in the nodes (see edits.ts, as for the next two). */
  set(index: number, element: Bytes): void {
    this.#packedBytes += packedSize(element) - packedSize(this.at(index))
    this.#slots[this.#head + index] = element
  }

  /** Inserts an element before the one at `index`, or at the end. */
  insert(index: number, element: Bytes): void {
    this.#slots.splice(this.#head + index, 0, element)
    this.#packedBytes += packedSize(element)
  }

  replaceAll(elements: Bytes[]): void {
    this.#slots = elements
    this.#head = 0
    this.#packedBytes = elements.reduce((sum, element) => sum + packedSize(element), EMPTY_PACKED)
  }

  /** Returns the elements from `start` up to, not including, `end`. */
  slice(start = 0, end = this.length): Bytes[] {
    return this.#slots.slice(this.#head + start, this.#head + Math.max(start, end))
  }

  copy(limits: Limits): ListValue {
    const copy = new ListValue(limits)
    copy.replaceAll(this.slice())
    copy.#nodes = this.#nodes?.copy() ?? null
    return copy
  }

  /** Creates a list of these elements, with the encoding it would have after loading. */
  static of(elements: readonly Bytes[], limits: Limits): ListValue {
    const list = new ListValue(limits)
    list.#nodes = new Nodes(limits.listSize)
    for (const element of elements) list.pushRight(element)
    list.#pack(1)
    return list
  }

  /** Makes a listpack of a quicklist with a single node that takes at most an n-th of what a node may take. */
  #pack(part: number): void {
    if (!this.#nodes) return
    const single = this.#nodes.singleBytes
    if (single === null) return
    const { bytes, count } = nodeLimits(this.#limits.listSize)
    if (single <= bytes / part && this.length <= Math.floor(count / part)) this.#nodes = null
  }
}
