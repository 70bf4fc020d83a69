import type { Bytes } from '../../acl/bytes'

/** Arithmetic on vectors in single precision, in the order of the server's additions, so that scores have the same digits. */

const f = Math.fround

/** The form in which a vector set stores components: as floats, as integers of 8 bits, or as signs. */
export type Quantization = 'f32' | 'int8' | 'bin'

/** A normalized vector as it is stored. */
export interface Stored {
  /** Components, the integers that stand for them, or 1 for a positive component and 0 for another. */
  readonly data: Float32Array | Int8Array | Uint8Array
  /** The largest component by absolute value, which the integer 127 stands for; 0 where the components are not integers. */
  readonly range: number
  /** The length of the vector before it was normalized; 1 for a vector of zeros. */
  readonly norm: number
}

/** Returns the vector divided by its length, and that length. */
function normalize(vector: Float32Array): { readonly unit: Float32Array; readonly norm: number } {
  const at = (i: number): number => f((vector[i] ?? 0) * (vector[i] ?? 0))
  let sum = 0
  let i = 0
  for (; i + 3 < vector.length; i += 4) sum = f(sum + f(f(f(at(i) + at(i + 1)) + at(i + 2)) + at(i + 3)))
  for (; i < vector.length; i++) sum = f(sum + at(i))
  if (sum === 0) return { unit: vector, norm: 1 }
  const norm = f(Math.sqrt(sum))
  return { unit: vector.map((component) => component / norm), norm }
}

/** Returns a vector as a set of this quantization stores it. */
export function store(vector: Float32Array, quantization: Quantization): Stored {
  const { unit, norm } = normalize(vector)
  if (quantization === 'f32') return { data: unit, range: 0, norm }
  if (quantization === 'bin')
    return { data: Uint8Array.from(unit, (component) => (component > 0 ? 1 : 0)), range: 0, norm }
  let range = 0
  for (const component of unit) if (Math.abs(component) > range) range = Math.abs(component)
  if (range === 0) return { data: new Int8Array(unit.length), range, norm }
  const scale = f(127 / range)
  const quantized = (component: number): number => {
    const scaled = f(component * scale)
    return Math.sign(scaled) * Math.floor(Math.abs(scaled) + 0.5)
  }
  return { data: Int8Array.from(unit, quantized), range, norm }
}

/** Returns the vector that a stored one stands for, with its length restored but for signs. */
export function restored({ data, range, norm }: Stored): Float32Array {
  if (data instanceof Float32Array) return data.map((component) => f(component) * norm)
  if (data instanceof Uint8Array) return Float32Array.from(data, (positive) => (positive === 1 ? 1 : -1))
  return Float32Array.from(data, (component) => f(f(f(component * range) / 127) * norm))
}

/** Returns the distance of two stored vectors: 0 in the same direction, 2 in opposite ones. */
export function distance(a: Stored, b: Stored): number {
  if (a.data instanceof Float32Array) return floatDistance(a.data, b.data)
  if (a.data instanceof Uint8Array) return signDistance(a.data, b.data)
  return integerDistance(a, b)
}

function floatDistance(a: Stored['data'], b: Stored['data']): number {
  const at = (i: number): number => f((a[i] ?? 0) * (b[i] ?? 0))
  let even = 0
  let odd = 0
  let i = 0
  for (; i + 7 < a.length; i += 8) {
    even = f(even + f(f(f(at(i) + at(i + 1)) + at(i + 2)) + at(i + 3)))
    odd = f(odd + f(f(f(at(i + 4) + at(i + 5)) + at(i + 6)) + at(i + 7)))
  }
  for (; i < a.length; i++) even = f(even + at(i))
  return f(1 - f(even + odd))
}

function integerDistance(a: Stored, b: Stored): number {
  if (a.range === 0 || b.range === 0) return 1
  const scale = f(f(a.range / 127) * f(b.range / 127))
  let dot = 0
  for (let i = 0; i < a.data.length; i++) dot += (a.data[i] ?? 0) * (b.data[i] ?? 0)
  return Math.min(2, Math.max(0, f(1 - f(f(dot) * scale))))
}

function signDistance(a: Stored['data'], b: Stored['data']): number {
  let opposite = 0
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) opposite++
  return f(f(opposite * 2) / a.length)
}

/** Returns the bytes of a stored vector: floats, signed integers, or bits in words of 64. */
export function rawBytes({ data }: Stored): Bytes {
  const bytes =
    data instanceof Uint8Array ? new Uint8Array(8 * Math.ceil(data.length / 64)) : new Uint8Array(data.buffer.slice(0))
  if (data instanceof Uint8Array)
    data.forEach((positive, i) => {
      if (positive === 1) bytes[i >> 3] = (bytes[i >> 3] ?? 0) | (1 << (i & 7))
    })
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
}

/** Returns the number of ones in an integer's binary digits, modulo 2. */
function parity(n: number): number {
  let odd = 0
  for (let rest = n; rest !== 0; rest &= rest - 1) odd ^= 1
  return odd
}

/** Projects a vector to fewer or more dimensions by a Hadamard matrix, as REDUCE does. */
export function project(vector: Float32Array, dimensions: number): Float32Array {
  const scale = f(1 / Math.sqrt(vector.length))
  return Float32Array.from({ length: dimensions }, (_, row) => {
    let sum = 0
    for (let i = 0; i < vector.length; i++)
      sum = f(sum + f((parity(row & i) === 0 ? scale : -scale) * (vector[i] ?? 0)))
    return sum
  })
}
