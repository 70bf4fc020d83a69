import type { Bytes } from '../acl/bytes'
import type { Command } from '../acl/command'
import type { Clock } from '../acl/environment'
import type { Reply } from '../resp/reply'

/** The most commands in a row whose times are not measured. */
const UNMEASURED = 16

/**
 * The times at which commands start and end. Reading the clock takes as long as a short command: a command that was sent
 * together with others starts when the one before it ended.
 */
export class CommandTimes {
  readonly #clock: Clock
  #inBatch = false
  /** The time when the last command ended; null where that is not known. */
  #ended: number | null = null
  /** The number of commands since the last reading of the clock. */
  #unmeasured = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Returns true for a command line that took next to no time, so that its end need not be measured; null: all are. */
  isQuick: ((command: Command, argv: readonly Bytes[], reply: Reply | undefined) => boolean) | null = null

  /** Begins to run command lines that a client sent together. */
  startBatch(): void {
    this.#inBatch = true
    this.#ended = null
  }

  endBatch(): void {
    this.#inBatch = false
  }

  /** Returns the time at which a command starts, in Unix milliseconds. */
  start(): number {
    const ended = this.#ended
    this.#ended = null
    if (this.#inBatch && ended !== null) return ended
    this.#unmeasured = 0
    return this.#clock.now()
  }

  /** Records that a command which started at `now` took next to no time, without reading the clock. */
  endAtOnce(now: number): void {
    this.#ended = ++this.#unmeasured < UNMEASURED ? now : null
  }

  /** Returns the time at which a command ends, in Unix milliseconds. */
  end(): number {
    this.#unmeasured = 0
    return (this.#ended = this.#clock.now())
  }
}
