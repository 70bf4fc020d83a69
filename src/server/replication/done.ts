import type { Bytes } from '../../acl/bytes'
import type { Database } from '../../keyspace/keyspace'
import { isError, type Reply } from '../../resp/reply'
import type { Behaviours } from '../../targets/behaviours'

/** A command that changed data, with what is known once it has run. */
export interface Done {
  /** The full name in lower case. */
  readonly name: Bytes
  readonly argv: readonly Bytes[]
  readonly reply: Reply | undefined
  /** Its database, with the data as they are now. */
  readonly db: Database
  /** Unix milliseconds. */
  readonly now: number
  readonly behaviours: Behaviours
  /** Returns the command that deletes a key for this reason, `DEL` or `UNLINK`. */
  readonly removal: (why: 'expire' | 'server-del') => Bytes
}

export type Line = readonly Bytes[]
/** Returns the command lines that are sent on for a command. */
export type Rewrite = (done: Done) => readonly Line[]

/** Returns an array reply; empty for any other. */
export function items(reply: Reply | undefined): readonly Reply[] {
  if (typeof reply !== 'object' || reply === null || isError(reply)) return []
  if (!('type' in reply)) return reply
  return reply.type === 'set' || reply.type === 'push' ? reply.items : []
}
