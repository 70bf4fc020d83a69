import type { Behaviours } from '../targets/behaviours'
import type { Limits } from './limits'

export type ValueType = 'string' | 'list' | 'set' | 'zset' | 'hash' | 'stream' | 'vectorset' | 'array'

/** A stored value. Each data type has its own class. */
export interface Value {
  readonly type: ValueType
  /** The number of elements (bytes of a string). The command that empties a collection must delete its key. */
  readonly length: number
  /** Approximate bytes in memory. Updated on each change, so that reading it is cheap. */
  readonly byteSize: number
  /** Returns the encoding as OBJECT ENCODING reports it. */
  encoding(behaviours: Behaviours): string
  /**
   * Returns an independent copy for a keyspace with these limits. Throws CommandError where the server does not copy values of
   * this type.
   */
  copy(limits: Limits): Value
  /** Returns the bytes of the value as MEMORY USAGE counts them, where the type knows; `alloc` rounds as the allocator does. */
  allocated?(alloc: (bytes: number) => number): number
  /** Streams only: the number of nodes, which are freed one by one. */
  readonly nodeCount?: number
  /** Hashes only: a lower bound of the fields' expiry times in Unix milliseconds; Infinity if none expires. */
  readonly nextFieldExpiry?: number
  /** Hashes only: true if any field expires. */
  readonly hasExpiringFields?: boolean
  /** Hashes only: deletes expired fields and returns their names. */
  expireFields?(now: number): readonly string[]
}

/** The class of a value, for Database.getOf. */
export interface ValueClass<T extends Value> {
  readonly prototype: T
  [Symbol.hasInstance](value: unknown): boolean
}
