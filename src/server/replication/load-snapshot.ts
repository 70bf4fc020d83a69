import type { Bytes } from '../../acl/bytes'
import { BadData, Reader } from '../../keyspace/dump/format'
import { readString } from '../../keyspace/dump/packed'
import { readValueOf } from '../../keyspace/dump/payload'
import type { Database } from '../../keyspace/keyspace'
import { CommandError } from '../../resp/reply'
import type { Data, Release, Scripts } from '../parts'
import { prepareScripting } from '../scripting/load'
import { enginesOf } from '../scripting/engines'
import { END, EXPIRY, EXPIRY_IN_SECONDS, FREQUENCY, FUNCTION, HEAD, IDLE, NOTE, SELECT, SIZES, SLOTS } from './records'

/**
 * Replaces all data and functions by those of an RDB file. Resolves to null, or to the reason why it cannot; the data are
 * then incomplete. */
export async function loadSnapshot(rdb: Bytes, server: Data & Release & Scripts): Promise<string | null> {
  const { keyspace, scripting, target } = server
  const head = /^(?:REDIS|VALKEY)(\d+)$/.exec(rdb.slice(0, HEAD))
  if (head === null) return 'wrong signature of the RDB file'
  if (Number(head[1]) > target.behaviours.rdbVersion) return `cannot read RDB version ${Number(head[1])}`
  keyspace.flush()
  const codes: Bytes[] = []
  try {
    load(new Reader(rdb.slice(HEAD)), codes, server)
    if (codes.length > 0) await prepareScripting()
    enginesOf(scripting).functions.restore(codes, 'flush')
    return null
  } catch (problem) {
    if (problem instanceof BadData) return 'the RDB file has data that cannot be read'
    if (problem instanceof CommandError) return problem.reply.text
    throw problem
  }
}

function load(reader: Reader, codes: Bytes[], server: Data & Release): void {
  const { keyspace, target } = server
  let db: Database = server.database(0)
  let at: number | null = null
  for (;;) {
    const type = reader.byte()
    switch (type) {
      case END:
        return
      case SELECT:
        db = server.database(reader.length())
        break
      case SIZES:
        reader.length()
        reader.length()
        break
      case SLOTS:
        for (let i = 0; i < 3; i++) reader.length()
        break
      case NOTE:
        readString(reader)
        readString(reader)
        break
      case FUNCTION:
        codes.push(readString(reader))
        break
      case IDLE:
        reader.length()
        break
      case FREQUENCY:
        reader.byte()
        break
      case EXPIRY:
        at = Number(reader.fixed(8))
        break
      case EXPIRY_IN_SECONDS:
        at = Number(reader.fixed(4)) * 1000
        break
      default: {
        const key = readString(reader)
        db.set(key, readValueOf(type, reader, target.behaviours, keyspace.limits))
        if (at !== null) db.setExpiry(key, at)
        at = null
        if (keyspace.byteSize > keyspace.byteLimit) throw new CommandError('the data are too large')
      }
    }
  }
}
