import type { Bytes } from '../../acl/bytes'

/** The bytes of an empty listpack. */
export const EMPTY_PACKED = 7

/** Returns true if the bytes are a 64-bit integer in canonical form. */
export function isInteger64(bytes: Bytes): boolean {
  if (bytes.length === 0 || bytes.length > 20 || !/^(0|-?[1-9][0-9]*)$/.test(bytes)) return false
  if (bytes.length < 18) return true
  const value = BigInt(bytes)
  return value >= -(2n ** 63n) && value < 2n ** 63n
}

/** Returns the bytes an element takes in a listpack: encoding, content, and the length for walking backwards. */
export function packedSize(element: Bytes): number {
  const body = isInteger64(element) ? integerSize(Number(element)) : stringSize(element.length)
  return body + backLength(body)
}

/** Returns the size of the length that follows an element of this length (listpack.c, lpEncodeBacklen). */
export function backLength(length: number): number {
  return length <= 127 ? 1 : length < 16383 ? 2 : length < 2097151 ? 3 : length < 268435455 ? 4 : 5
}

function integerSize(value: number): number {
  if (value >= 0 && value <= 127) return 1
  if (value >= -4096 && value <= 4095) return 2
  if (value >= -32768 && value <= 32767) return 3
  if (value >= -8388608 && value <= 8388607) return 4
  return value >= -2147483648 && value <= 2147483647 ? 5 : 9
}

function stringSize(length: number): number {
  return length + (length < 64 ? 1 : length < 4096 ? 2 : 5)
}
