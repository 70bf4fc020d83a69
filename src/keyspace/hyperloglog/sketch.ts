import { present } from '../present'
import { fromUint8, type Bytes } from '../../acl/bytes'
import { REGISTERS } from './registers'

const MAGIC = 'HYLL'
const HEADER = 16
const DENSE_BYTES = (REGISTERS * 6) / 8
/** The length of the string of a dense sketch. */
export const DENSE_LENGTH = HEADER + DENSE_BYTES
const MAX_SPARSE_VALUE = 32
const MAX_VALUE_RUN = 4
const MAX_ZERO_RUN = 64

/** A run of equal registers in the sparse form. */
interface Run {
  value: number
  length: number
}

/** Returns the encoded size of a run in bytes: two for more than 64 zeros, else one. */
function sizeOf(run: Run): number {
  return run.value === 0 && run.length > MAX_ZERO_RUN ? 2 : 1
}

/**
 * A HyperLogLog in the server's string layout: a header with the cached count, then the registers, sparse (runs) or dense
 * (6 bits each). Runs are split and merged like on the server, so that the bytes are the same.
 */
export class Sketch {
  /** The first 16 bytes of the string: its magic, encoding, three unused bytes, and the cached count. */
  readonly #header: Uint8Array
  readonly #runs: Run[] | null
  /** The size of the runs in bytes. */
  #size: number
  /** The dense registers, packed. */
  readonly #packed: Uint8Array

  private constructor(header: Uint8Array, runs: Run[] | null, packed: Uint8Array) {
    this.#header = header
    this.#runs = runs
    this.#packed = packed
    this.#size = (runs ?? []).reduce((total, run) => total + sizeOf(run), 0)
    header[4] = runs === null ? 0 : 1
  }

  /** Returns an empty sparse sketch with a valid cached count of 0. */
  static empty(): Sketch {
    const header = new Uint8Array(HEADER)
    header.set([...MAGIC].map((letter) => letter.charCodeAt(0)))
    return new Sketch(header, [{ value: 0, length: REGISTERS }], new Uint8Array())
  }

  /**
   * Parses a string. Returns `'foreign'` if it is no HyperLogLog, `'corrupt'` if its runs do not add up. A dense sketch works
   * on the bytes themselves: store it after a change.
   */
  static parse(bytes: Uint8Array): Sketch | 'foreign' | 'corrupt' {
    const encoding = bytes[4] ?? 2
    if (bytes.length < HEADER || String.fromCharCode(...bytes.subarray(0, 4)) !== MAGIC || encoding > 1)
      return 'foreign'
    if (encoding === 0 && bytes.length !== DENSE_LENGTH) return 'foreign'
    const header = bytes.slice(0, HEADER)
    if (encoding === 0) return new Sketch(header, null, bytes.subarray(HEADER))
    const runs: Run[] = []
    let total = 0
    for (let i = HEADER; i < bytes.length; i++) {
      const byte = bytes[i] ?? 0
      const run =
        byte & 0x80
          ? { value: ((byte >> 2) & 31) + 1, length: (byte & 3) + 1 }
          : { value: 0, length: (byte & 0x40 ? ((byte & 63) << 8) | (bytes[++i] ?? 0) : byte & 63) + 1 }
      runs.push(run)
      total += run.length
    }
    return total === REGISTERS ? new Sketch(header, runs, new Uint8Array()) : 'corrupt'
  }

  get isSparse(): boolean {
    return this.#runs !== null
  }

  /** The cached count in the header; null if it is out of date. */
  get cachedCount(): number | null {
    if ((this.#header[15] ?? 0) & 0x80) return null
    return this.#header.subarray(8).reduceRight((total, byte) => total * 256 + byte, 0)
  }

  set cachedCount(count: number | null) {
    const header = this.#header
    if (count === null) header[15] = (header[15] ?? 0) | 0x80
    else for (let i = 8, rest = count; i < HEADER; i++, rest = Math.floor(rest / 256)) header[i] = rest % 256
  }

  /** Raises each register of an array to that of the sketch, if it is less. */
  raiseAll(registers: Uint8Array): void {
    let at = 0
    const raise = (value: number): void => {
      if (value > (registers[at] ?? 0)) registers[at] = value
      at++
    }
    if (this.#runs !== null) {
      for (const { value, length } of this.#runs)
        if (value === 0) at += length
        else for (let i = 0; i < length; i++) raise(value)
      return
    }
    const packed = this.#packed
    for (let i = 0; i < DENSE_BYTES; i += 3) {
      const word = (packed[i] ?? 0) | ((packed[i + 1] ?? 0) << 8) | ((packed[i + 2] ?? 0) << 16)
      raise(word & 63)
      raise((word >> 6) & 63)
      raise((word >> 12) & 63)
      raise(word >> 18)
    }
  }

  /** Returns all registers, one per byte. */
  registers(): Uint8Array {
    const registers = new Uint8Array(REGISTERS)
    this.raiseAll(registers)
    return registers
  }

  toDense(): Sketch {
    if (this.#runs === null) return this
    const dense = new Sketch(this.#header, null, new Uint8Array(DENSE_BYTES))
    this.registers().forEach((value, index) => value > 0 && dense.#setRegister(index, value))
    return dense
  }

  /**
   * Raises a register to at least `count`. The sparse form has at most `maxSparse` bytes (hll-sparse-max-bytes). Returns the
   * sketch (a dense one if it outgrew the sparse form), or null if nothing changed.
   */
  raise(index: number, count: number, maxSparse: number): Sketch | null {
    const runs = this.#runs
    if (runs === null) {
      if (this.#register(index) >= count) return null
      this.#setRegister(index, count)
      return this
    }
    let first = 0
    let at = 0
    while (first + present(runs[at]).length <= index) first += present(runs[at++]).length
    const run = present(runs[at])
    if (run.value >= count) return null
    if (count > MAX_SPARSE_VALUE) return this.toDense().raise(index, count, maxSparse)
    const before = { value: run.value, length: index - first }
    const after = { value: run.value, length: run.length - before.length - 1 }
    const pieces = [before, { value: count, length: 1 }, after].filter((piece) => piece.length > 0)
    const growth = pieces.reduce((total, piece) => total + sizeOf(piece), 0) - sizeOf(run)
    if (growth > 0 && HEADER + this.#size + growth > maxSparse) return this.toDense().raise(index, count, maxSparse)
    runs.splice(at, 1, ...pieces)
    this.#size += growth
    this.#merge(runs, Math.max(0, at - 1))
    return this
  }

  /**
   * Returns the runs as PFDEBUG DECODE prints them: `z:` zeros, `Z:` more than 64 zeros, `v:` a value and its count.
   */
  describe(): string {
    return (this.#runs ?? [])
      .map((run) => (run.value > 0 ? `v:${run.value},${run.length}` : `${sizeOf(run) === 2 ? 'Z' : 'z'}:${run.length}`))
      .join(' ')
  }

  toBytes(): Bytes {
    const header = fromUint8(this.#header)
    if (this.#runs === null) return header + fromUint8(this.#packed)
    const bytes = new Uint8Array(this.#size)
    let at = 0
    for (const { value, length } of this.#runs) {
      if (value > 0) bytes[at++] = 0x80 | ((value - 1) << 2) | (length - 1)
      else {
        if (length > MAX_ZERO_RUN) bytes[at++] = 0x40 | ((length - 1) >> 8)
        bytes[at++] = (length - 1) & 255
      }
    }
    return header + fromUint8(bytes)
  }

  /** Writes a dense sketch over the string of one, which may be the one that it was parsed from. */
  writeTo(bytes: Uint8Array): void {
    bytes.set(this.#header)
    bytes.set(this.#packed, HEADER)
  }

  #register(index: number): number {
    const at = (index * 6) >> 3
    const word = (this.#packed[at] ?? 0) | ((this.#packed[at + 1] ?? 0) << 8)
    return (word >> ((index * 6) & 7)) & 63
  }

  #setRegister(index: number, value: number): void {
    const packed = this.#packed
    const at = (index * 6) >> 3
    const shift = (index * 6) & 7
    const word = (packed[at] ?? 0) | ((packed[at + 1] ?? 0) << 8)
    const changed = (word & ~(63 << shift)) | (value << shift)
    packed[at] = changed & 255
    if (at + 1 < DENSE_BYTES) packed[at + 1] = changed >> 8
  }

  /** Merges adjacent runs of equal value among five runs from `at` on, as the server does after each change. */
  #merge(runs: Run[], at: number): void {
    for (let looks = 5; looks > 0 && at < runs.length; looks--) {
      const [run, next] = [present(runs[at]), runs[at + 1]]
      if (run.value > 0 && next?.value === run.value && run.length + next.length <= MAX_VALUE_RUN) {
        next.length += run.length
        runs.splice(at, 1)
        this.#size--
      } else at++
    }
  }
}
