import type { Bytes } from '../../acl/bytes'
import { crc64 } from '../../keyspace/dump/crc64'
import { BadData, Reader, Writer } from '../../keyspace/dump/format'
import { readString } from '../../keyspace/dump/packed'

/*
 * FUNCTION DUMP is a piece of an RDB file: for every library an opcode and its code as a string, then the RDB version in
 * two bytes and a CRC-64 of it all in eight.
 */

const LIBRARY = 0xf5

/** Returns the payload of FUNCTION DUMP for the code of these libraries. */
export function dumpLibraries(codes: readonly Bytes[], version: number): Bytes {
  const writer = new Writer()
  for (const code of codes) {
    writer.byte(LIBRARY)
    writer.string(code)
  }
  writer.fixed(BigInt(version), 2)
  const body = writer.toBytes()
  return body + crc64(body)
}

/** Parses a payload and returns the code of its libraries, or the server's error. Accepts payloads of real servers. */
export function readDump(payload: Bytes, version: number): readonly Bytes[] | { readonly problem: Bytes } {
  const end = payload.length - 10
  const wrong = { problem: 'ERR DUMP payload version or checksum are wrong' }
  if (end < 0) return wrong
  const made = payload.charCodeAt(end) | (payload.charCodeAt(end + 1) << 8)
  if (made > version || crc64(payload.slice(0, end + 2)) !== payload.slice(end + 2)) return wrong
  const reader = new Reader(payload.slice(0, end))
  const codes: Bytes[] = []
  try {
    while (!reader.atEnd) {
      if (reader.byte() !== LIBRARY) return { problem: 'ERR given type is not a function' }
      codes.push(readString(reader))
    }
    return codes
  } catch (problem) {
    if (problem instanceof BadData) return { problem: 'ERR failed loading functions data' }
    throw problem
  }
}
