import type { Bytes } from '../../acl/bytes'

/** The Jones polynomial, bits reversed, as the server's checksums use it. */
const POLYNOMIAL = 0x95ac9329ac4bc9b5n

/** The lookup table, split in halves because 64-bit numbers are slow. */
const low = new Uint32Array(256)
const high = new Uint32Array(256)
for (let i = 0; i < 256; i++) {
  let crc = BigInt(i)
  for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ POLYNOMIAL : crc >> 1n
  low[i] = Number(crc & 0xffffffffn)
  high[i] = Number(crc >> 32n)
}

/** Returns the CRC-64 at the end of a DUMP payload as eight bytes (little-endian). */
export function crc64(bytes: Bytes): Bytes {
  let a = 0
  let b = 0
  for (let i = 0; i < bytes.length; i++) {
    const at = (a ^ bytes.charCodeAt(i)) & 255
    a = ((a >>> 8) | (b << 24)) ^ (low[at] ?? 0)
    b = (b >>> 8) ^ (high[at] ?? 0)
  }
  return [a, b]
    .map((half) => String.fromCharCode(half & 255, (half >>> 8) & 255, (half >>> 16) & 255, half >>> 24))
    .join('')
}
