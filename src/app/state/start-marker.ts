import type { StringStorage } from '../../workspace/storage'

const key = 'acl-playground.starting'
const lockPrefix = 'acl-playground.page.'

/** Milliseconds within which a page that still lives may be about to finish. */
const STARTING = 5_000
/** Milliseconds that a page must answer for before what it opened counts as harmless. */
const CALM = 1_500
/** A pause between two beats, in milliseconds, after which a page counts as one that did not answer. */
const STALLED = 8_000
const BEAT = 250

/** The part of navigator.locks in use; absent where the browser or the address (no https) has none. */
export type Locks = Pick<LockManager, 'query' | 'request'>

/**
 * A mark in this browser's storage while a workspace is being opened. Whoever finds one that nobody took away knows
 * that the page did not answer when it opened what is stored, and opens nothing of it unasked. A page that is open holds a
 * lock, so that two pages that start at the same time do not suspect each other.
 */
export class StartMarker {
  readonly #storage: StringStorage
  readonly #locks: Locks | undefined
  readonly #id = crypto.getRandomValues(new Uint32Array(2)).join('-')
  #timer: ReturnType<typeof setInterval> | undefined
  #lastBeat = 0
  #calmSince = 0
  #longest = 0
  /** True once the workspace is open: the page only has to answer then. */
  #done = false

  constructor(storage: StringStorage, locks: Locks | undefined) {
    this.#storage = storage
    this.#locks = locks
    void locks
      ?.request(lockPrefix + this.#id, { ifAvailable: true }, () => new Promise<void>(() => undefined))
      .catch(() => undefined)
  }

  /** Returns whether an earlier page began to open a workspace and did not finish. */
  async isStuck(): Promise<boolean> {
    const [id, at] = this.#read()
    if (id === null || id === this.#id) return false
    if (this.#locks === undefined || Date.now() - at > STARTING) return true
    try {
      const { held = [] } = await this.#locks.query()
      return !held.some(({ name }) => name === lockPrefix + id)
    } catch {
      return true
    }
  }

  /** Marks that a workspace is being opened. */
  begin(): void {
    this.#write(`${this.#id} ${Date.now()}`)
    this.#done = false
    this.#longest = 0
    this.#lastBeat = this.#calmSince = performance.now()
    clearInterval(this.#timer)
    this.#timer = setInterval(() => this.#beat(), BEAT)
  }

  /** The workspace is open: the mark goes once the page has answered for a while. */
  opened(): void {
    this.#done = true
    this.#calmSince = performance.now()
  }

  /** The page is left. The mark goes, unless the page did not answer lately. */
  leave(): void {
    if (this.#timer === undefined) return
    this.#beat()
    if (this.#timer !== undefined && this.#longest < STALLED / 4) this.clear()
  }

  /** Takes the mark away. */
  clear(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
    if (this.#read()[0] === this.#id) this.#write(null)
  }

  #beat(): void {
    const now = performance.now()
    const gap = now - this.#lastBeat
    this.#lastBeat = now
    // Browsers let the timers of pages that nobody sees wait.
    if (document.visibilityState === 'visible') {
      this.#longest = Math.max(this.#longest, gap)
      if (gap > 2 * BEAT) this.#calmSince = now
    }
    if (this.#done && now - this.#calmSince >= CALM && this.#longest < STALLED) this.clear()
  }

  #read(): readonly [id: string | null, at: number] {
    try {
      const [id = '', at = ''] = this.#storage.getItem(key)?.split(' ') ?? []
      return [id === '' ? null : id, Number(at) || 0]
    } catch {
      return [null, 0]
    }
  }

  #write(text: string | null): void {
    try {
      if (text === null) this.#storage.removeItem(key)
      else this.#storage.setItem(key, text)
    } catch {
      // Without storage there is nothing that the next visit could open.
    }
  }
}
