import type { Bytes } from '../../acl/bytes'
import { BadData, Reader } from './format'

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
  const size = [2, 3, 4, 8][first - 0xf1]
  if (size === undefined) throw new BadData()
  return String(reader.fixed(size))
}

/** Returns the size of the length that follows an element of this length. */
function backLength(length: number): number {
  return length < 128 ? 1 : length < 16384 ? 2 : length < 2097152 ? 3 : length < 268435456 ? 4 : 5
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
  let out = ''
  while (!reader.atEnd) {
    const control = reader.byte()
    if (control < 32) {
      out += reader.raw(control + 1)
      continue
    }
    const extra = control >> 5 === 7 ? reader.byte() : 0
    const size = (control >> 5) + extra + 2
    const distance = (((control & 0x1f) << 8) | reader.byte()) + 1
    if (distance > out.length || out.length + size > length) throw new BadData()
    const source = out.slice(-distance, distance > size ? size - distance : undefined)
    out += source.repeat(Math.ceil(size / source.length)).slice(0, size)
  }
  if (out.length !== length) throw new BadData()
  return out
}

/** Reads a string, decompressing it if needed. */
export function readString(reader: Reader): Bytes {
  if (!reader.isCompressed) return reader.string()
  reader.byte()
  const packed = reader.length()
  const length = reader.length()
  return decompress(reader.raw(packed), length)
}
