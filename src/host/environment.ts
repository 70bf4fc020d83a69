/** The parts of the outside world that the host is handed. */
export interface Environment {
  /** Returns milliseconds since 1970, with fractions; they only go up. */
  now(): number
  /** Lets messages and other jobs go first. */
  breath(): Promise<void>
}

/** The timers of the side that asks. */
export interface Timers {
  /** Runs something after some milliseconds. The returned function prevents it. */
  after(milliseconds: number, run: () => void): () => void
}
