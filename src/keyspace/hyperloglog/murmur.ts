import type { Bytes } from '../../acl/bytes'

const M = 0xc6a4a7935bd1e995n
const u64 = (n: bigint) => BigInt.asUintN(64, n)

/** MurmurHash64A, little-endian: the hash of HyperLogLog elements. */
export function murmurHash64A(text: Bytes, seed: bigint): bigint {
  let h = seed ^ u64(BigInt(text.length) * M)
  const whole = text.length - (text.length % 8)
  const word = (from: number, to: number) => {
    let k = 0n
    for (let i = to - 1; i >= from; i--) k = (k << 8n) | BigInt(text.charCodeAt(i))
    return k
  }
  for (let i = 0; i < whole; i += 8) {
    let k = u64(word(i, i + 8) * M)
    k = u64((k ^ (k >> 47n)) * M)
    h = u64((h ^ k) * M)
  }
  if (whole < text.length) h = u64((h ^ word(whole, text.length)) * M)
  h = u64((h ^ (h >> 47n)) * M)
  return h ^ (h >> 47n)
}
