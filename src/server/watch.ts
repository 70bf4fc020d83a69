import type { Bytes } from '../acl/bytes'
import type { Session } from './session'

const place = (db: number, key: Bytes): string => `${db} ${key}`

/** The keys that sessions WATCH: a change of one before EXEC breaks the watch. */
export class Watches {
  readonly #watchers = new Map<string, Set<Session>>()
  readonly #places = new Map<Session, Map<string, { readonly db: number; readonly key: Bytes }>>()

  watch(session: Session, db: number, key: Bytes): void {
    const at = place(db, key)
    let sessions = this.#watchers.get(at)
    if (sessions === undefined) this.#watchers.set(at, (sessions = new Set()))
    sessions.add(session)
    let places = this.#places.get(session)
    if (places === undefined)
      this.#places.set(session, (places = new Map<string, { readonly db: number; readonly key: Bytes }>()))
    places.set(at, { db, key })
  }

  /** Ends all watches of a session (UNWATCH, EXEC, DISCARD, closing). */
  unwatch(session: Session): void {
    for (const at of this.#places.get(session)?.keys() ?? []) {
      const sessions = this.#watchers.get(at)
      sessions?.delete(session)
      if (sessions?.size === 0) this.#watchers.delete(at)
    }
    this.#places.delete(session)
    session.watchBroken = false
  }

  /** Returns the keys that a session watches. */
  watchedBy(session: Session): readonly { readonly db: number; readonly key: Bytes }[] {
    return [...(this.#places.get(session)?.values() ?? [])]
  }

  /** Breaks the watches of a key that changed. */
  touched(db: number, key: Bytes): void {
    if (this.#watchers.size === 0) return
    for (const session of this.#watchers.get(place(db, key)) ?? []) session.watchBroken = true
  }

  get clientCount(): number {
    return this.#places.size
  }

  get keyCount(): number {
    return this.#watchers.size
  }
}
