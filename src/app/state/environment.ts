import type { Clock, RandomSource } from '../../acl/environment'
import { fromUint8 } from '../../acl/bytes'

/** The browser's time and randomness, for the simulated server. */
export const clock: Clock = { now: () => Date.now() }

export const random: RandomSource = {
  bytes: (n) => fromUint8(crypto.getRandomValues(new Uint8Array(n))),
  below: (n) => Math.floor(((crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32) * n),
}
