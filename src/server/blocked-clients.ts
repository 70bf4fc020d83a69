import type { Bytes } from '../acl/bytes'
import type { ValueType } from '../keyspace/value'
import type { Session } from './session'

/** The sessions that wait in a command, in the order they began to, and the keys that became ready since they were last tried. */
export class BlockedClients {
  readonly #sessions = new Set<Session>()
  readonly #ready = new Map<string, { readonly db: number; readonly key: Bytes }>()
  #serving = false

  get size(): number {
    return this.#sessions.size
  }

  /** Returns true where a key is ready that a session may wait for. */
  get hasReady(): boolean {
    return this.#ready.size > 0
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

  /**
   * Records that a key is ready: the sessions that wait for it are tried after the running command. Nothing happens where
   * no session waits for that type (signalKeyAsReadyLogic).
   * @param gone its value was deleted or replaced, which concerns those whose wait ends then
   */
  ready(db: number, key: Bytes, type: ValueType, gone: boolean): void {
    if (this.#sessions.size === 0) return
    let [isType, isKey] = [false, false]
    for (const { blocked } of this.#sessions) {
      if (blocked === null) continue
      const { request } = blocked
      if (request.type === type) isType = true
      if (blocked.db === db && (!gone || request.endsWithKey) && request.keys.includes(key)) isKey = true
    }
    if (isType && isKey) this.#ready.set(`${db} ${key}`, { db, key })
  }

  /** Tries the sessions that wait for ready keys, key by key in the order of becoming so, until no more are. */
  serve(attempt: (session: Session, key: Bytes) => void): void {
    if (this.#serving) return
    this.#serving = true
    while (this.#ready.size > 0) {
      const changed = [...this.#ready.values()]
      this.#ready.clear()
      for (const { db, key } of changed) {
        for (const session of [...this.#sessions]) {
          if (session.blocked?.db === db && session.blocked.request.keys.includes(key)) attempt(session, key)
        }
      }
    }
    this.#serving = false
  }
}
