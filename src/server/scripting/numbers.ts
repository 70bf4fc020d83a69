import type { Bytes } from '../../acl/bytes'

/** Formats a number like C's `%.<precision>g`. */
export function formatGeneral(n: number, precision: number): Bytes {
  if (Number.isNaN(n)) return 'nan'
  if (!Number.isFinite(n)) return n < 0 ? '-inf' : 'inf'
  if (n === 0) return Object.is(n, -0) ? '-0' : '0'
  const { digits, exponent } = rounded(Math.abs(n), precision)
  const sign = n < 0 ? '-' : ''
  if (exponent < -4 || exponent >= precision) {
    const mantissa = withoutTrailingZeros(`${digits[0]}.${digits.slice(1)}`)
    return `${sign}${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
  }
  if (exponent < 0) return sign + withoutTrailingZeros(`0.${'0'.repeat(-exponent - 1)}${digits}`)
  return sign + withoutTrailingZeros(`${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`)
}

/**
 * Rounds to a number of significant digits, ties to the even digit as C libraries do (toExponential rounds ties up).
 */
function rounded(n: number, precision: number): { readonly digits: string; readonly exponent: number } {
  const split = (text: string): [string, number] => {
    const [mantissa = '', exponent = '0'] = text.split('e')
    return [mantissa.replace('.', ''), Number(exponent)]
  }
  const [exact, exponent] = split(n.toExponential(60))
  if (/^50*$/.test(exact.slice(precision)) && Number(exact[precision - 1]) % 2 === 0) {
    return { digits: exact.slice(0, precision), exponent }
  }
  const [digits, roundedExponent] = split(n.toExponential(precision - 1))
  return { digits, exponent: roundedExponent }
}

function withoutTrailingZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0*$/, '') : text
}

/**
 * Truncates a number to a signed 64-bit integer, as C does on the processors that servers run on: the minimum where it
 * is out of range.
 */
export function toLongLong(n: number): bigint {
  if (!(n > -9223372036854775808 && n < 9223372036854775808)) return -9223372036854775808n
  return BigInt(Math.trunc(n))
}

/** Converts a 64-bit integer to a reply: to a number where that is exact. */
export function integerReply(n: bigint): number | bigint {
  return n >= -9007199254740991n && n <= 9007199254740991n ? Number(n) : n
}

/** The pseudo-random numbers of redisLrand48: the same sequence on every server, 31 bits each. */
export class Rand48 {
  #state = 0x1234abcd330en

  seed(seed: number): void {
    this.#state = (BigInt.asUintN(32, BigInt(seed)) << 16n) | 0x330en
  }

  next(): number {
    this.#state = BigInt.asUintN(48, this.#state * 0x5deece66dn + 0xbn)
    return Number(this.#state >> 17n)
  }
}
