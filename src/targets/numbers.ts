import type { Bytes } from '../acl/bytes'

/** The number that C's `atoi` reads: leading space, a sign, digits up to the first other byte; 0 where there are none. */
export function cInteger(text: Bytes): number {
  const digits = /^[ \t-\r]*([+-]?\d+)/.exec(text)?.[1]
  if (digits === undefined) return 0
  const long = BigInt.asIntN(64, clampToLong(BigInt(digits)))
  return Number(BigInt.asIntN(32, long))
}

const maxLong = 2n ** 63n - 1n

function clampToLong(number: bigint): bigint {
  return number > maxLong ? maxLong : number < -maxLong - 1n ? -maxLong - 1n : number
}

/** A whole number written strictly, as string2ll takes it: no space, no plus, no leading zero; null otherwise, or where 64 bits do not hold it. */
export function strictInteger(text: Bytes): bigint | null {
  if (!/^(?:0|-?[1-9]\d{0,18})$/.test(text)) return null
  const number = BigInt(text)
  return clampToLong(number) === number ? number : null
}
