import { present } from './present'
import type { Bytes } from '../acl/bytes'
import type { Behaviours } from '../targets/behaviours'
import { double, type Double } from '../resp/reply'
import { shortestDigits } from './grisu'

/**
 * Parses a double as the server does (strtod over the whole text): decimal or hexadecimal, `inf` or `infinity` in any case,
 * without surrounding spaces, not NaN. Returns null if it is invalid, overflows or underflows to 0.
 */
export function parseDouble(bytes: Bytes): number | null {
  const match =
    /^([+-]?)(?:(inf(?:inity)?)|(0x(?:[0-9a-f]+\.?[0-9a-f]*|\.[0-9a-f]+)(?:p[+-]?[0-9]+)?)|((?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?))$/i.exec(
      bytes,
    )
  if (!match || bytes.endsWith('\n')) return null
  const sign = match[1] === '-' ? -1 : 1
  if (match[2]) return sign * Infinity
  const value = match[3] ? hexadecimal(match[3]) : Number(match[4])
  if (value === Infinity) return null
  const [significand = ''] = match[3] ? match[3].slice(2).split(/p/i) : (match[4] ?? '').split(/e/i)
  if (value === 0 && /[1-9a-f]/i.test(significand)) return null
  return sign * value
}

function hexadecimal(text: string): number {
  const [, whole = '', fraction = '', exponent = '0'] = present(
    /^0x([0-9a-f]*)\.?([0-9a-f]*)(?:p([+-]?[0-9]+))?$/i.exec(text),
  )
  const digits = BigInt('0x0' + whole + fraction)
  const power = Number(exponent) - 4 * fraction.length
  return power >= 0 ? Number(digits) * 2 ** power : Number(digits) / 2 ** -power
}

/** Formats a number as C's `%.17g`: 17 significant digits, no trailing zeros, an exponent of at least two digits. */
export function format17g(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf'
  if (value === 0) return Object.is(value, -0) ? '-0' : '0'
  const [mantissa = '', exponent = '0'] = exactExponential(value, 17).split('e')
  const e = Number(exponent)
  const digits = mantissa.replace(/[-.]/g, '')
  const sign = value < 0 ? '-' : ''
  const trim = (s: string) => (s.includes('.') ? s.replace(/\.?0*$/, '') : s)
  if (e < -4 || e >= 17)
    return `${sign}${trim(`${digits[0]}.${digits.slice(1)}`)}e${e < 0 ? '-' : '+'}${String(Math.abs(e)).padStart(2, '0')}`
  if (e < 0) return sign + trim('0.' + '0'.repeat(-e - 1) + digits)
  return sign + trim(`${digits.slice(0, e + 1)}.${digits.slice(e + 1)}`)
}

/** Formats a number as `d.ddde±x`, correctly rounded, ties to even (toExponential rounds ties up). */
function exactExponential(value: number, digits: number): string {
  const rounded = value.toExponential(digits - 1)
  const long = value.toExponential(Math.min(100, digits + 40))
  const [mantissa = '', exponent] = long.split('e')
  const all = mantissa.replace(/[-.]/g, '')
  const isTie = /^50*$/.test(all.slice(digits)) && Number(all[digits - 1]) % 2 === 0
  if (!isTie) return rounded
  const kept = all.slice(0, digits)
  return `${value < 0 ? '-' : ''}${kept[0]}.${kept.slice(1)}e${exponent}`
}

/** The largest whole number that is printed as an integer. */
const MAX_INTEGER = 2 ** 62

/** Formats a double as the server's d2string does from 7.2: whole numbers in full, others in the digits of Grisu2. */
export function formatShortest(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf'
  if (value === 0) return Object.is(value, -0) ? '-0' : '0'
  if (Number.isInteger(value) && Math.abs(value) <= MAX_INTEGER)
    return Number.isSafeInteger(value) ? String(value) : String(BigInt(value))
  const { digits, power } = shortestDigits(Math.abs(value))
  const e = power + digits.length - 1
  const sign = value < 0 ? '-' : ''
  if (power >= 0 && Math.abs(e) < digits.length + 7) return sign + digits + '0'.repeat(power)
  if (power < 0 && (power > -7 || Math.abs(e) < 4)) {
    const point = digits.length + power
    return sign + (point <= 0 ? '0.' + '0'.repeat(-point) + digits : digits.slice(0, point) + '.' + digits.slice(point))
  }
  return `${sign}${digits[0]}${digits.length > 1 ? '.' + digits.slice(1) : ''}e${e < 0 ? '-' : '+'}${Math.abs(e)}`
}

/** Formats a score or distance as this target does in replies. */
export function formatDouble(value: number, behaviours: Behaviours): string {
  return behaviours.printsShortestDoubles ? formatShortest(value) : format17g(value)
}

/** Returns a double reply (a bulk string in RESP2) as this target formats it. */
export function doubleReply(value: number, behaviours: Behaviours): Double {
  return double(formatDouble(value, behaviours))
}

/** Formats a double in "human" form: `%.17f` without trailing zeros (GEOPOS, INCRBYFLOAT). */
export function formatHuman(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  const sign = value < 0 ? '-' : ''
  const [numerator, shift] = exactBinary(Math.abs(value))
  const text = sign + fixed(numerator, shift, 17).replace(/\.?0+$/, '')
  return text === '-0' ? '0' : text
}

/** Returns a positive double as numerator / 2^shift. */
function exactBinary(value: number): [bigint, number] {
  let shift = 0
  let scaled = value
  while (!Number.isInteger(scaled)) {
    scaled *= 2
    shift++
  }
  return [BigInt(scaled), shift]
}

/** Formats numerator / 2^shift with that many decimals, correctly rounded, ties to even. */
export function fixed(numerator: bigint, shift: number, decimals: number): string {
  const scaled = numerator * 10n ** BigInt(decimals)
  const half = shift > 0 ? 1n << BigInt(shift - 1) : 0n
  let quotient = scaled >> BigInt(shift)
  const rest = scaled - (quotient << BigInt(shift))
  if (shift > 0 && (rest > half || (rest === half && (quotient & 1n) === 1n))) quotient++
  const digits = quotient.toString().padStart(decimals + 1, '0')
  return decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`
}
