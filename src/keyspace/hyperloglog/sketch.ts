import { present } from '../present'
import type { Bytes } from '../../acl/bytes'
import { REGISTERS } from './registers'

const HEADER = 16
const DENSE_BYTES = (REGISTERS * 6) / 8
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
  #runs: Run[] | null
  readonly #dense: Uint8Array
  readonly #cache: Uint8Array
  /** Three unused bytes of the header, preserved. */
  readonly #unused: Uint8Array

  private constructor(runs: Run[] | null, dense: Uint8Array, cache: Uint8Array, unused: Uint8Array) {
    this.#runs = runs
    this.#dense = dense
    this.#cache = cache
    this.#unused = unused
  }

  /** Returns an empty sparse sketch with a valid cached count of 0. */
  static empty(): Sketch {
    return new Sketch([{ value: 0, length: REGISTERS }], new Uint8Array(), new Uint8Array(8), new Uint8Array(3))
  }

  /** Parses a string. Returns `'foreign'` if it is no HyperLogLog, `'corrupt'` if its runs do not add up. */
  static parse(bytes: Uint8Array): Sketch | 'foreign' | 'corrupt' {
    const encoding = bytes[4] ?? 2
    if (bytes.length < HEADER || String.fromCharCode(...bytes.subarray(0, 4)) !== 'HYLL' || encoding > 1)
      return 'foreign'
    if (encoding === 0 && bytes.length !== HEADER + DENSE_BYTES) return 'foreign'
    const cache = bytes.slice(8, 16)
    const unused = bytes.slice(5, 8)
    if (encoding === 0) {
      const registers = new Uint8Array(REGISTERS)
      for (let i = 0; i < REGISTERS; i++) {
        const at = HEADER + Math.floor((i * 6) / 8)
        const shift = (i * 6) % 8
        registers[i] = (((bytes[at] ?? 0) >> shift) | ((bytes[at + 1] ?? 0) << (8 - shift))) & 63
      }
      return new Sketch(null, registers, cache, unused)
    }
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
    return total === REGISTERS ? new Sketch(runs, new Uint8Array(), cache, unused) : 'corrupt'
  }

  get isSparse(): boolean {
    return this.#runs !== null
  }

  /** The cached count in the header; null if it is out of date. */
  get cachedCount(): number | null {
    if ((this.#cache[7] ?? 0) & 0x80) return null
    return this.#cache.reduceRight((total, byte) => total * 256 + byte, 0)
  }

  set cachedCount(count: number | null) {
    if (count === null) this.#cache[7] = (this.#cache[7] ?? 0) | 0x80
    else for (let i = 0, rest = count; i < 8; i++, rest = Math.floor(rest / 256)) this.#cache[i] = rest % 256
  }

  /** Returns all registers, one per byte. */
  registers(): Uint8Array {
    if (!this.#runs) return this.#dense
    const out = new Uint8Array(REGISTERS)
    let at = 0
    for (const run of this.#runs) {
      out.fill(run.value, at, at + run.length)
      at += run.length
    }
    return out
  }

  toDense(): Sketch {
    return this.#runs ? new Sketch(null, this.registers(), this.#cache, this.#unused) : this
  }

  /**
   * Raises a register to at least `count`. The sparse form has at most `maxSparse` bytes (hll-sparse-max-bytes). Returns the sketch (a dense one if it outgrew the sparse form), or null if
   * nothing changed.
   */
  raise(index: number, count: number, maxSparse: number): Sketch | null {
    if (!this.#runs) {
      if ((this.#dense[index] ?? 0) >= count) return null
      this.#dense[index] = count
      return this
    }
    let first = 0
    let at = 0
    while (first + present(this.#runs[at]).length <= index) first += present(this.#runs[at++]).length
    const run = present(this.#runs[at])
    if (run.value >= count) return null
    if (count > MAX_SPARSE_VALUE) return this.toDense().raise(index, count, maxSparse)
    const before = { value: run.value, length: index - first }
    const after = { value: run.value, length: run.length - before.length - 1 }
    const pieces = [before, { value: count, length: 1 }, after].filter((piece) => piece.length > 0)
    const growth = pieces.reduce((total, piece) => total + sizeOf(piece), 0) - sizeOf(run)
    if (growth > 0 && this.#size + growth > maxSparse) return this.toDense().raise(index, count, maxSparse)
    this.#runs.splice(at, 1, ...pieces)
    this.#merge(Math.max(0, at - 1))
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
    const bytes: number[] = [...'HYLL'].map((c) => c.charCodeAt(0))
    bytes.push(this.#runs ? 1 : 0, ...this.#unused, ...this.#cache)
    let text = String.fromCharCode(...bytes)
    if (this.#runs) {
      for (const { value, length } of this.#runs) {
        if (value > 0) text += String.fromCharCode(0x80 | ((value - 1) << 2) | (length - 1))
        else if (length > MAX_ZERO_RUN) text += String.fromCharCode(0x40 | ((length - 1) >> 8), (length - 1) & 255)
        else text += String.fromCharCode(length - 1)
      }
      return text
    }
    const packed = new Uint8Array(DENSE_BYTES + 1)
    for (let i = 0; i < REGISTERS; i++) {
      const at = Math.floor((i * 6) / 8)
      const shift = (i * 6) % 8
      packed[at] = (packed[at] ?? 0) | ((this.#dense[i] ?? 0) << shift)
      packed[at + 1] = (packed[at + 1] ?? 0) | ((this.#dense[i] ?? 0) >> (8 - shift))
    }
    for (let i = 0; i < DENSE_BYTES; i += 4096)
      text += String.fromCharCode(...packed.subarray(i, Math.min(i + 4096, DENSE_BYTES)))
    return text
  }

  get #size(): number {
    return (this.#runs ?? []).reduce((total, run) => total + sizeOf(run), HEADER)
  }

  /** Merges adjacent runs of equal value among five runs from `at` on, as the server does after each change. */
  #merge(at: number): void {
    const runs = this.#runs ?? []
    for (let looks = 5; looks > 0 && at < runs.length; looks--) {
      const [run, next] = [present(runs[at]), runs[at + 1]]
      if (run.value > 0 && next?.value === run.value && run.length + next.length <= MAX_VALUE_RUN) {
        next.length += run.length
        runs.splice(at, 1)
      } else at++
    }
  }
}
