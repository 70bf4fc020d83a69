import { flushSync } from 'svelte'

/** The number of items of a long list that are drawn: some at once, and more in each frame, so that none takes long to draw. */
export class Growing {
  #count = $state(0)
  #frame = 0

  constructor(readonly step: number) {
    this.#count = step
  }

  get count(): number {
    return this.#count
  }

  /** Draws more in the next frames, until a number of items is drawn. Returns what ends it. */
  until(total: number): () => void {
    const grow = (): void => {
      if (this.#count >= total) return
      this.#count += this.step
      this.#frame = requestAnimationFrame(grow)
    }
    this.#frame = requestAnimationFrame(grow)
    return () => cancelAnimationFrame(this.#frame)
  }

  /** Draws the whole list before a key goes to its end, as the arrow up does from the first item. */
  finishBefore({ key }: KeyboardEvent, total: number): void {
    if ((key !== 'End' && key !== 'ArrowUp') || this.#count >= total) return
    this.#count = total
    flushSync()
  }
}
