import { untrack } from 'svelte'
import type { PolicyStatement, Statement } from '../../analysis/expectations/expectation'
import type { Playground } from '../state/Playground.svelte'
import type { Judged } from './judge'
import type { Opened } from './lines'
import type { Policies } from './Policies.svelte'

const nothing: Judged = { results: [], problems: [], lines: [], diagnostics: [], waiting: [], unknown: 0 }

/** users.expect as the page shows it: what became of each line, and which line's reasons are open. What judges it is loaded when there is a line. */
export class Expectations {
  readonly #playground: Playground
  #parts = $state.raw<(typeof import('./judge') & typeof import('./lines')) | null>(null)
  #policies = $state.raw<Policies | null>(null)
  /** The text of the line that is open; it stays open when its line moves. */
  #open = $state.raw<string | null>(null)

  constructor(playground: Playground) {
    this.#playground = playground
  }

  readonly #judged = $derived.by<Judged>(() => {
    const { files, host } = this.#playground
    const { live: server } = host
    const expect = files.expect.text
    if (this.#parts === null || this.#policies === null || server === null || expect === '') return nothing
    return this.#parts.judge(server, expect, this.#policies)
  })

  /** The part that decides sentences about every command line; null until it is loaded. */
  get policies(): Policies | null {
    return this.#policies
  }

  /** Has the worker decide what the page cannot at once. To be called in an effect. */
  follow(): void {
    const { waiting } = this.#judged
    const policies = this.#policies
    untrack(() => policies?.ask(waiting))
  }

  get judged(): Judged {
    return this.#judged
  }

  readonly #holding = $derived(this.#judged.results.filter(({ state }) => state === 'holds').length)
  get holding(): number {
    return this.#holding
  }

  /** Lines that fail, that cannot be told, or that cannot be read. */
  get failing(): number {
    return this.#judged.results.length - this.#holding + this.#judged.problems.length
  }

  readonly #opened = $derived.by<Opened | null>(() => {
    const open = this.#open
    if (open === null) return null
    return this.#parts?.openedOf(this.#judged, this.#playground.files.expect.text, open) ?? null
  })
  get opened(): Opened | null {
    return this.#opened
  }

  /** Opens what became of a line, or closes it where it is open. */
  toggle(line: number): void {
    const text = this.#parts?.textOfJudged(this.#judged, this.#playground.files.expect.text, line) ?? null
    this.#open = text === this.#open ? null : text
  }

  /** Opens the first line after this one that does not hold, from the end on again from the start; its number, null where all hold. */
  nextFailing(after: number): number | null {
    const next = this.#parts?.nextFailing(this.#judged, after) ?? null
    if (next !== null) this.#open = this.#parts?.textOfLine(this.#playground.files.expect.text, next) ?? null
    return next
  }

  close(): void {
    this.#open = null
  }

  /** Loads what judges. */
  async load(): Promise<void> {
    if (this.#parts !== null) return
    const [judge, lines, { Policies }] = await Promise.all([
      import('./judge'),
      import('./lines'),
      import('./Policies.svelte'),
    ])
    this.#policies ??= new Policies(this.#playground)
    this.#parts = { ...judge, ...lines }
  }

  /** The line (from 1) that states this already, whatever reason it gives; null where none does. */
  lineOf(statement: Statement | PolicyStatement): number | null {
    return this.#parts?.lineOf(this.#judged, statement) ?? null
  }

  /** Adds sentences at the end of the file. */
  async add(statements: readonly (Statement | PolicyStatement)[]): Promise<void> {
    const { printExpectation } = await import('../../analysis/expectations/print')
    const expect = this.#playground.files.expect.text
    const start = expect === '' || expect.endsWith('\n') ? expect : `${expect}\n`
    this.#playground.replace('expect', `${start}${statements.map((one) => `${printExpectation(one)}\n`).join('')}`)
    await this.load()
  }
}
