import type { Behaviours } from '../targets/behaviours'

export type ValueType = 'string' | 'list' | 'set' | 'zset' | 'hash' | 'stream'

/** What every stored value can say of itself. Each data type has a class of its own. */
export interface Value {
  readonly type: ValueType
  /** Elements held (bytes, for a string). A collection that reaches 0 must be deleted by the command that emptied it. */
  readonly length: number
  /** Approximate bytes in memory, kept up to date as the value changes: asking must be cheap. */
  readonly byteSize: number
  /** As OBJECT ENCODING reports it. */
  encoding(behaviours: Behaviours): string
  /** A deep copy that shares nothing changeable. */
  copy(): Value
  /** Hashes only: when the first of their fields may expire (Infinity: none will), Unix milliseconds. */
  readonly nextFieldExpiry?: number
  /** Hashes only: drops the fields whose time is up and names them. */
  expireFields?(now: number): readonly string[]
}

/** The class of a value, for Database.getOf. Its constructor may be private. */
export interface ValueClass<T extends Value> {
  readonly prototype: T
  [Symbol.hasInstance](value: unknown): boolean
}
