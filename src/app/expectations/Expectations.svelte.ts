import { untrack } from 'svelte'
import type { ExpectationResult, PolicyStatement, Statement } from '../../analysis/expectations/expectation'
import { Entry } from '../state/Entry.svelte'
import type { Playground } from '../state/Playground.svelte'
import type { Judged } from './judge'
import type { Policies } from './Policies.svelte'

/** A line that was opened: what became of it, with an entry that carries its decision for the reasons' card. */
export interface Opened {
  readonly line: number
  readonly text: string
  /** `unread`: it is no expectation. */
  readonly state: ExpectationResult['state'] | 'unread'
  readonly message: string
  readonly hint: string | null
  /** The server's answer, where it is known. */
  readonly reply: ExpectationResult['reply']
  readonly entry: Entry | null
  /** True for a sentence about every command line that a counterexample disproves: there may be a fix. */
  readonly isDisproved: boolean
  /** True where the rules have changed since, and it is checked again. */
  readonly isStale: boolean
}

const nothing: Judged = { results: [], problems: [], lines: [], diagnostics: [], waiting: [], unknown: 0 }
/** Milliseconds after which the page says that sentences are being checked. */
const PATIENCE = 300

/** Returns a key that is equal for lines that state the same. No origin is the same as this host. */
function matter(statement: Statement | PolicyStatement): string {
  const { verb, origin, db } = statement
  const place = origin === null || origin.kind === 'loopback' ? '' : origin.kind === 'unix' ? 'unix' : origin.address
  if ('user' in statement) return JSON.stringify([statement.user, verb, statement.action, place, db ?? 0])
  const { subject, access, byOwnRules } = statement
  return JSON.stringify([subject, verb, access, byOwnRules, place, db])
}

/** users.expect as the page shows it: what became of each line, and which line's reasons are open. What judges it is loaded when there is a line. */
export class Expectations {
  readonly #playground: Playground
  #judge = $state.raw<typeof import('./judge').judge | null>(null)
  #policies = $state.raw<Policies | null>(null)
  #isLate = $state(false)
  #timer: ReturnType<typeof setTimeout> | undefined
  /** The text of the line that is open; it stays open when its line moves. */
  #open = $state.raw<string | null>(null)

  constructor(playground: Playground) {
    this.#playground = playground
  }

  readonly #judged = $derived.by<Judged>(() => {
    const { files, host } = this.#playground
    const { live: server } = host
    const expect = files.expect.text
    if (this.#judge === null || this.#policies === null || server === null || expect === '') return nothing
    return this.#judge(server, expect, this.#policies)
  })

  /** What decides sentences about every command line; null until it is loaded. */
  get policies(): Policies | null {
    return this.#policies
  }

  /** True where sentences have waited for the worker for a moment. */
  get isLate(): boolean {
    return this.#isLate
  }

  /** Has the worker decide what the page cannot at once. To be called in an effect. */
  follow(): void {
    const { waiting } = this.#judged
    const policies = this.#policies
    if (policies === null) return
    untrack(() => policies.ask(waiting))
    if (waiting.length > 0) this.#timer ??= setTimeout(() => (this.#isLate = true), PATIENCE)
    else {
      clearTimeout(this.#timer)
      this.#timer = undefined
      this.#isLate = false
    }
  }

  get judged(): Judged {
    return this.#judged
  }

  readonly #holding = $derived(this.#judged.results.filter(({ state }) => state === 'holds').length)
  get holding(): number {
    return this.#holding
  }

  /** Lines that were never checked so far. */
  get unknown(): number {
    return this.#judged.unknown
  }

  /** Lines that fail, that cannot be told, or that cannot be read. */
  get failing(): number {
    return this.#judged.results.length - this.#holding + this.#judged.problems.length
  }

  readonly #opened = $derived.by<Opened | null>(() => {
    const open = this.#open
    if (open === null) return null
    const result = this.#judged.results.find(({ expectation }) => expectation.text === open)
    if (result === undefined) {
      const problem = this.#judged.problems.find(({ place }) => this.#textOf(place.line) === open)
      return problem === undefined
        ? null
        : {
            line: problem.place.line,
            text: open,
            state: 'unread',
            message: problem.message,
            hint: problem.hint,
            reply: null,
            entry: null,
            isDisproved: false,
            isStale: false,
          }
    }
    const { expectation, decision, state, message, hint, reply, proof } = result
    const isDisproved = proof?.kind === 'disproved'
    const { line } = expectation.place
    const isStale = this.#judged.lines.some((one) => one.line === line && one.isStale === true)
    const opened = { line, text: open, state, message, hint, reply, isDisproved, isStale }
    if (decision === null) return { ...opened, entry: null }
    const entry = new Entry('command', '', expectation.text)
    if (expectation.kind === 'line') entry.decided(decision, expectation.user, expectation.db ?? 0)
    else if (proof?.kind === 'disproved') entry.decided(decision, proof.user, proof.line?.db ?? 0)
    return { ...opened, entry }
  })
  get opened(): Opened | null {
    return this.#opened
  }

  /** A line of the file (from 1), without white space around it. */
  #textOf(line: number): string {
    return this.#playground.files.expect.text.split('\n')[line - 1]?.trim() ?? ''
  }

  /** Opens what became of a line, or closes it where it is open. */
  toggle(line: number): void {
    const { results, problems } = this.#judged
    const judged = [...results.map(({ expectation }) => expectation), ...problems].some(
      ({ place }) => place.line === line,
    )
    const text = this.#textOf(line)
    this.#open = !judged || text === this.#open ? null : text
  }

  /** Opens the first line after this one that does not hold, from the end on again from the start; its number, null where all hold. */
  nextFailing(after: number): number | null {
    const { results, problems } = this.#judged
    const lines = [
      ...results.flatMap(({ state, expectation }) => (state === 'holds' ? [] : [expectation.place.line])),
      ...problems.map(({ place }) => place.line),
    ].sort((a, b) => a - b)
    const next = lines.find((line) => line > after) ?? lines[0]
    if (next === undefined) return null
    this.#open = this.#textOf(next)
    return next
  }

  close(): void {
    this.#open = null
  }

  /** Loads what judges. */
  async load(): Promise<void> {
    if (this.#judge !== null) return
    const [{ judge }, { Policies }] = await Promise.all([import('./judge'), import('./Policies.svelte')])
    this.#policies ??= new Policies(this.#playground)
    this.#judge = judge
  }

  /** The line (from 1) that states this already, whatever reason it gives; null where none does. */
  lineOf(statement: Statement | PolicyStatement): number | null {
    const said = matter(statement)
    return this.#judged.results.find(({ expectation }) => matter(expectation) === said)?.expectation.place.line ?? null
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
