import type { Bytes } from './bytes'

/** The simulator's time: Unix milliseconds, and microseconds where commands measure themselves. */
export interface Clock {
  now(): number
}

/** A source of randomness, passed in so that a run can be repeated. */
export interface RandomSource {
  bytes(n: number): Bytes
  /** Uniform in [0, n). */
  below(n: number): number
}
