import type { Clock, RandomSource } from '../../acl/environment'
import { fromUint8 } from '../../acl/bytes'

/** The simulated server's time: the browser's, and as far ahead of it as somebody stepped. */
class SteppedClock implements Clock {
  #ahead = 0

  now(): number {
    return Date.now() + this.#ahead
  }

  /** Lets this many milliseconds pass at once. */
  step(milliseconds: number): void {
    this.#ahead += milliseconds
  }
}

/** Time and randomness for the simulated server. */
export const clock = new SteppedClock()

export const random: RandomSource = {
  bytes: (n) => fromUint8(crypto.getRandomValues(new Uint8Array(n))),
  below: (n) => Math.floor(((crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32) * n),
}
