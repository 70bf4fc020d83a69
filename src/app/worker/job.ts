import type { Steps } from '../../analysis/steps'
import type { News, PartOf, Kind } from './protocol'

/** Milliseconds of work between two pauses. */
const SLICE = 10
/** Milliseconds between two reports of progress, which are signs of life. */
const REPORT = 200

/** Thrown where the job was cancelled. */
export class Dropped extends Error {}

const waiting: (() => void)[] = []
const channel = new MessageChannel()
channel.port1.onmessage = () => waiting.shift()?.()

/** Lets messages and other jobs go first. A timer would wait for some milliseconds each time. */
function breath(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve)
    channel.port2.postMessage(null)
  })
}

/** The id of the job that works, or worked last. */
let turn = 0

/** The work on one request, which takes turns with others. */
export class Job<K extends Kind = Kind> {
  readonly #post: (news: News) => void
  #until = 0
  #reported = performance.now()
  #signed = 0
  #isDropped = false

  constructor(
    readonly id: number,
    post: (news: News) => void,
  ) {
    this.#post = post
  }

  /** Ends the job at its next pause. */
  drop(): void {
    this.#isDropped = true
  }

  /** Begins to work, after others. Rejects with Dropped where the job was cancelled. */
  async begin(): Promise<void> {
    await breath()
    if (this.#isDropped) throw new Dropped()
    const now = performance.now()
    this.#until = now + SLICE
    if (turn === this.id && now - this.#signed < REPORT) return
    turn = this.id
    this.#signed = now
    this.#post({ kind: 'turn' })
  }

  /** Pauses where it worked for some milliseconds. Rejects with Dropped where the job was cancelled. */
  async pause(): Promise<void> {
    if (performance.now() >= this.#until) await this.begin()
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
    const now = performance.now()
    if (now - this.#reported < REPORT) return
    this.#reported = now
    this.#post({ kind: 'progress', done: progress.done, of: progress.of })
  }

  /** Sends a part of the answer. */
  send(part: PartOf<K>): void {
    this.#post({ kind: 'part', part })
  }
}
