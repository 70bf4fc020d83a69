import type { Bytes } from '../acl/bytes'
import { push } from '../resp/reply'
import type { Session } from './session'

const INVALIDATIONS = '__redis__:invalidate'

/** The keys that sessions have read, so that each is told once of the next change (client-side caching). */
export class TrackingTable {
  readonly #readers = new Map<Bytes, Set<Session>>()
  readonly #sessions: ReadonlyMap<number, Session>
  /** The sessions that are told of every change. */
  readonly #broadcasting = new Set<Session>()

  /** @param sessions the open sessions, by id */
  constructor(sessions: ReadonlyMap<number, Session>) {
    this.#sessions = sessions
  }

  get keyCount(): number {
    return this.#readers.size
  }

  /** The number of pairs of a key and a session that read it. */
  get itemCount(): number {
    return [...this.#readers.values()].reduce((sum, { size }) => sum + size, 0)
  }

  /** The number of different prefixes that sessions track in broadcasting mode. */
  get prefixCount(): number {
    const prefixes = new Set<Bytes>()
    for (const { tracking } of this.#sessions.values()) {
      if (tracking === null || !tracking.broadcast) continue
      for (const prefix of tracking.prefixes.length === 0 ? [''] : tracking.prefixes) prefixes.add(prefix)
    }
    return prefixes.size
  }

  /** Records that a session has changed its tracking mode. */
  modeChanged(session: Session): void {
    if (session.tracking?.broadcast === true) this.#broadcasting.add(session)
    else this.#broadcasting.delete(session)
  }

  /** Drops a session that is closed. */
  forget(session: Session): void {
    this.#broadcasting.delete(session)
  }

  /** Records that a session has read these keys, where its tracking mode wants that. */
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

  /** Tells the readers of a key that it changed. `by`: the session that changed it, where that is known. */
  changed(key: Bytes, by: Session | null): void {
    const readers = this.#readers.get(key)
    if (readers !== undefined) {
      this.#readers.delete(key)
      for (const session of readers)
        if (session.tracking !== null && !session.tracking.broadcast) this.#tell(session, [key], by)
    }
    for (const session of this.#broadcasting) {
      const tracking = session.tracking
      if (tracking === null) continue
      if (tracking.prefixes.length === 0 || tracking.prefixes.some((prefix) => key.startsWith(prefix)))
        this.#tell(session, [key], by)
    }
  }

  /** Tells all tracking sessions that everything was flushed: null in place of keys. */
  flushed(by: Session | null): void {
    this.#readers.clear()
    for (const session of this.#sessions.values()) if (session.tracking !== null) this.#tell(session, null, by)
  }

  #tell(session: Session, keys: readonly Bytes[] | null, by: Session | null): void {
    const tracking = session.tracking
    if (tracking === null || (tracking.noLoop && session === by)) return
    const target = tracking.redirect === null ? session : this.#sessions.get(tracking.redirect)
    if (target === undefined) {
      if (session.protocol === 3) session.push(push(['tracking-redir-broken', tracking.redirect ?? 0]))
      return
    }
    if (target.protocol === 3) target.push(push(['invalidate', keys]))
    else if (target !== session && target.channels.has(INVALIDATIONS))
      target.push(push(['message', INVALIDATIONS, keys]))
  }
}
