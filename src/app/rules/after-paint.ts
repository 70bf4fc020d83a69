/** Milliseconds after which nothing is waited for any more: a page out of sight is not painted. */
const PATIENCE = 100

/** Events of what somebody can do to the page, whose handlers must find the work done. */
const deeds = ['keydown', 'pointerdown', 'paste', 'drop', 'hashchange', 'pagehide'] as const

/** Work that waits until what was typed can be seen, but not until somebody does the next thing. */
export class AfterPaint {
  #work: (() => void) | null = null
  #timer: ReturnType<typeof setTimeout> | undefined
  #frame = 0

  /** True while work waits. */
  get isWaiting(): boolean {
    return this.#work !== null
  }

  /** Does some work after the next frame, in place of what waits for it. */
  ask(work: () => void): void {
    if (this.#work === null) {
      for (const name of deeds) window.addEventListener(name, this.#now, { capture: true })
      // Behind the frame's painting.
      this.#frame = requestAnimationFrame(() => setTimeout(this.#now))
      this.#timer = setTimeout(this.#now, PATIENCE)
    }
    this.#work = work
  }

  /** Drops what waits. */
  drop(): void {
    this.#work = null
    clearTimeout(this.#timer)
    cancelAnimationFrame(this.#frame)
    for (const name of deeds) window.removeEventListener(name, this.#now, { capture: true })
  }

  readonly #now = (): void => {
    const work = this.#work
    this.drop()
    work?.()
  }
}
