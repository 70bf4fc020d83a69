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

/** A node of a quicklist. */
export interface Node {
  count: number
  bytes: number
  /** True for a node of one element that is too large for a listpack. */
  readonly plain: boolean
}

/**
 * The nodes of a quicklist: how its elements are grouped. They decide when the list becomes a listpack again: once a single
 * node is left, and that is small enough.
 */
export class Nodes {
  /** list-max-listpack-size when the quicklist was made. */
  readonly #size: number
  /** The nodes from left to right. Changes in the middle of the list are in node-edits.ts. */
  all: Node[]

  /** Makes the nodes of a quicklist: none, or one with the elements of a listpack of so many bytes. */
  constructor(size: number, count = 0, bytes = 0) {
    this.#size = size
    this.all = count === 0 ? [] : [{ count, bytes, plain: false }]
  }

  get size(): number {
    return this.#size
  }

  get count(): number {
    return this.all.length
  }

  /** Bytes of the only node, if there is one and it is a listpack; else null. */
  get singleBytes(): number | null {
    const [first] = this.all
    return first === undefined || first.plain || this.all.length > 1 ? null : first.bytes
  }

  pushLeft(element: Bytes): void {
    const first = this.all[0]
    if (this.fits(first, element)) add(first, element)
    else this.all.unshift(this.nodeOf(element))
  }

  pushRight(element: Bytes): void {
    const last = this.all[this.all.length - 1]
    if (this.fits(last, element)) add(last, element)
    else this.all.push(this.nodeOf(element))
  }

  popLeft(element: Bytes): void {
    this.take(0, element)
  }

  popRight(element: Bytes): void {
    this.take(this.all.length - 1, element)
  }

  copy(): Nodes {
    const copy = new Nodes(this.#size)
    copy.all = this.all.map((node) => ({ ...node }))
    return copy
  }

  /** Returns true if an element takes a node of its own. */
  isLarge(element: Bytes): boolean {
    return element.length > (this.#size >= 0 ? SAFE_BYTES : nodeLimits(this.#size).bytes)
  }

  /** Returns true if a node has room for an element. */
  fits(node: Node | undefined, element: Bytes): node is Node {
    if (node === undefined || node.plain || this.isLarge(element)) return false
    return !exceedsNode(this.#size, node.bytes + element.length + ESTIMATE, node.count + 1)
  }

  /** Returns a new node of one element. */
  nodeOf(element: Bytes): Node {
    const plain = this.isLarge(element)
    return { count: 1, bytes: plain ? element.length : EMPTY_PACKED + packedSize(element), plain }
  }

  /** Takes an element out of the n-th node. */
  take(n: number, element: Bytes): void {
    const node = present(this.all[n])
    node.bytes -= packedSize(element)
    if (--node.count > 0) return
    if (n === 0) this.all.shift()
    else this.all.splice(n, 1)
  }
}

/** Adds an element to a node that has room for it. */
export function add(node: Node, element: Bytes): void {
  node.count++
  node.bytes += packedSize(element)
}
