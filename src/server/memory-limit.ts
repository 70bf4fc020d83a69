import type { SimulatedServer } from './server'

/** Bytes that a server with nothing in it uses. */
const EMPTY_SERVER = 670_600

/** What INFO calls used_memory. */
export function usedMemory(server: SimulatedServer): number {
  return EMPTY_SERVER + server.keyspace.byteSize
}

/** Whether so many bytes more would take the keys and values past what the simulator holds (`memoryLimit`). */
export function isFull(server: SimulatedServer, growth = 0): boolean {
  return server.keyspace.byteSize + growth > server.keyspace.byteLimit
}

/** Evicts keys as maxmemory-policy says until memory is below `maxmemory`; false where it is not and nothing can be evicted (performEvictions), and where the simulator's own limit is reached. */
export function makeRoom(server: SimulatedServer): boolean {
  if (isFull(server)) return false
  const limit = server.config.number('maxmemory')
  if (limit === 0 || usedMemory(server) <= limit) return true
  const policy = server.config.get('maxmemory-policy')
  if (policy === 'noeviction') return false
  for (const db of server.keyspace.databases) {
    for (const key of [...db.keys()]) {
      if (policy.startsWith('volatile') && db.expiry(key) === null) continue
      db.delete(key)
      server.notify('e', 'evicted', key, db)
      if (usedMemory(server) <= limit) return true
    }
  }
  return false
}
