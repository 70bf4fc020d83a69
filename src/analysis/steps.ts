/** The part of a long computation that is done. */
export interface Progress {
  readonly done: number
  readonly of: number
}

/** A long computation in steps, with its progress after each. Stop iterating to cancel. */
export type Steps<T> = Generator<Progress, T>

/** Takes all steps at once and returns the result. */
export function finish<T>(steps: Generator<unknown, T>): T {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}
