import type { Bytes } from '../acl/bytes'

/** Placeholder shapes; the data types add their own. */
export interface Value { readonly type: 'string' | 'list' | 'set' | 'zset' | 'hash' | 'stream' }

/** One numbered database. */
export interface Database {
  readonly index: number
  /** The live value of a key; an expired key is removed first (and counts as absent). */
  get(key: Bytes): Value | undefined
}

/** All databases of a server. */
export interface Keyspace { readonly databases: readonly Database[] }
