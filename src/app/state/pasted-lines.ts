import { withCommas } from '../../analysis/numbers'
import type { Console } from './Console.svelte'
import { Pace, WATCHED_SLICE } from './pace'

/** The most pasted lines that wait for their turn. */
const most = 1_000

/** Runs the lines that were pasted into consoles, one after another. */
export class PastedLines {
  readonly #running = new WeakSet<Console>()
  readonly #run: (one: Console, line: string) => Promise<unknown>
  readonly #isOpen: (one: Console) => boolean

  constructor(run: (one: Console, line: string) => Promise<unknown>, isOpen: (one: Console) => boolean) {
    this.#run = run
    this.#isOpen = isOpen
  }

  /** Adds lines behind those that have yet to run. Skips blank lines. */
  add(one: Console, lines: readonly string[]): void {
    const written = lines.filter((line) => line.trim() !== '')
    const taken = written.slice(0, Math.max(0, most - one.queued.length))
    one.queued = [...one.queued, ...taken]
    if (taken.length < written.length)
      one.notice(`${withCommas(written.length)} lines were pasted: the first ${withCommas(taken.length)} run.`)
  }

  /** Runs a console's lines until one waits for its reply. */
  async runAll(one: Console): Promise<void> {
    if (this.#running.has(one)) return
    this.#running.add(one)
    const pace = new Pace(Infinity, WATCHED_SLICE)
    try {
      while (!one.waiting && this.#isOpen(one)) {
        const [line, ...rest] = one.queued
        if (line === undefined) return
        one.queued = rest
        await this.#run(one, line)
        if (pace.isDue) await pace.breath()
      }
    } finally {
      this.#running.delete(one)
    }
  }
}
