import type { RandomSource } from '../acl/environment'

/** The counter of a new key, which it keeps for a while before it may be evicted. */
const INITIAL = 5
const PRECISION = 2 ** 30

/** Parameters of Frequencies, which CONFIG SET may change. */
export interface FrequencyRules {
  /** The minutes without use after which a counter falls by one; 0 for never (lfu-decay-time). */
  readonly decayTime: number
  /** The larger, the more uses it takes to raise a counter (lfu-log-factor). */
  readonly logFactor: number
}

/**
 * Counts how often keys are used in a counter from 0 to 255 that grows with the logarithm of the uses and falls with time,
 * as the documentation of key eviction describes.
 */
export class Frequencies {
  readonly #rules: () => FrequencyRules
  readonly #random: RandomSource

  constructor(rules: () => FrequencyRules, random: RandomSource) {
    this.#rules = rules
    this.#random = random
  }

  /** Returns the counter of a key that was last used at `usedAt` (Unix milliseconds). */
  at(counter: number | undefined, usedAt: number, now: number): number {
    const { decayTime } = this.#rules()
    const minutes = Math.floor(now / 60_000) - Math.floor(usedAt / 60_000)
    const periods = decayTime === 0 ? 0 : Math.floor(minutes / decayTime)
    return Math.max(0, (counter ?? INITIAL) - periods)
  }

  /** Returns the counter of a key that is used now. */
  used(counter: number | undefined, usedAt: number, now: number): number {
    const before = this.at(counter, usedAt, now)
    if (before === 255) return before
    const rarity = Math.max(0, before - INITIAL) * this.#rules().logFactor + 1
    return this.#random.below(PRECISION) * rarity < PRECISION ? before + 1 : before
  }
}
