import type { Bytes } from '../../acl/bytes'

/*
 * FUNCTION DUMP is a piece of an RDB file: for every library an opcode and its code as a string, then the RDB version in
 * two bytes and a CRC-64 of it all in eight.
 */

const LIBRARY = '\xf5'
const POLYNOMIAL = 0x95ac9329ac4bc9b5n

const table: readonly bigint[] = Array.from({ length: 256 }, (_, n) => {
  let crc = BigInt(n)
  for (let bit = 0; bit < 8; bit++) crc = (crc & 1n) === 1n ? (crc >> 1n) ^ POLYNOMIAL : crc >> 1n
  return crc
})

/** Returns the CRC-64 (Jones) of RDB files, as eight bytes in little-endian order. */
function checksum(bytes: Bytes): Bytes {
  let crc = 0n
  for (let i = 0; i < bytes.length; i++)
    crc = (table[Number((crc ^ BigInt(bytes.charCodeAt(i))) & 0xffn)] ?? 0n) ^ (crc >> 8n)
  let out = ''
  for (let i = 0n; i < 8n; i++) out += String.fromCharCode(Number((crc >> (8n * i)) & 0xffn))
  return out
}

function lengthPrefix(n: number): Bytes {
  if (n < 64) return String.fromCharCode(n)
  if (n < 16384) return String.fromCharCode(0x40 | (n >> 8), n & 0xff)
  return '\x80' + String.fromCharCode((n >>> 24) & 0xff, (n >>> 16) & 0xff, (n >>> 8) & 0xff, n & 0xff)
}

/** Returns the payload of FUNCTION DUMP for the code of these libraries. */
export function dumpLibraries(codes: readonly Bytes[], version: number): Bytes {
  const body =
    codes.map((code) => LIBRARY + lengthPrefix(code.length) + code).join('') +
    String.fromCharCode(version & 0xff, version >> 8)
  return body + checksum(body)
}

/** Parses a payload and returns the code of its libraries, or the server's error. Accepts payloads of real servers. */
export function readDump(payload: Bytes, version: number): readonly Bytes[] | { readonly problem: Bytes } {
  const end = payload.length - 10
  const wrong = { problem: 'ERR DUMP payload version or checksum are wrong' }
  if (end < 0) return wrong
  const made = payload.charCodeAt(end) | (payload.charCodeAt(end + 1) << 8)
  if (made > version || checksum(payload.slice(0, end + 2)) !== payload.slice(end + 2)) return wrong
  const reader = new Reader(payload.slice(0, end))
  const codes: Bytes[] = []
  while (!reader.atEnd) {
    if (reader.byte() !== LIBRARY.charCodeAt(0)) return { problem: 'ERR given type is not a function' }
    const code = reader.string()
    if (code === null) return { problem: 'ERR failed loading functions data' }
    codes.push(code)
  }
  return codes
}

class Reader {
  #at = 0

  constructor(readonly bytes: Bytes) {}

  get atEnd(): boolean {
    return this.#at >= this.bytes.length
  }

  byte(): number {
    return this.#at < this.bytes.length ? this.bytes.charCodeAt(this.#at++) : 0
  }

  /** Reads a length, or the kind of a special encoding. */
  #length(): { readonly length: number } | { readonly encoding: number } {
    const first = this.byte()
    switch (first >> 6) {
      case 0:
        return { length: first }
      case 1:
        return { length: ((first & 0x3f) << 8) | this.byte() }
      case 2:
        return { length: ((this.byte() * 256 + this.byte()) * 256 + this.byte()) * 256 + this.byte() }
      default:
        return { encoding: first & 0x3f }
    }
  }

  #plainLength(): number {
    const read = this.#length()
    return 'length' in read ? read.length : 0
  }

  string(): Bytes | null {
    const read = this.#length()
    if ('length' in read) return this.#take(read.length)
    if (read.encoding !== 3) return null
    const compressed = this.#plainLength()
    const size = this.#plainLength()
    const bytes = this.#take(compressed)
    return bytes === null ? null : decompress(bytes, size)
  }

  #take(size: number): Bytes | null {
    if (this.#at + size > this.bytes.length) return null
    const bytes = this.bytes.slice(this.#at, this.#at + size)
    this.#at += size
    return bytes
  }
}

/** Decompresses LZF: runs of literal bytes, and references to previous output. Returns null for invalid data. */
function decompress(bytes: Bytes, size: number): Bytes | null {
  let out = ''
  let at = 0
  const next = (): number => bytes.charCodeAt(at++) || 0
  while (at < bytes.length && out.length <= size) {
    const control = next()
    if (control < 32) {
      out += bytes.slice(at, at + control + 1)
      at += control + 1
      continue
    }
    let length = control >> 5
    if (length === 7) length += next()
    const from = out.length - (((control & 31) << 8) | next()) - 1
    if (from < 0) return null
    for (let i = 0; i < length + 2; i++) out += out[from + i] ?? ''
  }
  return out.length === size ? out : null
}
