import type { Bytes } from '../../acl/bytes'
import { murmurHash64A } from './murmur'

const INDEX_BITS = 14
export const REGISTERS = 1 << INDEX_BITS
/** The number of hash bits in which zeros are counted. */
export const COUNTED_BITS = 64 - INDEX_BITS
/** Those of them in the lower half of the hash. */
const LOW_BITS = 32 - INDEX_BITS
const SEED = 0xadc83b19
const ALPHA = 0.7213475204444817

/** Returns the register of an element and the length of its run of zeros, plus one. */
export function placeOf(element: Bytes): { readonly index: number; readonly count: number } {
  const { high, low } = murmurHash64A(element, SEED)
  const rest = low >>> INDEX_BITS
  const zeros = rest !== 0 ? trailingZeros(rest) : high !== 0 ? LOW_BITS + trailingZeros(high) : COUNTED_BITS
  return { index: low & (REGISTERS - 1), count: zeros + 1 }
}

/** Returns the number of zero bits below the lowest one of a word that is not 0. */
function trailingZeros(word: number): number {
  return 31 - Math.clz32(word & -word)
}

/** Estimates the number of distinct elements with Ertl's improved estimator, as the server does. */
export function estimate(registers: Uint8Array): number {
  const histogram = new Uint32Array(64)
  for (let i = 0; i < registers.length; i++) {
    const register = registers[i] ?? 0
    histogram[register] = (histogram[register] ?? 0) + 1
  }
  const m = REGISTERS
  let z = m * tau((m - (histogram[COUNTED_BITS + 1] ?? 0)) / m)
  for (let j = COUNTED_BITS; j >= 1; j--) z = (z + (histogram[j] ?? 0)) * 0.5
  z += m * sigma((histogram[0] ?? 0) / m)
  return Math.round((ALPHA * m * m) / z)
}

function tau(x: number): number {
  if (x === 0 || x === 1) return 0
  let y = 1
  let z = 1 - x
  for (let before = NaN; before !== z;) {
    x = Math.sqrt(x)
    before = z
    y *= 0.5
    z -= (1 - x) ** 2 * y
  }
  return z / 3
}

function sigma(x: number): number {
  if (x === 1) return Infinity
  let y = 1
  let z = x
  for (let before = NaN; before !== z;) {
    x *= x
    before = z
    z += x * y
    y += y
  }
  return z
}
