import type { SimulatedServer } from '../../server/server'

/** Takes over all data, as a snapshot on disk would. */
export function copyData(from: SimulatedServer, to: SimulatedServer): void {
  for (const db of from.keyspace.databases) {
    const other = to.keyspace.databases[db.index]
    if (other === undefined) continue
    for (const key of db.keys()) {
      const value = db.peek(key)
      if (value === undefined) continue
      other.set(key, value.copy(to.keyspace.limits))
      const expiry = db.expiry(key)
      if (typeof expiry === 'number') other.setExpiry(key, expiry)
    }
  }
}
