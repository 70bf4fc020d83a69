/** Milliseconds in which a page can work unnoticed. */
const SLICE = 12
/** Milliseconds between two frames of work that a person watches. */
export const WATCHED_SLICE = 25

/** Lets everything go first that waits: a key press, a frame. */
export function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0))
}

/** Resolves when nothing else is to be done. */
export function idle(): Promise<void> {
  return new Promise((resolve) => {
    // Safari has no idle callbacks.
    if ('requestIdleCallback' in globalThis) requestIdleCallback(() => resolve(), { timeout: 2_000 })
    else setTimeout(resolve, 200)
  })
}

/** Keeps long work from blocking the page: measures it, and says when to pause and when its time is over. */
export class Pace {
  readonly #most: number
  readonly #slice: number
  #spent = 0
  #since = performance.now()
  /** The time of the last pause. */
  #paused = this.#since
  #stopped = false

  /** `most`: milliseconds of work in all, pauses not counted; `slice`: milliseconds between two pauses. */
  constructor(most = Infinity, slice = SLICE) {
    this.#most = most
    this.#slice = slice
  }

  /** It is time for a pause. */
  get isDue(): boolean {
    return performance.now() - this.#paused >= this.#slice
  }

  /** All of the time was spent. */
  get isOver(): boolean {
    return this.#spent + performance.now() - this.#since >= this.#most
  }

  get stopped(): boolean {
    return this.#stopped
  }

  /** The work is to end at the next occasion. */
  stop(): void {
    this.#stopped = true
  }

  /**
   * Pauses. The time that it takes does not count.
   * @param rest makes the pause
   */
  async breath(rest: () => Promise<void> = pause): Promise<void> {
    this.#spent += performance.now() - this.#since
    await rest()
    this.#paused = this.#since = performance.now()
  }

  /**
   * Waits for something that is not work, such as a file from the network. It does not count as a pause: where the file is
   * there already, the page gets no turn.
   */
  async waitFor<T>(wait: Promise<T>): Promise<T> {
    this.#spent += performance.now() - this.#since
    try {
      return await wait
    } finally {
      this.#since = performance.now()
    }
  }
}
