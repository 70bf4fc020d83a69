import type { Bytes } from '../acl/bytes'
import { push } from '../resp/reply'
import type { SimulatedServer } from './server'
import type { Session } from './session'

/** What CLIENT TRACKING ON asked for. */
export interface Tracking {
  readonly redirect: number | null
  readonly broadcast: boolean
  readonly prefixes: readonly Bytes[]
  readonly mode: 'all' | 'optin' | 'optout'
  readonly noLoop: boolean
  /** CLIENT CACHING yes or no: holds for the next command. */
  caching: boolean | null
}

const INVALIDATIONS = '__redis__:invalidate'

/** Which connections were told of which keys, so that a change can be told to them once (client-side caching). */
export class TrackingTable {
  readonly #readers = new Map<Bytes, Set<Session>>()
  readonly #server: SimulatedServer

  constructor(server: SimulatedServer) {
    this.#server = server
  }

  get keyCount(): number {
    return this.#readers.size
  }

  /** A connection read these keys: from now on it hears of their next change. */
  remember(session: Session, keys: readonly Bytes[]): void {
    const tracking = session.tracking
    if (tracking === null || tracking.broadcast) return
    const wanted =
      tracking.mode === 'all' || (tracking.mode === 'optin' ? tracking.caching === true : tracking.caching !== false)
    tracking.caching = null
    if (!wanted) return
    for (const key of keys) {
      let set = this.#readers.get(key)
      if (set === undefined) this.#readers.set(key, (set = new Set()))
      set.add(session)
    }
  }

  /** A key changed, by this connection's doing where that is known. */
  changed(key: Bytes, by: Session | null): void {
    const readers = this.#readers.get(key)
    if (readers !== undefined) {
      this.#readers.delete(key)
      for (const session of readers)
        if (session.tracking !== null && !session.tracking.broadcast) this.#tell(session, [key], by)
    }
    for (const session of this.#server.sessions.values()) {
      const tracking = session.tracking
      if (tracking === null || !tracking.broadcast) continue
      if (tracking.prefixes.length === 0 || tracking.prefixes.some((prefix) => key.startsWith(prefix)))
        this.#tell(session, [key], by)
    }
  }

  /** Everything was flushed: a null instead of keys. */
  flushed(by: Session | null): void {
    this.#readers.clear()
    for (const session of this.#server.sessions.values()) if (session.tracking !== null) this.#tell(session, null, by)
  }

  #tell(session: Session, keys: readonly Bytes[] | null, by: Session | null): void {
    const tracking = session.tracking
    if (tracking === null || (tracking.noLoop && session === by)) return
    const target = tracking.redirect === null ? session : this.#server.sessions.get(tracking.redirect)
    if (target === undefined) {
      if (session.protocol === 3) session.push(push(['tracking-redir-broken', tracking.redirect ?? 0]))
      return
    }
    if (target.protocol === 3) target.push(push(['invalidate', keys]))
    else if (target !== session && target.channels.has(INVALIDATIONS))
      target.push(push(['message', INVALIDATIONS, keys]))
  }
}
