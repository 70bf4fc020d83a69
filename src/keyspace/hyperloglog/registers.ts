import type { Bytes } from '../../acl/bytes'
import { murmurHash64A } from './murmur'

const INDEX_BITS = 14n
export const REGISTERS = 1 << Number(INDEX_BITS)
/** The number of hash bits in which leading zeros are counted. */
export const COUNTED_BITS = 64 - Number(INDEX_BITS)
const SEED = 0xadc83b19n
const ALPHA = 0.7213475204444817

/** Returns the register of an element and the length of its run of zeros, plus one. */
export function placeOf(element: Bytes): { readonly index: number; readonly count: number } {
  const hash = murmurHash64A(element, SEED)
  let rest = (hash >> INDEX_BITS) | (1n << BigInt(COUNTED_BITS))
  let count = 1
  while ((rest & 1n) === 0n) {
    count++
    rest >>= 1n
  }
  return { index: Number(hash & BigInt(REGISTERS - 1)), count }
}

/** Estimates the number of distinct elements with Ertl's improved estimator, as the server does. */
export function estimate(registers: Uint8Array): number {
  const histogram = new Uint32Array(64)
  for (const register of registers) histogram[register] = (histogram[register] ?? 0) + 1
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
