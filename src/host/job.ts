import type { Steps } from '../analysis/steps'
import type { Environment } from './environment'
import type { News, PartOf, Kind } from './protocol'

/** Milliseconds of work between two pauses. */
const SLICE = 10
/** Milliseconds between two reports of progress, which are signs of life. */
const REPORT = 200

/** Thrown where the job was cancelled. */
export class Dropped extends Error {}

/** The job that works, or worked last. */
export interface Turn {
  id: number
}

/** The work on one request, which takes turns with others. */
export class Job<K extends Kind = Kind> {
  readonly #post: (news: News) => void
  readonly #turn: Turn
  #until = 0
  #reported: number
  #signed = 0
  #at = ''
  #isDropped = false

  constructor(
    readonly id: number,
    post: (news: News) => void,
    readonly environment: Environment,
    turn: Turn,
  ) {
    this.#post = post
    this.#turn = turn
    this.#reported = environment.now()
  }

  /** Ends the job at its next pause. */
  drop(): void {
    this.#isDropped = true
  }

  /** Begins to work, after others. Rejects with Dropped where the job was cancelled. */
  async begin(): Promise<void> {
    await this.environment.breath()
    if (this.#isDropped) throw new Dropped()
    const now = this.environment.now()
    this.#until = now + SLICE
    if (this.#turn.id === this.id && now - this.#signed < REPORT) return
    this.#turn.id = this.id
    this.#signed = now
    this.#post({ kind: 'turn', at: this.#at })
  }

  /** Names the part that the job works on from now on, for whoever has to end it. */
  workOn(part: string): void {
    this.#at = part
    this.#post({ kind: 'turn', at: part })
  }

  /** Pauses where it worked for some milliseconds. Rejects with Dropped where the job was cancelled. */
  async pause(): Promise<void> {
    if (this.environment.now() >= this.#until) await this.begin()
  }

  /** Takes the steps of a computation and reports the progress. Rejects with Dropped where the job was cancelled. */
  async take<T>(steps: Steps<T> | Generator<undefined | void, T>): Promise<T> {
    for (;;) {
      const step = steps.next()
      if (step.done === true) return step.value
      if (typeof step.value === 'object') this.#report(step.value)
      await this.pause()
    }
  }

  #report(progress: { readonly done: number; readonly of: number }): void {
    const now = this.environment.now()
    if (now - this.#reported < REPORT) return
    this.#reported = now
    this.#post({ kind: 'progress', done: progress.done, of: progress.of })
  }

  /** Sends a part of the answer. */
  send(part: PartOf<K>): void {
    this.#post({ kind: 'part', part })
  }
}
