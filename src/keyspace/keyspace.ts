import type { RandomSource } from '../acl/environment'
import type { Bytes } from '../acl/bytes'
import { Database } from './database'

export { Database } from './database'
export type { Value, ValueClass, ValueType } from './value'

/** What the keyspace asks of and tells the server that it lives in. */
export interface KeyspaceHost {
  /** Unix milliseconds; the server holds it still while a command runs. */
  now(): number
  /** A key was written, deleted, or expired: WATCH, blocked clients and client-side caches want to know. */
  touched(db: Database, key: Bytes): void
  /** A keyspace notification that no command is there to give: `expired`, `hexpired`. */
  notify(kind: string, event: string, key: Bytes, db: Database): void
}

/** All databases of a server. */
export class Keyspace {
  readonly host: KeyspaceHost
  /** By number. SWAPDB exchanges contents, not places. */
  readonly databases: readonly Database[]
  /** Approximate bytes of all keys and values, for `maxmemory`. */
  byteSize = 0
  /** Bytes that one command may bring the keyspace to before it is refused with the server's OOM error; Infinity: no limit. */
  byteLimit = Infinity
  /** The longest string, in bytes: proto-max-bulk-len, as it is by default. */
  stringLimit = 512 * 1024 * 1024

  constructor(host: KeyspaceHost, databases = 16) {
    this.host = host
    this.databases = Array.from({ length: databases }, (_, index) => new Database(this, index))
  }

  /** Exchanges the contents of two databases (SWAPDB), telling of every key in either. */
  swap(a: number, b: number): void {
    const one = this.databases[a]
    const two = this.databases[b]
    if (!one || !two || a === b) return
    const keys = new Set([...one.keys(), ...two.keys()])
    one.exchange(two)
    for (const db of [one, two]) for (const key of keys) this.host.touched(db, key)
  }

  /** Empties every database (FLUSHALL). Returns how many keys went. */
  flush(): number {
    return this.databases.reduce((total, db) => total + db.flush(), 0)
  }

  /** Deletes what has expired by now, as the server's own background cycle does. */
  expireDue(): void {
    for (const db of this.databases) db.expireDue()
  }

  /** A random key of a database, or null. */
  randomKey(db: Database, random: RandomSource): Bytes | null {
    return db.randomKey(random)
  }
}
