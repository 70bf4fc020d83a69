import type { Bytes } from '../acl/bytes'
import { fixed } from './numbers'

/**
 * The x87 80-bit float of INCRBYFLOAT and HINCRBYFLOAT: mantissa × 2^exponent, at most 64 bits of mantissa.
 * An infinity has a null mantissa.
 */
export interface LongDouble {
  readonly negative: boolean
  readonly mantissa: bigint | null
  readonly exponent: number
}

const BITS = 64
/** The exponent of the lowest bit of the smallest number, and the largest exponent. */
const MIN_EXPONENT = -16445
const MAX_EXPONENT = 16383 - 63

function bitLength(n: bigint): number {
  return n === 0n ? 0 : n.toString(2).length
}

/** Returns numerator / denominator × 2^exponent rounded to 64 bits, ties to even. */
function round(negative: boolean, numerator: bigint, denominator: bigint, exponent: number): LongDouble {
  if (numerator === 0n) return { negative, mantissa: 0n, exponent: 0 }
  let shift = BITS + 1 - (bitLength(numerator) - bitLength(denominator))
  if (exponent - shift < MIN_EXPONENT) shift = exponent - MIN_EXPONENT
  const [n, d] = shift >= 0 ? [numerator << BigInt(shift), denominator] : [numerator, denominator << BigInt(-shift)]
  let quotient = n / d
  let e = exponent - shift
  let sticky = n % d !== 0n
  const excess = bitLength(quotient) - BITS
  if (excess > 0) {
    const half = 1n << BigInt(excess - 1)
    const rest = quotient & ((1n << BigInt(excess)) - 1n)
    quotient >>= BigInt(excess)
    e += excess
    if (rest > half || (rest === half && (sticky || (quotient & 1n) === 1n))) quotient++
  } else {
    const rest = 2n * (n % d)
    sticky = rest > d || (rest === d && (quotient & 1n) === 1n)
    if (sticky) quotient++
  }
  if (bitLength(quotient) > BITS) {
    quotient >>= 1n
    e++
  }
  return e + bitLength(quotient) - BITS > MAX_EXPONENT
    ? { negative, mantissa: null, exponent: 0 }
    : { negative, mantissa: quotient, exponent: e }
}

/**
 * Parses a long double as the server does (strtold over the whole text): decimal, hexadecimal or infinity, without
 * surrounding spaces, not NaN. Returns null if it is invalid or out of range.
 */
export function parseLongDouble(bytes: Bytes): LongDouble | null {
  const match =
    /^([+-]?)(?:(inf(?:inity)?)|0x([0-9a-f]*)\.?([0-9a-f]*)(?:p([+-]?[0-9]+))?|([0-9]*)\.?([0-9]*)(?:e([+-]?[0-9]+))?)$/i.exec(
      bytes,
    )
  if (!match || bytes.endsWith('\n') || bytes.length > 5000) return null
  const [, sign, infinity, hexWhole, hexFraction, binaryExponent, whole, fraction, decimalExponent] = match
  const negative = sign === '-'
  if (infinity) return { negative, mantissa: null, exponent: 0 }
  const isHex = hexWhole !== undefined
  const integral = hexWhole ?? whole ?? ''
  const part = hexFraction ?? fraction ?? ''
  if (integral + part === '') return null
  const digits = BigInt((isHex ? '0x0' : '0') + integral + part)
  const power = Number((isHex ? binaryExponent : decimalExponent) ?? 0) - (isHex ? 4 : 1) * part.length
  if (digits === 0n) return { negative, mantissa: 0n, exponent: 0 }
  if (Math.abs(power) > 25000) return null
  const scale = isHex ? 1n : 10n ** BigInt(Math.abs(power))
  const value =
    power >= 0
      ? round(negative, digits * scale, 1n, isHex ? power : 0)
      : round(negative, digits, scale, isHex ? power : 0)
  return value.mantissa === null || value.mantissa === 0n ? null : value
}

/** Returns a signed mantissa in units of 2^exponent. */
function scaled(mantissa: bigint, of: LongDouble, exponent: number): bigint {
  return (mantissa << BigInt(of.exponent - exponent)) * (of.negative ? -1n : 1n)
}

/** Returns the sum, rounded to a long double; null if it is infinite or not a number. */
export function addLongDoubles(a: LongDouble, b: LongDouble): LongDouble | null {
  if (a.mantissa === null || b.mantissa === null) return null
  const exponent = Math.min(a.exponent, b.exponent)
  const sum = scaled(a.mantissa, a, exponent) + scaled(b.mantissa, b, exponent)
  if (sum === 0n) return { negative: a.negative && b.negative, mantissa: 0n, exponent: 0 }
  const result = round(sum < 0n, sum < 0n ? -sum : sum, 1n, exponent)
  return result.mantissa === null ? null : result
}

/** Returns the number with the opposite sign. */
export function negate(value: LongDouble): LongDouble {
  return { ...value, negative: !value.negative }
}

/** Returns a negative number, 0 or a positive number, as a is below, equal to or above b. */
export function compareLongDoubles(a: LongDouble, b: LongDouble): number {
  if (a.mantissa === null || b.mantissa === null) {
    const rank = (x: LongDouble) => (x.mantissa !== null ? 0 : x.negative ? -1 : 1)
    return rank(a) - rank(b)
  }
  const exponent = Math.min(a.exponent, b.exponent)
  const difference = scaled(a.mantissa, a, exponent) - scaled(b.mantissa, b, exponent)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

/** Formats a long double in the server's "human" form: `%.17Lf` without trailing zeros. */
export function formatLongDouble(value: LongDouble): string {
  if (value.mantissa === null) return value.negative ? '-inf' : 'inf'
  const { mantissa, exponent } = value
  const text =
    exponent >= 0 ? (mantissa << BigInt(exponent)).toString() : fixed(mantissa, -exponent, 17).replace(/\.?0+$/, '')
  return value.negative && text !== '0' ? `-${text}` : text
}
