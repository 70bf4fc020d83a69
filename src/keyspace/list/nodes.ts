import type { Bytes } from '../../acl/bytes'
import { present } from '../present'
import { EMPTY_PACKED, packedSize } from './packed'

/** The most bytes of a node for list-max-listpack-size -1, -2, …, -5. */
const NODE_BYTES = [4096, 8192, 16384, 32768, 65536] as const
/** The most bytes of a node whose elements are counted. */
const SAFE_BYTES = 8192
/** Added to an element's size when the server estimates whether it fits into a node. */
const ESTIMATE = 8

/** Returns the most bytes and elements of a node for a value of list-max-listpack-size. */
export function nodeLimits(size: number): { readonly bytes: number; readonly count: number } {
  if (size >= 0) return { bytes: Infinity, count: Math.max(1, size) }
  return { bytes: present(NODE_BYTES[Math.min(-size, NODE_BYTES.length) - 1]), count: Infinity }
}

/** Returns true if a listpack is larger than list-max-listpack-size allows. */
export function exceedsNode(size: number, bytes: number, count: number): boolean {
  const limits = nodeLimits(size)
  return bytes > Math.min(limits.bytes, size >= 0 ? SAFE_BYTES : Infinity) || count > limits.count
}

interface Node {
  count: number
  bytes: number
  /** True for a node of one element that is too large for a listpack. */
  readonly plain: boolean
}

type ElementAt = (index: number) => Bytes

/**
 * The nodes of a quicklist: how its elements are grouped. They decide when the list becomes a listpack again: once a single
 * node is left, and that is small enough.
 */
export class Nodes {
  /** list-max-listpack-size when the quicklist was made. */
  readonly #size: number
  #nodes: Node[]

  /** Makes the nodes of a quicklist: none, or one with the elements of a listpack of so many bytes. */
  constructor(size: number, count = 0, bytes = 0) {
    this.#size = size
    this.#nodes = count === 0 ? [] : [{ count, bytes, plain: false }]
  }

  get size(): number {
    return this.#size
  }

  get count(): number {
    return this.#nodes.length
  }

  /** Bytes of the only node, if there is one and it is a listpack; else null. */
  get singleBytes(): number | null {
    const [first] = this.#nodes
    return first === undefined || first.plain || this.#nodes.length > 1 ? null : first.bytes
  }

  pushLeft(element: Bytes): void {
    const first = this.#nodes[0]
    if (this.#fits(first, element)) add(first, element)
    else this.#nodes.unshift(this.#nodeOf(element))
  }

  pushRight(element: Bytes): void {
    const last = this.#nodes[this.#nodes.length - 1]
    if (this.#fits(last, element)) add(last, element)
    else this.#nodes.push(this.#nodeOf(element))
  }

  popLeft(element: Bytes): void {
    this.#take(0, element)
  }

  popRight(element: Bytes): void {
    this.#take(this.#nodes.length - 1, element)
  }

  /** Inserts an element beside the one at `index` (LINSERT). Call before the list changes. */
  insert(index: number, element: Bytes, after: boolean, at: ElementAt): void {
    const { n, offset, start } = this.#find(index)
    const node = present(this.#nodes[n])
    const isAtEdge = after ? offset === node.count - 1 : offset === 0
    if (this.#fits(node, element)) {
      add(node, element)
      return
    }
    const neighbour = this.#nodes[after ? n + 1 : n - 1]
    if (isAtEdge && this.#fits(neighbour, element)) {
      add(neighbour, element)
      return
    }
    if (isAtEdge) {
      this.#nodes.splice(after ? n + 1 : n, 0, this.#nodeOf(element))
      return
    }
    this.#split(n, after ? offset + 1 : offset, start, at)
    if (this.#isLarge(element)) this.#nodes.splice(n + 1, 0, this.#nodeOf(element))
    else {
      add(present(this.#nodes[after ? n + 1 : n]), element)
      this.#mergeAround(after ? n : n + 1)
    }
  }

  /** Replaces the element at `index` (LSET). Call before the list changes. */
  replace(index: number, element: Bytes, at: ElementAt): void {
    const { n, offset, start } = this.#find(index)
    const node = present(this.#nodes[n])
    const old = at(index)
    if (node.plain) {
      if (!this.#isLarge(element)) this.insert(index, element, true, at)
      if (this.#isLarge(element)) node.bytes = element.length
      else this.#nodes.splice(n, 1)
      return
    }
    if (!this.#isLarge(element)) {
      node.bytes += packedSize(element) - packedSize(old)
      return
    }
    if (offset < node.count - 1) this.#split(n, offset + 1, start, at)
    this.#nodes.splice(n + 1, 0, this.#nodeOf(element))
    const wasAlone = node.count === 1
    this.#take(n, old)
    if (!wasAlone) this.#mergeAround(n + 1)
  }

  /** Removes the elements for which `keeps` is false. Call before the list changes. */
  filter(keeps: (index: number) => boolean, at: ElementAt): void {
    let index = 0
    for (const node of this.#nodes) {
      const end = index + node.count
      for (; index < end; index++) {
        if (keeps(index)) continue
        node.count--
        node.bytes -= packedSize(at(index))
      }
    }
    this.#nodes = this.#nodes.filter((node) => node.count > 0)
  }

  copy(): Nodes {
    const copy = new Nodes(this.#size)
    copy.#nodes = this.#nodes.map((node) => ({ ...node }))
    return copy
  }

  #isLarge(element: Bytes): boolean {
    return element.length > (this.#size >= 0 ? SAFE_BYTES : nodeLimits(this.#size).bytes)
  }

  #fits(node: Node | undefined, element: Bytes): node is Node {
    if (node === undefined || node.plain || this.#isLarge(element)) return false
    return !exceedsNode(this.#size, node.bytes + element.length + ESTIMATE, node.count + 1)
  }

  #nodeOf(element: Bytes): Node {
    const plain = this.#isLarge(element)
    return { count: 1, bytes: plain ? element.length : EMPTY_PACKED + packedSize(element), plain }
  }

  #take(n: number, element: Bytes): void {
    const node = present(this.#nodes[n])
    node.bytes -= packedSize(element)
    if (--node.count > 0) return
    if (n === 0) this.#nodes.shift()
    else this.#nodes.splice(n, 1)
  }

  /** Finds the node of an element, its place in there, and the index of the node's first element. */
  #find(index: number): { readonly n: number; readonly offset: number; readonly start: number } {
    let start = 0
    for (const [n, { count }] of this.#nodes.entries()) {
      if (index < start + count) return { n, offset: index - start, start }
      start += count
    }
    throw new RangeError(`There is no element ${index}`)
  }

  /** Splits a node before the element at `offset` in it. */
  #split(n: number, offset: number, start: number, at: ElementAt): void {
    const node = present(this.#nodes[n])
    let bytes = 0
    for (let i = offset; i < node.count; i++) bytes += packedSize(at(start + i))
    this.#nodes.splice(n + 1, 0, { count: node.count - offset, bytes: bytes + EMPTY_PACKED, plain: false })
    node.count = offset
    node.bytes -= bytes
  }

  /** Joins small nodes around one that was split. */
  #mergeAround(center: number): void {
    let n = center
    if (this.#merge(n - 2)) n--
    this.#merge(n + 1)
    if (this.#merge(n - 1)) n--
    this.#merge(n)
  }

  /** Joins a node with the next one if both are listpacks that fit into one. */
  #merge(n: number): boolean {
    const [node, next] = [this.#nodes[n], this.#nodes[n + 1]]
    if (node === undefined || next === undefined || node.plain || next.plain) return false
    const bytes = node.bytes + next.bytes - EMPTY_PACKED
    if (exceedsNode(this.#size, bytes, node.count + next.count)) return false
    node.bytes = bytes
    node.count += next.count
    this.#nodes.splice(n + 1, 1)
    return true
  }
}

function add(node: Node, element: Bytes): void {
  node.count++
  node.bytes += packedSize(element)
}
