import type { Clock } from '../acl/environment'

/**
 * The times at which commands start and end. Reading the clock takes as long as a short command: a command that was sent
 * together with others starts when the one before it ended.
 */
export class CommandTimes {
  readonly #clock: Clock
  #inBatch = false
  /** The time when the last command ended; null where that was not measured. */
  #ended: number | null = null

  constructor(clock: Clock) {
    this.#clock = clock
  }

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
    return this.#inBatch && ended !== null ? ended : this.#clock.now()
  }

  /** Returns the time at which a command ends, in Unix milliseconds. */
  end(): number {
    return (this.#ended = this.#clock.now())
  }
}
