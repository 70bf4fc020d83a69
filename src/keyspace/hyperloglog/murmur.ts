import type { Bytes } from '../../acl/bytes'

/** The multiplier 0xc6a4a7935bd1e995 as two words, the low one in halves too. */
const [M_HIGH, M_LOW, M_LOW_1, M_LOW_0] = [0xc6a4a793, 0x5bd1e995, 0x5bd1, 0xe995] as const

/** A number of 64 bits as two words, unsigned. */
export interface Hash {
  high: number
  low: number
}

/** Multiplies a number by the multiplier, modulo 2^64. */
function multiply(number: Hash): void {
  const { high, low } = number
  const [one, zero] = [low >>> 16, low & 0xffff]
  const lowest = zero * M_LOW_0
  const middle = zero * M_LOW_1 + one * M_LOW_0 + Math.floor(lowest / 0x10000)
  const carried = one * M_LOW_1 + Math.floor(middle / 0x10000)
  number.low = ((middle << 16) | (lowest & 0xffff)) >>> 0
  number.high = (carried + Math.imul(high, M_LOW) + Math.imul(low, M_HIGH)) >>> 0
}

/** Returns up to four bytes of a text as a word, little-endian. */
function word(text: Bytes, from: number, to: number): number {
  let value = 0
  for (let i = Math.min(to, from + 4) - 1; i >= from; i--) value = (value << 8) | text.charCodeAt(i)
  return value >>> 0
}

/** MurmurHash64A, little-endian, with a seed of 32 bits: the hash of HyperLogLog elements. */
export function murmurHash64A(text: Bytes, seed: number): Hash {
  const { length } = text
  const hash: Hash = { high: 0, low: length }
  multiply(hash)
  hash.low = (hash.low ^ seed) >>> 0
  const part: Hash = { high: 0, low: 0 }
  const whole = length - (length % 8)
  for (let i = 0; i < whole; i += 8) {
    part.low = word(text, i, i + 4)
    part.high = word(text, i + 4, i + 8)
    multiply(part)
    mix(part)
    multiply(part)
    hash.low = (hash.low ^ part.low) >>> 0
    hash.high = (hash.high ^ part.high) >>> 0
    multiply(hash)
  }
  if (whole < length) {
    hash.low = (hash.low ^ word(text, whole, length)) >>> 0
    hash.high = (hash.high ^ word(text, whole + 4, length)) >>> 0
    multiply(hash)
  }
  mix(hash)
  multiply(hash)
  mix(hash)
  return hash
}

/** Combines a number with itself, shifted to the right by 47 bits. */
function mix(number: Hash): void {
  number.low = (number.low ^ (number.high >>> 15)) >>> 0
}
