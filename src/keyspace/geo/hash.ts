/** A point in degrees. */
export interface Point {
  readonly longitude: number
  readonly latitude: number
}

/** The range that a sorted set's score can hold: the Web Mercator square. */
export const LONGITUDE = [-180, 180] as const
export const LATITUDE = [-85.05112878, 85.05112878] as const
/** The square that standard geohash strings use. */
const FULL_LATITUDE = [-90, 90] as const

/** Bits per coordinate in a score. */
const MAX_STEP = 26

/**
 * A cell of the grid with 2^step columns and rows; a point on the very edge has one just beyond them, as on a server.
 */
export interface Cell {
  readonly step: number
  readonly column: number
  readonly row: number
}

type Range = readonly [number, number]

function toGrid(value: number, [min, max]: Range, step: number): number {
  return Math.floor(((value - min) / (max - min)) * 2 ** step)
}

export function cellAt(point: Point, step: number, latitudes: Range = LATITUDE): Cell {
  return { step, column: toGrid(point.longitude, LONGITUDE, step), row: toGrid(point.latitude, latitudes, step) }
}

/** Returns the cell some columns and rows away, wrapping at the edges of the grid. */
export function neighbour({ step, column, row }: Cell, columns: number, rows: number): Cell {
  const size = 2 ** step
  const move = (index: number, by: number) => (by === 0 ? index : (index + by + size) % size)
  return { step, column: move(column, columns), row: move(row, rows) }
}

/** Returns a cell as a number: the bits of row and column interleaved, column first. */
function interleave({ step, column, row }: Cell): number {
  let bits = 0
  for (let i = step; i >= 0; i--)
    bits = bits * 4 + (Math.floor(column / 2 ** i) % 2) * 2 + (Math.floor(row / 2 ** i) % 2)
  return bits
}

function deinterleave(bits: number, step: number): Cell {
  let [column, row] = [0, 0]
  for (let i = 0; i < step; i++) {
    row += (bits % 2) * 2 ** i
    column += (Math.floor(bits / 2) % 2) * 2 ** i
    bits = Math.floor(bits / 4)
  }
  return { step, column, row }
}

/** Returns the score under which a point is stored: its 52-bit cell. */
export function encodeScore(point: Point): number {
  return interleave(cellAt(point, MAX_STEP))
}

/** Returns the lowest score of a cell, and the lowest above the cell. */
export function scoresOf(cell: Cell): readonly [from: number, to: number] {
  const unit = 4 ** (MAX_STEP - cell.step)
  const bits = interleave(cell)
  return [bits * unit, (bits + 1) * unit]
}

export interface Area {
  readonly minLongitude: number
  readonly maxLongitude: number
  readonly minLatitude: number
  readonly maxLatitude: number
}

/** Returns the area of a cell in degrees. */
export function areaOf({ step, column, row }: Cell): Area {
  const size = 2 ** step
  const longitudes = LONGITUDE[1] - LONGITUDE[0]
  const latitudes = LATITUDE[1] - LATITUDE[0]
  return {
    minLongitude: LONGITUDE[0] + (column / size) * longitudes,
    maxLongitude: LONGITUDE[0] + ((column + 1) / size) * longitudes,
    minLatitude: LATITUDE[0] + (row / size) * latitudes,
    maxLatitude: LATITUDE[0] + ((row + 1) / size) * latitudes,
  }
}

/**
 * Returns the point of a score: the middle of its cell. As on the server, every score has one: scores that are too large
 * or negative are cells beyond the grid, whose points are clamped to its edge.
 */
export function decodeScore(score: number): Point {
  const isCell = score >= 0 && score < 2 ** 52
  const area = areaOf(isCell ? deinterleave(Math.floor(score), MAX_STEP) : strayCell(asUnsigned64(score)))
  const within = (value: number, [min, max]: Range) => Math.min(max, Math.max(min, value))
  return {
    longitude: within((area.minLongitude + area.maxLongitude) / 2, LONGITUDE),
    latitude: within((area.minLatitude + area.maxLatitude) / 2, LATITUDE),
  }
}

/** Converts a double to an unsigned 64-bit integer as the server's processor does. */
function asUnsigned64(score: number): bigint {
  if (score >= 2 ** 64) return 0n
  if (score <= -(2 ** 63)) return 2n ** 63n
  return BigInt.asUintN(64, BigInt(Math.trunc(score)))
}

function strayCell(bits: bigint): Cell {
  let [column, row] = [0, 0]
  for (let i = 0n; i < 32n; i++) {
    row += Number((bits >> (2n * i)) & 1n) * 2 ** Number(i)
    column += Number((bits >> (2n * i + 1n)) & 1n) * 2 ** Number(i)
  }
  return { step: MAX_STEP, column, row }
}

const ALPHABET = '0123456789bcdefghjkmnpqrstuvwxyz'

/** Returns the standard geohash of a point, eleven characters. The last is always 0, because 52 bits are too few. */
export function geohashString(point: Point): string {
  let bits = BigInt(interleave(cellAt(point, MAX_STEP, FULL_LATITUDE))) >> 2n
  let text = '0'
  for (let i = 0; i < 10; i++) {
    text = ALPHABET.charAt(Number(bits & 31n)) + text
    bits >>= 5n
  }
  return text
}
