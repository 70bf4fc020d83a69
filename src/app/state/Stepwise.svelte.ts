import type { Progress } from '../../analysis/steps'
import { Pace } from './pace'

/** Milliseconds between two reports of progress. */
const REPORT = 200

/** A result of long work that is done in the page, in pieces that leave it room to answer. The last one stays until the next is there. */
export class Stepwise<T> {
  #value = $state.raw<T | null>(null)
  #progress = $state.raw<Progress | null>(null)
  #isWorking = $state(false)
  #isCancelled = $state(false)
  #pace: Pace | null = null

  /** The last result; null before the first. */
  get value(): T | null {
    return this.#value
  }
  /** The progress of work that takes a while; null where none does. */
  get progress(): Progress | null {
    return this.#progress
  }
  get isWorking(): boolean {
    return this.#isWorking
  }
  /** True where the work begun last was cancelled. */
  get isCancelled(): boolean {
    return this.#isCancelled
  }

  /** Does work in place of the work so far. To be called in an effect, which ends it by the returned function. */
  run(steps: Generator<Progress | undefined, T>): () => void {
    this.#pace?.stop()
    const pace = new Pace()
    this.#pace = pace
    queueMicrotask(() => void this.#take(steps, pace))
    return () => pace.stop()
  }

  /** Ends the work, for a person who does not want to wait. */
  cancel(): void {
    this.#pace?.stop()
    this.#isCancelled = true
    this.#isWorking = false
    this.#progress = null
  }

  async #take(steps: Generator<Progress | undefined, T>, pace: Pace): Promise<void> {
    if (pace.stopped) return
    this.#isCancelled = false
    this.#isWorking = true
    this.#progress = null
    let reported = performance.now()
    for (;;) {
      const step = steps.next()
      if (step.done === true) {
        this.#value = step.value
        this.#isWorking = false
        this.#progress = null
        return
      }
      if (!pace.isDue) continue
      if (performance.now() - reported > REPORT) {
        reported = performance.now()
        this.#progress = step.value ?? null
      }
      await pace.breath()
      if (pace.stopped) return
    }
  }
}
