import type { Bytes } from '../../acl/bytes'

/** A number as C's `%.<precision>g` prints it. */
export function formatGeneral(n: number, precision: number): Bytes {
  if (Number.isNaN(n)) return 'nan'
  if (!Number.isFinite(n)) return n < 0 ? '-inf' : 'inf'
  if (n === 0) return Object.is(n, -0) ? '-0' : '0'
  const [mantissa = '', exponentText = '0'] = n.toExponential(precision - 1).split('e')
  const exponent = Number(exponentText)
  if (exponent < -4 || exponent >= precision) {
    const sign = exponent < 0 ? '-' : '+'
    return `${withoutTrailingZeros(mantissa)}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`
  }
  return withoutTrailingZeros(n.toFixed(Math.max(0, precision - 1 - exponent)))
}

function withoutTrailingZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}

/** A number in the fewest digits that read back as it, laid out as the fpconv library that servers from 7.2 use does. */
export function formatShortest(n: number): Bytes {
  if (Number.isNaN(n)) return 'nan'
  if (!Number.isFinite(n)) return n < 0 ? '-inf' : 'inf'
  if (n === 0) return Object.is(n, -0) ? '-0' : '0'
  const sign = n < 0 ? '-' : ''
  const [mantissa = '', exponentText = '0'] = Math.abs(n).toExponential().split('e')
  const digits = mantissa.replace('.', '')
  const count = digits.length
  const leading = Number(exponentText)
  /** The power of ten of the last digit. */
  const scale = leading - count + 1
  if (scale >= 0 && leading < count + 7) return sign + digits + '0'.repeat(scale)
  if (scale < 0 && (scale > -7 || Math.abs(leading) < 4)) {
    const whole = count + scale
    return sign + (whole <= 0 ? `0.${'0'.repeat(-whole)}${digits}` : `${digits.slice(0, whole)}.${digits.slice(whole)}`)
  }
  const point = count > 1 ? `${digits[0]}.${digits.slice(1)}` : digits
  return `${sign}${point}e${leading < 0 ? '-' : '+'}${Math.abs(leading)}`
}

/** A number cut to a signed 64-bit integer, as C does it on the processors servers run on: out of range is the least one. */
export function toLongLong(n: number): bigint {
  if (!(n > -9223372036854775808 && n < 9223372036854775808)) return -9223372036854775808n
  return BigInt(Math.trunc(n))
}

/** A 64-bit integer as a reply: a number where it is exact. */
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
