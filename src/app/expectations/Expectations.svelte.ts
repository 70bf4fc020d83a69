import type { ExpectationResult, Statement } from '../../analysis/expectations/expectation'
import { Entry } from '../state/Entry.svelte'
import type { Playground } from '../state/Playground.svelte'
import type { Judged } from './judge'

/** A result that was opened, with an entry that carries its decision for the reasons' card. */
export interface Opened {
  readonly result: ExpectationResult
  readonly entry: Entry | null
}

const nothing: Judged = { results: [], problems: [], lines: [], findings: [] }

/** What two lines must have in common to state the same. From this host and from nowhere in particular is one. */
function matter({ user, verb, action, origin, db }: Statement): string {
  const place = origin === null || origin.kind === 'loopback' ? '' : origin.kind === 'unix' ? 'unix' : origin.address
  return JSON.stringify([user, verb, action, place, db ?? 0])
}

/** users.expect as the page shows it: what became of each line, and which line's reasons are open. What judges it is loaded when there is a line. */
export class Expectations {
  readonly #playground: Playground
  #judge = $state.raw<typeof import('./judge').judge | null>(null)
  /** The text of the sentence whose reasons are open; it stays open when its line moves. */
  #open = $state.raw<string | null>(null)

  constructor(playground: Playground) {
    this.#playground = playground
  }

  readonly #judged = $derived.by<Judged>(() => {
    const { server, expect, rules, changes } = this.#playground
    void rules
    void changes
    return this.#judge === null || server === null || expect === '' ? nothing : this.#judge(server, expect)
  })

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
    const result = this.#open === null ? undefined : this.#judged.results.find(({ expectation }) => expectation.text === this.#open)
    if (result === undefined) return null
    const { expectation, decision } = result
    if (decision === null) return { result, entry: null }
    const entry = new Entry('command', '', expectation.text)
    entry.decided(decision, expectation.user, expectation.db ?? 0)
    return { result, entry }
  })
  get opened(): Opened | null {
    return this.#opened
  }

  /** Opens the reasons of a line's result, or closes them where they are open. */
  toggle(line: number): void {
    const result = this.#judged.results.find(({ expectation }) => expectation.place.line === line)
    this.#open = result === undefined || result.expectation.text === this.#open ? null : result.expectation.text
  }

  /** Opens the first line after this one that does not hold, from the end on again from the start; its number, null where all hold. */
  nextFailing(after: number): number | null {
    const { results, problems } = this.#judged
    const lines = [...results.flatMap(({ state, expectation }) => (state === 'holds' ? [] : [expectation.place.line])), ...problems.map(({ place }) => place.line)].sort((a, b) => a - b)
    const next = lines.find((line) => line > after) ?? lines[0]
    if (next === undefined) return null
    this.#open = results.find(({ expectation }) => expectation.place.line === next)?.expectation.text ?? null
    return next
  }

  close(): void {
    this.#open = null
  }

  /** Loads what judges. */
  async load(): Promise<void> {
    if (this.#judge === null) this.#judge = (await import('./judge')).judge
  }

  /** The line (from 1) that states this already, whatever reason it gives; null where none does. */
  lineOf(statement: Statement): number | null {
    const said = matter(statement)
    return this.#judged.results.find(({ expectation }) => matter(expectation) === said)?.expectation.place.line ?? null
  }

  /** Adds sentences at the end of the file. */
  async add(statements: readonly Statement[]): Promise<void> {
    const { printExpectation } = await import('../../analysis/expectations/print')
    const { expect } = this.#playground
    const start = expect === '' || expect.endsWith('\n') ? expect : `${expect}\n`
    this.#playground.replaceExpect(`${start}${statements.map((one) => `${printExpectation(one)}\n`).join('')}`)
    await this.load()
  }
}
