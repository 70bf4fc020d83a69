import type { Bytes } from '../../acl/bytes'
import type { SimulatedServer } from '../../server/server'
import type { Session } from '../../server/session'
import type { Connection } from '../../server/types'

/** Logs a connection in by name, without a password. False where there is no such user. */
export function logInByName(server: SimulatedServer, connection: Connection, name: Bytes): boolean {
  const user = server.users.get(name)
  if (user === undefined) return false
  const session = connection as Session
  session.account = user
  session.authenticated = true
  return true
}

/** Takes over all data, as a snapshot on disk would. */
export function copyData(from: SimulatedServer, to: SimulatedServer): void {
  for (const db of from.keyspace.databases) {
    const other = to.keyspace.databases[db.index]
    if (other === undefined) continue
    for (const key of db.keys()) {
      const value = db.peek(key)
      if (value === undefined) continue
      other.set(key, value.copy())
      const expiry = db.expiry(key)
      if (typeof expiry === 'number') other.setExpiry(key, expiry)
    }
  }
}
