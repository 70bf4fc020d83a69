import { fromUint8, type Bytes } from '../../acl/bytes'
import { backLength, EMPTY_PACKED, isInteger64, packedSize } from '../list/packed'
import { BadData, Reader, Writer } from './format'

/** The bytes of integers that follow the codes 0xf1 to 0xf4. */
const WIDTHS = [2, 3, 4, 8]

/** Returns the elements of a listpack, the packed form of small collections (Redis 7.0), integers as digits. */
export function readListpack(bytes: Bytes): Bytes[] {
  const reader = new Reader(bytes)
  reader.raw(6)
  const elements: Bytes[] = []
  for (;;) {
    const before = reader.position
    const first = reader.byte()
    if (first === 0xff) break
    elements.push(readElement(reader, first))
    reader.raw(backLength(reader.position - before))
  }
  if (!reader.atEnd) throw new BadData()
  return elements
}

function readElement(reader: Reader, first: number): Bytes {
  if (first < 0x80) return String(first)
  if (first < 0xc0) return reader.raw(first & 0x3f)
  if (first < 0xe0) {
    const value = ((first & 0x1f) << 8) | reader.byte()
    return String(value < 4096 ? value : value - 8192)
  }
  if (first < 0xf0) return reader.raw(((first & 0x0f) << 8) | reader.byte())
  if (first === 0xf0) return reader.raw(Number(BigInt.asUintN(32, reader.fixed(4))))
  const size = WIDTHS[first - 0xf1]
  if (size === undefined) throw new BadData()
  return String(reader.fixed(size))
}

/** Returns a listpack of these elements, integers in as few bytes as they need (listpack.c, lpInsert). */
export function writeListpack(elements: readonly Bytes[]): Bytes {
  const writer = new Writer()
  writer.fixed(BigInt(elements.reduce((sum, element) => sum + packedSize(element), EMPTY_PACKED)), 4)
  writer.fixed(BigInt(Math.min(elements.length, 0xffff)), 2)
  for (const element of elements) {
    const body = isInteger64(element) ? packInteger(BigInt(element)) : packText(element)
    writer.raw(body)
    writer.raw(packBackLength(body.length))
  }
  writer.byte(0xff)
  return writer.toBytes()
}

function packInteger(value: bigint): Bytes {
  const writer = new Writer()
  if (value >= 0n && value <= 127n) writer.byte(Number(value))
  else if (value >= -4096n && value <= 4095n) {
    const bits = Number(BigInt.asUintN(13, value))
    writer.raw(String.fromCharCode(0xc0 | (bits >> 8), bits & 255))
  } else {
    const at = [16, 24, 32].findIndex((bits) => BigInt.asIntN(bits, value) === value)
    writer.byte(0xf1 + (at < 0 ? 3 : at))
    writer.fixed(value, WIDTHS[at] ?? 8)
  }
  return writer.toBytes()
}

function packText(text: Bytes): Bytes {
  const size = text.length
  if (size < 64) return String.fromCharCode(0x80 | size) + text
  if (size < 4096) return String.fromCharCode(0xe0 | (size >> 8), size & 255) + text
  const writer = new Writer()
  writer.byte(0xf0)
  writer.fixed(BigInt(size), 4)
  return writer.toBytes() + text
}

/** Returns the length of an element as it follows it, seven bits a byte, to be read backwards. */
function packBackLength(length: number): Bytes {
  let bytes = ''
  for (let i = backLength(length) - 1; i >= 0; i--) {
    const bits = Math.floor(length / 128 ** i) % 128
    bytes += String.fromCharCode(bytes === '' ? bits : bits | 0x80)
  }
  return bytes
}

/** Reads an intset: width, count, then the members. */
export function readIntset(bytes: Bytes): Bytes[] {
  const reader = new Reader(bytes)
  const width = Number(reader.fixed(4))
  const count = Number(reader.fixed(4))
  if (![2, 4, 8].includes(width)) throw new BadData()
  const members: Bytes[] = []
  for (let i = 0; i < count; i++) members.push(String(reader.fixed(width)))
  if (!reader.atEnd) throw new BadData()
  return members
}

/** Decompresses LZF, which servers use for longer strings: literals, and copies from up to 8 kB before. */
function decompress(packed: Bytes, length: number): Bytes {
  const reader = new Reader(packed)
  const out = new Uint8Array(length)
  let at = 0
  while (!reader.atEnd) {
    const control = reader.byte()
    if (control < 32) {
      if (at + control + 1 > length) throw new BadData()
      for (let left = control + 1; left > 0; left--) out[at++] = reader.byte()
      continue
    }
    const extra = control >> 5 === 7 ? reader.byte() : 0
    const size = (control >> 5) + extra + 2
    const distance = (((control & 0x1f) << 8) | reader.byte()) + 1
    if (distance > at || at + size > length) throw new BadData()
    // What is copied may overlap with its source.
    for (let left = size; left > 0; left--, at++) out[at] = out[at - distance] ?? 0
  }
  if (at !== length) throw new BadData()
  return fromUint8(out)
}

/** Reads a string, decompressing it if needed. */
export function readString(reader: Reader): Bytes {
  if (!reader.isCompressed) return reader.string()
  reader.byte()
  const packed = reader.length()
  const length = reader.length()
  reader.makeRoom(length)
  return decompress(reader.raw(packed), length)
}
