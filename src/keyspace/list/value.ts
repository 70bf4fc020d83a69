import { present } from '../present'
import type { Bytes } from '../../acl/bytes'
import type { Behaviours } from '../../targets/behaviours'
import type { Value } from '../value'
import { packedSize } from './packed'

/**
 * The size in bytes beyond which a listpack becomes a quicklist (list-max-listpack-size -2). It converts back at half
 * of it.
 */
const PACKED_LIMIT = 8192
const EMPTY_PACKED = 7

/**
 * A list: an array with free space at the front, so that both ends grow and shrink in constant time. It tracks the size
 * of its elements in a listpack, which decides the reply of OBJECT ENCODING.
 */
export class ListValue implements Value {
  readonly type = 'list'
  #slots: Bytes[] = []
  #head = 0
  #packedBytes = EMPTY_PACKED
  #quick = false

  get length(): number {
    return this.#slots.length - this.#head
  }

  get byteSize(): number {
    return this.#packedBytes
  }

  encoding(behaviours: Behaviours): string {
    return this.#quick || !behaviours.smallListsAreListpacks ? 'quicklist' : 'listpack'
  }

  /** Returns the element at an existing index. */
  at(index: number): Bytes {
    return present(this.#slots[this.#head + index])
  }

  /** Call before a command adds elements: their total size decides whether the list becomes a quicklist. */
  makeRoomFor(elements: readonly Bytes[]): void {
    if (this.#quick) return
    let added = 0
    for (const element of elements) added += element.length
    if (this.#packedBytes + added > PACKED_LIMIT) this.#quick = true
  }

  /** Call after a command removed elements: a small enough quicklist is packed again. */
  shrink(): void {
    if (this.#quick && this.#packedBytes <= PACKED_LIMIT / 2) this.#quick = false
  }

  pushRight(element: Bytes): void {
    this.#slots.push(element)
    this.#packedBytes += packedSize(element)
  }

  pushLeft(element: Bytes): void {
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
    this.#slots.pop()
    this.#packedBytes -= packedSize(element)
    return element
  }

  /** Removes and returns the first element. The list must not be empty. */
  popLeft(): Bytes {
    const element = this.at(0)
    this.#slots[this.#head++] = ''
    this.#packedBytes -= packedSize(element)
    if (this.#head > 32 && this.#head * 2 > this.#slots.length) {
      this.#slots = this.#slots.slice(this.#head)
      this.#head = 0
    }
    return element
  }

  set(index: number, element: Bytes): void {
    this.#packedBytes += packedSize(element) - packedSize(this.at(index))
    this.#slots[this.#head + index] = element
  }

  /** Inserts an element before the one at `index`, or at the end. */
  insert(index: number, element: Bytes): void {
    this.#slots.splice(this.#head + index, 0, element)
    this.#packedBytes += packedSize(element)
  }

  /** Keeps `count` elements from `start` on. */
  keep(start: number, count: number): void {
    this.#replace(this.slice(start, start + count))
  }

  /** Removes up to `limit` elements equal to `element`, from the right if `fromRight`. Returns how many. */
  remove(element: Bytes, limit: number, fromRight: boolean): number {
    let removed = 0
    const kept: Bytes[] = []
    const n = this.length
    for (let i = 0; i < n; i++) {
      const item = this.at(fromRight ? n - 1 - i : i)
      if (item === element && removed < limit) removed++
      else kept.push(item)
    }
    if (removed > 0) this.#replace(fromRight ? kept.reverse() : kept)
    return removed
  }

  /** Returns the elements from `start` up to, not including, `end`. */
  slice(start = 0, end = this.length): Bytes[] {
    return this.#slots.slice(this.#head + start, this.#head + Math.max(start, end))
  }

  copy(): ListValue {
    const copy = new ListValue()
    copy.#replace(this.slice())
    copy.#quick = this.#quick
    return copy
  }

  /** Creates a list of these elements, with the encoding it would have after loading. */
  static of(elements: readonly Bytes[]): ListValue {
    const list = new ListValue()
    list.#replace([...elements])
    list.#quick = list.#packedBytes > PACKED_LIMIT
    return list
  }

  #replace(elements: Bytes[]): void {
    this.#slots = elements
    this.#head = 0
    this.#packedBytes = elements.reduce((sum, element) => sum + packedSize(element), EMPTY_PACKED)
  }
}
