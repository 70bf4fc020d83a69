import { type Bytes, toText } from '../../acl/bytes'
import type { Connection, Origin } from '../../server/types'
import { limits } from '../../workspace/state'
import { Entry } from './Entry.svelte'

/** Returns the origin of a connection in a few words. */
export function originLabel(origin: Origin): string {
  const place = origin.kind === 'loopback' ? 'this host' : origin.kind === 'unix' ? 'Unix socket' : origin.address
  return origin.kind !== 'unix' && origin.tls === true ? `${place}, TLS` : place
}

let nextId = 1

/** One connection as the console shows it: its transcript, its history and who it is. Lives on when the server hangs up. */
export class Console {
  readonly id = `c${nextId++}`
  readonly origin: Origin
  /** The name of the user that it starts with; null: as a server starts a connection. */
  readonly startsAs: string | null
  /** The transcript: as many lines as a workspace is saved with. */
  entries = $state.raw<readonly Entry[]>([])
  draft = $state('')
  /** Pasted lines that have yet to run. */
  queued = $state.raw<readonly string[]>([])
  /** The user that was logged in when the server stopped. */
  lost: Bytes | null = null
  #connection = $state.raw<Connection | null>(null)
  #user = $state.raw<Bytes | null>(null)
  #prompt = $state('')
  #recalled = -1
  #typed = ''

  constructor(origin: Origin, startsAs: string | null) {
    this.origin = origin
    this.startsAs = startsAs
  }

  get connection(): Connection | null {
    return this.#connection
  }

  get connected(): boolean {
    return this.#connection !== null && !this.#connection.closed
  }

  /** The user that is logged in; null: nobody. */
  get user(): Bytes | null {
    return this.#user
  }

  get userLabel(): string {
    return !this.connected ? 'not connected' : this.#user === null ? 'not logged in' : toText(this.#user)
  }

  get label(): string {
    return `${this.userLabel}, ${originLabel(this.origin)}`
  }

  /** `app> `, `app[1]> ` in another database, `app(TX)> ` in a transaction. */
  get prompt(): string {
    return this.#prompt
  }

  /** The server is gone: remembers who was logged in, for when it comes back. */
  lose(): void {
    this.lost = this.#user ?? this.lost
    this.attach(null)
  }

  attach(connection: Connection | null): void {
    this.#connection = connection
    this.refresh()
  }

  /** Looks again who is logged in, and where. */
  refresh(): void {
    const connection = this.#connection
    this.#user = connection === null || connection.closed ? null : connection.user
    if (connection === null || connection.closed) {
      this.#prompt = 'not connected>'
      return
    }
    const where = connection.db > 0 ? `[${connection.db}]` : ''
    const state = connection.inMulti ? '(TX)' : connection.subscriptions > 0 ? '(subscribed)' : ''
    this.#prompt = `${this.userLabel}${where}${state}>`
  }

  /** A command waits for its reply (BLPOP, …): the next one has to wait too. */
  get waiting(): boolean {
    return this.entries.some((entry) => entry.waiting)
  }

  /** It holds something that a new connection would not: a transaction, subscriptions. */
  get busy(): boolean {
    const connection = this.#connection
    return connection !== null && (connection.inMulti || connection.subscriptions > 0)
  }

  add(entry: Entry): Entry {
    entry.origin = this.origin
    // What waits for its reply stays.
    const isFull = this.entries.length >= limits.entries && this.entries[0]?.waiting === false
    this.entries = [...(isFull ? this.entries.slice(1) : this.entries), entry]
    return entry
  }

  /** A line of the page's own between commands. */
  notice(text: string): void {
    const last = this.entries.at(-1)
    if (last?.kind === 'notice' && last.line === text) return
    this.add(new Entry('notice', '', text))
  }

  /** Takes back the last notice, where it says this. */
  takeBack(text: string): void {
    const last = this.entries.at(-1)
    if (last?.kind === 'notice' && last.line === text) this.entries = this.entries.slice(0, -1)
  }

  clear(): void {
    this.entries = this.entries.filter((entry) => entry.waiting)
  }

  get #lines(): readonly string[] {
    return this.entries
      .filter((entry, i, all) => entry.kind === 'command' && entry.line !== all[i - 1]?.line)
      .map((entry) => entry.line)
  }

  /** The history line before the one in view; null where there is none. */
  older(line: string): string | null {
    const lines = this.#lines
    if (this.#recalled < 0) {
      this.#typed = line
      this.#recalled = lines.length
    }
    if (this.#recalled === 0) return null
    return lines[--this.#recalled] ?? null
  }

  /** The history line after the one in view; after the last, what was typed. */
  newer(): string | null {
    if (this.#recalled < 0) return null
    const lines = this.#lines
    this.#recalled++
    if (this.#recalled < lines.length) return lines[this.#recalled] ?? null
    this.#recalled = -1
    return this.#typed
  }

  /** The next `older` starts at the end again. */
  forgetPlace(): void {
    this.#recalled = -1
  }
}
