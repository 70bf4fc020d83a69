import type { Bytes } from '../../acl/bytes'
import { CommandError } from '../../resp/reply'
import type { Value } from '../value'
import { distance, type Quantization, type Stored } from './numeric'

/** Sizes of the server's structures in bytes: a set with its graph, a node, a layer of links, an entry of the dictionary. */
const SET = 1768
const NODE = 312
const LAYER = 24
const ENTRY = 16
const POINTER = 8

/** An element of a vector set. */
export interface Element {
  readonly name: Bytes
  readonly vector: Stored
  /** The topmost layer of the graph that the element is in. */
  readonly level: number
  /** The JSON text of its attributes; null where it has none. */
  attributes: Bytes | null
}

/** The properties that all elements of a set share. */
export interface VectorSetShape {
  readonly dimensions: number
  readonly quantization: Quantization
  /** The number of links of a node in each layer of the graph; twice as many in the lowest. */
  readonly links: number
  /** The dimensions of vectors before their projection; 0 without one. */
  readonly projectedFrom: number
  /** The number of sets created before. */
  readonly id: number
}

/** A similar element. */
export interface Neighbor {
  readonly element: Element
  readonly distance: number
}

/** Returns the bytes of a string object as the server allocates it. */
function stringBytes(length: number, alloc: (bytes: number) => number): number {
  if (length <= 44) return alloc(16 + 3 + length + 1)
  return alloc(16) + alloc((length < 256 ? 3 : length < 65536 ? 5 : 9) + length + 1)
}

/** A vector set. It has no graph: searches compare all elements. */
export class VectorSetValue implements Value {
  readonly type = 'vectorset'
  readonly #elements = new Map<Bytes, Element>()
  #bytes = 0
  /** The number of elements with attributes, as the server counts them. */
  attributed = 0
  /** The number of nodes ever added, updates included. */
  added = 0

  constructor(readonly shape: VectorSetShape) {}

  get length(): number {
    return this.#elements.size
  }

  get byteSize(): number {
    const { projectedFrom, dimensions } = this.shape
    return SET + 4 * projectedFrom * dimensions + this.#bytes
  }

  encoding(): string {
    return 'raw'
  }

  copy(): never {
    throw new CommandError('ERR not supported for this module key')
  }

  get(name: Bytes): Element | undefined {
    return this.#elements.get(name)
  }

  /** The elements, oldest first; an update makes an element new. */
  elements(): readonly Element[] {
    return [...this.#elements.values()]
  }

  /** Adds an element, or replaces the one of that name. */
  set(element: Element): void {
    this.delete(element.name)
    this.#elements.set(element.name, element)
    this.#bytes += this.#sizeOf(element)
    this.added++
  }

  delete(name: Bytes): boolean {
    const element = this.#elements.get(name)
    if (element === undefined) return false
    this.#bytes -= this.#sizeOf(element)
    return this.#elements.delete(name)
  }

  setAttributes(element: Element, attributes: Bytes | null): void {
    this.#bytes -= this.#sizeOf(element)
    this.attributed += (attributes === null ? 0 : 1) - (element.attributes === null ? 0 : 1)
    element.attributes = attributes
    this.#bytes += this.#sizeOf(element)
  }

  /** Returns elements by their distance from a vector; those of the same distance in the order given. */
  ranked(from: Stored, elements: readonly Element[]): Neighbor[] {
    return elements
      .map((element) => ({ element, distance: distance(from, element.vector) }))
      .sort((a, b) => a.distance - b.distance)
  }

  /** Estimates as the server does: from the first 20 elements, newest first. */
  allocated(alloc: (bytes: number) => number): number {
    const { length: count } = this
    const newest = this.elements().slice(-20)
    const mean = (lengths: readonly number[], usual: number): number =>
      lengths.length === 0
        ? usual
        : Math.floor(lengths.reduce((sum, length) => sum + stringBytes(length, alloc), 0) / lengths.length)
    const attributes = newest.flatMap((element) => (element.attributes === null ? [] : [element.attributes.length]))
    const names = newest.map(({ name }) => name.length)
    return (
      this.byteSize -
      this.#bytes +
      count * this.#nodeBytes +
      Math.floor((POINTER * this.shape.links * count) / 3) +
      count * mean(names, 0) +
      this.attributed * mean(attributes, 64)
    )
  }

  /** The bytes of an element but for its strings and its links above the lowest layer. */
  get #nodeBytes(): number {
    const { dimensions, quantization, links } = this.shape
    const components =
      quantization === 'f32' ? 4 * dimensions : quantization === 'bin' ? 8 * Math.ceil(dimensions / 64) : dimensions
    return NODE + components + (LAYER * 4) / 3 + POINTER * 2 * links + ENTRY
  }

  #sizeOf({ name, attributes }: Element): number {
    return this.#nodeBytes + Math.floor((POINTER * this.shape.links) / 3) + 40 + name.length + (attributes?.length ?? 0)
  }
}
