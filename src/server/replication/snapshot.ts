import type { Bytes } from '../../acl/bytes'
import { Writer } from '../../keyspace/dump/format'
import { crc64 } from '../../keyspace/dump/crc64'
import { dumpValue } from '../../keyspace/dump/payload'
import type { Data, Release, Scripts } from '../parts'
import { enginesOf } from '../scripting/engines'
import { END, EXPIRY, FUNCTION, HEAD, SELECT } from './records'

/** The version and checksum at the end of a payload of DUMP. */
const FOOTER = 10

/**
 * Returns all data and functions as an RDB file. Vector sets and arrays are missing from it.
 */
export function snapshot({ keyspace, scripting, target }: Data & Release & Scripts): Bytes {
  const { behaviours } = target
  const writer = new Writer()
  // Valkey's own versions have a head of their own.
  const head = behaviours.rdbVersion >= 80 ? 'VALKEY' : 'REDIS'
  writer.raw(head + String(behaviours.rdbVersion).padStart(HEAD - head.length, '0'))
  for (const { code } of enginesOf(scripting).functions.libraries) {
    writer.byte(FUNCTION)
    writer.string(code)
  }
  for (const db of keyspace.databases) {
    if (db.size === 0) continue
    writer.byte(SELECT)
    writer.length(db.index)
    for (const key of db.storedKeys()) {
      const { value, expireAt: at } = db.stored(key) ?? {}
      if (value === undefined || value.type === 'vectorset' || value.type === 'array') continue
      if (typeof at === 'number') {
        writer.byte(EXPIRY)
        writer.fixed(BigInt(at), 8)
      }
      const payload = dumpValue(value, behaviours)
      writer.raw(payload.slice(0, 1))
      writer.string(key)
      writer.raw(payload.slice(1, -FOOTER))
    }
  }
  writer.byte(END)
  const body = writer.toBytes()
  return body + crc64(body)
}
