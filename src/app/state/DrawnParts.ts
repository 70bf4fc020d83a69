/** The parts of the page that were drawn when it was built and wait to be taken over, in their order (start/part.ts). */
export class DrawnParts {
  readonly #waiting = new Map<string, () => void>()

  /** The names of the parts that wait. */
  get names(): readonly string[] {
    return [...this.#waiting.keys()]
  }

  /** Lets a part wait until `takeOver` is called with its name. */
  add(name: string, takeOver: () => void): void {
    this.#waiting.set(name, takeOver)
  }

  remove(name: string): void {
    this.#waiting.delete(name)
  }

  /** Takes over the part of this name, where it waits. */
  takeOver(name: string): void {
    const takeOver = this.#waiting.get(name)
    this.#waiting.delete(name)
    takeOver?.()
  }
}
