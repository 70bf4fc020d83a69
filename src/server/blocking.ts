import type { Bytes } from '../acl/bytes'
import { CommandError, type Reply } from '../resp/reply'
import { fault, recheckBlocked } from './dispatch'
import { contextFor } from './keyspace-context'
import type { SimulatedServer } from './server'
import type { Session } from './session'

/** The connections that wait in a command, in the order they began to, and the keys that changed since they were last tried. */
export class BlockedClients {
  readonly #sessions = new Set<Session>()
  readonly #ready = new Map<string, { readonly db: number; readonly key: Bytes }>()
  #serving = false

  get size(): number {
    return this.#sessions.size
  }

  get sessions(): Iterable<Session> {
    return this.#sessions
  }

  add(session: Session): void {
    this.#sessions.add(session)
  }

  remove(session: Session): void {
    this.#sessions.delete(session)
  }

  /** A key changed: those that wait for it are tried when the running command is done. */
  touched(db: number, key: Bytes): void {
    if (this.#sessions.size > 0) this.#ready.set(`${db} ${key}`, { db, key })
  }

  /** Tries those that wait for changed keys, key by key in the order of change, until none of them gets on. */
  serve(attempt: (session: Session) => void): void {
    if (this.#serving) return
    this.#serving = true
    while (this.#ready.size > 0) {
      const changed = [...this.#ready.values()]
      this.#ready.clear()
      for (const { db, key } of changed) {
        for (const session of [...this.#sessions]) {
          if (session.blocked?.db === db && session.blocked.request.keys.includes(key)) attempt(session)
        }
      }
    }
    this.#serving = false
  }
}

/** Ends the waits whose time is up. */
export function endWaits(server: SimulatedServer): void {
  for (const session of [...server.blockedClients.sessions]) {
    const { blocked } = session
    if (blocked === null || blocked.deadline > server.now) continue
    server.blockedClients.remove(session)
    session.unblock(blocked.request.onTimeout)
  }
}

/** Gives those who wait for keys that changed what they wait for, as far as it goes round. */
export function serveBlocked(server: SimulatedServer): void {
  server.blockedClients.serve((session) => {
    const reply = attempt(server, session)
    if (reply === undefined) return
    server.blockedClients.remove(session)
    session.unblock(reply)
  })
}

/** The reply to a command that waited, where it can be given now. */
function attempt(server: SimulatedServer, session: Session): Reply | undefined {
  const { blocked } = session
  if (blocked === null) return undefined
  const refusal = server.target.behaviours.rechecksBlocked ? recheckBlocked(session, blocked) : null
  if (refusal !== null) return refusal.reply
  try {
    return blocked.request.attempt(contextFor(session, blocked.db, () => null))
  } catch (thrown) {
    return thrown instanceof CommandError ? thrown.reply : fault(blocked.argv[0] ?? '', thrown)
  }
}
