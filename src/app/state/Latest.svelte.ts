/** The newest result of asynchronous work, with the input that it belongs to. */
export class Latest<Input, Output> {
  #value = $state.raw<Output | null>(null)
  #input = $state.raw<Input | null>(null)
  #failed = $state(false)
  #started: Input | null = null

  /** The newest result, which may belong to an earlier input; null before the first. */
  get value(): Output | null {
    return this.#value
  }

  /** Returns the result for an input; null while there is none. */
  of(input: Input | null): Output | null {
    return input !== null && this.#input === input && !this.#failed ? this.#value : null
  }

  /** Tells whether the work for an input failed. */
  failed(input: Input | null): boolean {
    return input !== null && this.#input === input && this.#failed
  }

  /** Runs the work for an input. Its result is dropped where it is null, or work for another input was started meanwhile. */
  async run(input: Input, work: () => Promise<Output | null>): Promise<void> {
    this.#started = input
    try {
      const value = await work()
      if (value === null || this.#started !== input) return
      this.#value = value
      this.#failed = false
    } catch {
      if (this.#started !== input) return
      this.#failed = true
    }
    this.#input = input
  }
}
