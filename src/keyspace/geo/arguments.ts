import type { Bytes } from '../../acl/bytes'
import type { Behaviours } from '../../targets/behaviours'
import { doubleArgument, fail, isKeyword } from '../arguments'
import { fixed } from '../numbers'
import { LATITUDE, LONGITUDE, type Point } from './hash'

/** Formats a number as C's `%f`. */
function format6f(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  return value.toFixed(6).includes('e') ? BigInt(value).toString() + '.000000' : value.toFixed(6)
}

/** Parses a longitude and a latitude. Fails outside the storable range. */
export function pointArgument(longitude: Bytes, latitude: Bytes): Point {
  const point = { longitude: doubleArgument(longitude), latitude: doubleArgument(latitude) }
  const inside = (value: number, [min, max]: readonly [number, number]) => value >= min && value <= max
  if (!inside(point.longitude, LONGITUDE) || !inside(point.latitude, LATITUDE)) {
    fail(`ERR invalid longitude,latitude pair ${format6f(point.longitude)},${format6f(point.latitude)}`)
  }
  return point
}

const UNITS = { m: 1, km: 1000, ft: 0.3048, mi: 1609.34 } as const

/** Parses a unit. Returns its length in metres. */
export function unitArgument(unit: Bytes): number {
  const name = (Object.keys(UNITS) as (keyof typeof UNITS)[]).find((known) => isKeyword(unit, known))
  return name ? UNITS[name] : fail('ERR unsupported unit provided. please use M, KM, FT, MI')
}

/** Parses a radius and its unit. */
export function radiusArgument(radius: Bytes, unit: Bytes): { radius: number; unit: number } {
  const value = doubleArgument(radius, 'ERR need numeric radius')
  if (value < 0) fail('ERR radius cannot be negative')
  return { radius: value, unit: unitArgument(unit) }
}

/** Parses the width, height and unit of a box. */
export function boxArgument(width: Bytes, height: Bytes, unit: Bytes): { width: number; height: number; unit: number } {
  const box = {
    width: doubleArgument(width, 'ERR need numeric width'),
    height: doubleArgument(height, 'ERR need numeric height'),
  }
  if (box.width < 0 || box.height < 0) fail('ERR height or width cannot be negative')
  return { ...box, unit: unitArgument(unit) }
}

/**
 * Formats a distance with four decimals: `%.4f`, or from 7.2 the scaled number, rounded to even.
 */
export function formatDistance(value: number, { distancesAreScaled }: Behaviours): Bytes {
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  if (!distancesAreScaled) return exact4(value)
  const scaled = value * 10000
  const floor = Math.floor(scaled)
  const rest = scaled - floor
  const rounded = rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor
  const digits = String(BigInt(rounded)).padStart(5, '0')
  return `${digits.slice(0, -4)}.${digits.slice(-4)}`
}

function exact4(value: number): string {
  let shift = 0
  let whole = value
  while (!Number.isInteger(whole)) {
    whole *= 2
    shift++
  }
  return fixed(BigInt(whole), shift, 4)
}
