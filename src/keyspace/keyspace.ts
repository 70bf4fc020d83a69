import type { RandomSource } from '../acl/environment'
import type { Bytes } from '../acl/bytes'
import { Database, type KeyspaceHost } from './database'
import type { Frequencies } from './frequencies'
import type { Limits } from './limits'

export { Database } from './database'
export type { ValueType } from './value'

/** All databases of a server. */
export class Keyspace {
  readonly host: KeyspaceHost
  /** The sizes up to which values keep their compact encodings. Values hold on to this object. */
  readonly limits: Limits
  /** By number. SWAPDB swaps their contents. */
  readonly databases: readonly Database[]
  /** Approximate bytes of all keys and values, for `maxmemory`. */
  byteSize = 0
  /** Counts how often keys are used, while `maxmemory-policy` is an LFU policy; else null. */
  frequencies: Frequencies | null = null
  /** Keys and fields that have expired. */
  expiredKeys = 0
  expiredFields = 0
  /** The number of times that a key or some of its fields expired. */
  expirations = 0
  /** The time of the last SWAPDB, Unix milliseconds. */
  swappedAt = 0
  /** The number of keys, scripts and libraries that the real server would have freed in the background. */
  freedLazily = 0
  /** The number of changes that the running command reports; null where it reports none, and its writes count. */
  changes: number | null = null
  /** The size in bytes beyond which a command fails with the server's OOM error; Infinity for no limit. */
  byteLimit = Infinity
  /** The longest string in bytes: the default of proto-max-bulk-len. */
  stringLimit = 512 * 1024 * 1024

  constructor(host: KeyspaceHost, limits: Limits, databases = 16) {
    this.host = host
    this.limits = limits
    this.databases = Array.from({ length: databases }, (_, index) => new Database(this, index))
  }

  /** Reports that the running command made so many changes more. */
  report(changes: number): void {
    this.changes = (this.changes ?? 0) + changes
  }

  /** Swaps the contents of two databases (SWAPDB) and reports every key in either as touched. */
  swap(a: number, b: number): void {
    const one = this.databases[a]
    const two = this.databases[b]
    if (!one || !two || a === b) return
    const now = (this.swappedAt = this.host.now())
    // Keys that have expired stay, and nobody is told of them.
    const live = (db: Database): Bytes[] =>
      db.storedKeys().filter((key) => (db.stored(key)?.expireAt ?? Infinity) > now)
    const keys = new Set([...live(one), ...live(two)])
    one.exchange(two)
    for (const [db, other] of [
      [one, two],
      [two, one],
    ] as const)
      for (const key of keys) {
        this.host.touched(db, key)
        const old = other.stored(key)
        if (old) this.host.ready(db, key, old.value.type, true)
        db.ready(key)
      }
  }

  /** Deletes every key (FLUSHALL). Returns how many there were. */
  flush(): number {
    return this.databases.reduce((total, db) => total + db.flush(), 0)
  }

  /** Deletes expired keys and fields, as the server's background cycle does. */
  expireDue(): void {
    for (const db of this.databases) db.expireDue()
  }

  /** Returns a random key of a database, or null. */
  randomKey(db: Database, random: RandomSource): Bytes | null {
    return db.randomKey(random)
  }
}
