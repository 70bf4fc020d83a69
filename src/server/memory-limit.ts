import type { Configuration, Counting, Data, Notifications } from './parts'

/** Bytes that an empty server uses. */
const EMPTY_SERVER = 670_600

/** Returns INFO's used_memory. */
export function usedMemory(server: Pick<Data, 'keyspace'>): number {
  return EMPTY_SERVER + server.keyspace.byteSize
}

/** Returns whether `growth` more bytes would take the keys and values past the simulator's own limit (`memoryLimit`). */
export function isFull(server: Pick<Data, 'keyspace'>, growth = 0): boolean {
  return server.keyspace.byteSize + growth > server.keyspace.byteLimit
}

/**
 * Evicts keys by maxmemory-policy until memory is below `maxmemory` (performEvictions). Returns false where nothing can be
 * evicted, or where the simulator's own limit is reached.
 */
export function makeRoom(server: Configuration & Counting & Data & Notifications): boolean {
  if (isFull(server)) return false
  const { statistics, keyspace } = server
  const used = usedMemory(server)
  if (used > statistics.peakMemory) statistics.peakMemory = used
  const limit = server.config.frequent.maxMemory
  if (limit === 0 || usedMemory(server) <= limit) return true
  const policy = server.config.get('maxmemory-policy')
  if (policy === 'noeviction') return false
  for (const db of server.keyspace.databases) {
    for (const key of [...db.keys()]) {
      if (policy.startsWith('volatile') && db.expiry(key) === null) continue
      db.delete(key)
      keyspace.host.deleted(db, key, 'eviction')
      statistics.evictedKeys++
      server.notify('e', 'evicted', key, db)
      if (usedMemory(server) <= limit) return true
    }
  }
  return false
}
