import type { Bytes } from '../../acl/bytes'
import { parseInteger } from '../arguments'

/** Writes the building blocks of the server's RDB format. */
export class Writer {
  #parts: Bytes[] = []

  byte(n: number): void {
    this.#parts.push(String.fromCharCode(n & 255))
  }

  raw(bytes: Bytes): void {
    this.#parts.push(bytes)
  }

  /** Writes a little-endian integer of `size` bytes. */
  fixed(value: bigint, bytes: number): void {
    for (let i = 0; i < bytes; i++) this.byte(Number((value >> BigInt(8 * i)) & 255n))
  }

  length(n: number): void {
    if (n < 64) this.byte(n)
    else if (n < 16384) this.raw(String.fromCharCode(0x40 | (n >> 8), n & 255))
    else this.raw(String.fromCharCode(0x80, n >>> 24, (n >> 16) & 255, (n >> 8) & 255, n & 255))
  }

  /** Writes a length of up to 64 bits; negative ones as servers cast them. */
  longLength(n: bigint): void {
    const value = BigInt.asUintN(64, n)
    if (value < 2n ** 32n) this.length(Number(value))
    else {
      this.byte(0x81)
      for (let shift = 56n; shift >= 0n; shift -= 8n) this.byte(Number((value >> shift) & 255n))
    }
  }

  /** Writes a string. Small integers are written as integers. */
  string(bytes: Bytes): void {
    const integer = bytes.length <= 11 ? parseInteger(bytes) : null
    const size = integer === null ? 0 : [8, 16, 32].findIndex((bits) => BigInt.asIntN(bits, integer) === integer) + 1
    if (integer !== null && size > 0) {
      this.byte(0xbf + size)
      this.fixed(integer, 2 ** (size - 1))
    } else {
      this.length(bytes.length)
      this.raw(bytes)
    }
  }

  double(value: number): void {
    const view = new DataView(new ArrayBuffer(8))
    view.setFloat64(0, value, true)
    for (let i = 0; i < 8; i++) this.byte(view.getUint8(i))
  }

  toBytes(): Bytes {
    return this.#parts.join('')
  }
}

/** Thrown by a Reader on invalid data. Never leaves this folder. */
export class BadData extends Error {}

/** The most bytes that all compressed strings of a file or payload may have together: a few hundred kB can be packed as three. */
const MOST_UNPACKED = 64 * 1024 * 1024

/** Reads the output of a Writer. Throws BadData on truncated or invalid data. */
export class Reader {
  #at = 0
  #unpacked = 0
  readonly #bytes: Bytes

  constructor(bytes: Bytes) {
    this.#bytes = bytes
  }

  get position(): number {
    return this.#at
  }

  get atEnd(): boolean {
    return this.#at === this.#bytes.length
  }

  byte(): number {
    if (this.#at >= this.#bytes.length) throw new BadData()
    return this.#bytes.charCodeAt(this.#at++)
  }

  raw(length: number): Bytes {
    if (this.#at + length > this.#bytes.length) throw new BadData()
    this.#at += length
    return this.#bytes.slice(this.#at - length, this.#at)
  }

  fixed(bytes: number): bigint {
    let value = 0n
    for (let i = 0; i < bytes; i++) value |= BigInt(this.byte()) << BigInt(8 * i)
    return BigInt.asIntN(8 * bytes, value)
  }

  length(): number {
    const first = this.byte()
    if (first < 64) return first
    if (first < 128) return ((first & 63) << 8) | this.byte()
    if (first !== 0x80) throw new BadData()
    return ((this.byte() << 24) | (this.byte() << 16) | (this.byte() << 8) | this.byte()) >>> 0
  }

  /** Reads a length of up to 64 bits. */
  longLength(): bigint {
    if (this.#bytes.charCodeAt(this.#at) !== 0x81) return BigInt(this.length())
    this.#at++
    return this.bigEndian()
  }

  /** Reads an unsigned number of eight bytes, the highest first. */
  bigEndian(): bigint {
    let value = 0n
    for (let i = 0; i < 8; i++) value = (value << 8n) | BigInt(this.byte())
    return value
  }

  /** Notes that a compressed string of this length follows. Throws BadData where it is too long. */
  makeRoom(length: number): void {
    this.#unpacked += length
    if (this.#unpacked > MOST_UNPACKED) throw new BadData()
  }

  /** True if a compressed string follows. */
  get isCompressed(): boolean {
    return this.#bytes.charCodeAt(this.#at) === 0xc3
  }

  string(): Bytes {
    const first = this.#bytes.charCodeAt(this.#at)
    if (first >= 0xc0 && first <= 0xc2) {
      this.#at++
      return String(this.fixed(2 ** (first - 0xc0)))
    }
    return this.raw(this.length())
  }

  double(): number {
    const view = new DataView(new ArrayBuffer(8))
    for (let i = 0; i < 8; i++) view.setUint8(i, this.byte())
    return view.getFloat64(0, true)
  }
}
