import type { Keyspace } from '../keyspace/keyspace'
import type { Config } from './config'
import type { Statistics } from './statistics'

/** The kinds of saves: a snapshot (BGSAVE), or a new append-only file (BGREWRITEAOF). */
export type SaveKind = 'snapshot' | 'append-only file'

/** The parts of a server that its saves touch. */
interface SavingParts {
  readonly config: Config
  readonly statistics: Statistics
  readonly keyspace: Keyspace
  /** Unix milliseconds. */
  readonly now: number
}

/** A save in the background. Times are Unix milliseconds. */
interface Background {
  readonly kind: SaveKind
  readonly since: number
  until: number
  /** The changes that it covers; none once it was cancelled. */
  changes: number
  isCancelled: boolean
}

/** The interval in milliseconds at which a server looks after its saves (hz 10). */
const CYCLE = 100

/** The seconds from one time to another, as a server counts them; both in milliseconds. */
const seconds = (from: number, to: number): number => Math.floor(to / 1000) - Math.floor(from / 1000)

/** The saves of a server, which write no file: when they run and what they count. */
export class Saves {
  readonly #server: SavingParts
  #running: Background | null = null
  readonly #scheduled = new Set<SaveKind>()
  /** The seconds that the last background save of each kind took. */
  readonly #took = new Map<SaveKind, number>()

  constructor(server: SavingParts) {
    this.#server = server
  }

  /** Unix milliseconds of the last snapshot, or of the start (LASTSAVE). */
  get lastAt(): number {
    this.settle()
    return this.#server.statistics.savedAt
  }

  /** The kind of save that runs in the background; null where none does. */
  get running(): SaveKind | null {
    this.settle()
    return this.#running?.kind ?? null
  }

  /** Returns true where a save waits for the running one or for the end of a transaction. */
  isScheduled(kind: SaveKind): boolean {
    return this.#scheduled.has(kind)
  }

  /** Returns the seconds that a save of this kind has been running; -1 where none runs. */
  runningFor(kind: SaveKind): number {
    return this.running === kind && this.#running !== null ? seconds(this.#running.since, this.#server.now) : -1
  }

  /** Returns the seconds that the last background save of this kind took; -1 where there was none. */
  lastTook(kind: SaveKind): number {
    this.settle()
    return this.#took.get(kind) ?? -1
  }

  /** Saves at once (SAVE). */
  save(): void {
    this.#server.statistics.changes = 0
    this.#server.statistics.savedAt = this.#server.now
  }

  /** Starts a save in the background; it takes longer where `rdb-key-save-delay` says so. */
  start(kind: SaveKind): void {
    const { now, statistics, keyspace, config } = this.#server
    this.#scheduled.delete(kind)
    statistics.forks++
    if (kind === 'snapshot') statistics.snapshots++
    else statistics.rewrites++
    const keys = keyspace.databases.reduce((count, db) => count + db.size, 0)
    const delay = Math.max(0, config.number('rdb-key-save-delay'))
    const until = now + CYCLE + (keys * delay) / 1000
    this.#running = { kind, since: now, until, changes: statistics.changes, isCancelled: false }
  }

  /** Has a save start when no other runs. */
  schedule(kind: SaveKind): void {
    this.#scheduled.add(kind)
  }

  /** Takes a scheduled save back. Returns false where there is none. */
  unschedule(kind: SaveKind): boolean {
    return this.#scheduled.delete(kind)
  }

  /** Has the running snapshot end soon, without a result (FLUSHALL, BGSAVE CANCEL). */
  cancel(): void {
    if (this.running !== 'snapshot' || this.#running === null) return
    this.#running.until = Math.min(this.#running.until, this.#server.now + CYCLE)
    this.#running.isCancelled = true
  }

  /** Starts what is scheduled, and a snapshot where the directive `save` asks for one. Call it periodically. */
  tick(): void {
    this.settle()
    if (this.#running !== null) return
    if (this.isScheduled('append-only file')) this.start('append-only file')
    else if (this.isScheduled('snapshot') || this.#isDue()) this.start('snapshot')
  }

  /** Returns true where as many keys have changed in as many seconds as one of the save points says. */
  #isDue(): boolean {
    const { changes } = this.#server.statistics
    if (changes === 0) return false
    const words = this.#server.config.get('save').split(' ').map(Number)
    const since = seconds(this.#server.statistics.savedAt, this.#server.now)
    return words.some((after, i) => i % 2 === 0 && since > after && changes >= (words[i + 1] ?? Infinity))
  }

  /** Ends the running save where its time is up. */
  settle(): void {
    const running = this.#running
    if (running === null || this.#server.now < running.until) return
    this.#running = null
    this.#took.set(running.kind, seconds(running.since, running.until))
    if (running.isCancelled || running.kind !== 'snapshot') return
    this.#server.statistics.changes = Math.max(0, this.#server.statistics.changes - running.changes)
    this.#server.statistics.savedAt = running.until
  }
}
