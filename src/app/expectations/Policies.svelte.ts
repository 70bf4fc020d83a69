import type { ExpectationResult, Place, PolicyExpectation } from '../../analysis/expectations/expectation'
import { type Finding, resultOf } from '../../analysis/expectations/run-policy'
import type { Progress } from '../../analysis/steps'
import type { SimulatedServer } from '../../server/server'
import type { Playground } from '../state/Playground.svelte'
import { Asker } from '../state/engine'
import { basisOf } from '../../host/basis'
import type { ServerBasis } from '../../host/protocol'

/** Milliseconds after which the page says that sentences are being checked. */
const PATIENCE = 300
/** Milliseconds for which findings of the worker are collected before they are shown: all lines are judged again then. */
const COLLECTED = 100

/** The outcome of a sentence, as far as it is known. */
export interface Known {
  readonly result: ExpectationResult
  /** False where the rules have changed since. */
  readonly isCurrent: boolean
}

/** The engine’s result for a sentence, and the server that it was asked about. */
interface Found {
  readonly basis: ServerBasis
  readonly finding: Finding
}

/** The sentences about every command line, as the engine decides them. Until it has answered, what was found last stays. */
export class Policies {
  readonly #playground: Playground
  /** The latest results, by the text of the sentence. */
  readonly #found: Record<string, Found> = Object.create(null) as Record<string, Found>
  readonly #asker = new Asker()
  #basis: { readonly value: ServerBasis; readonly server: SimulatedServer } | null = null
  /** The progress of the worker, or its failure. */
  #asked: { readonly basis: ServerBasis; readonly sentences: string } | null = null
  /** Goes up when the worker has found something. */
  #answers = $state(0)
  #collecting: ReturnType<typeof setTimeout> | undefined
  #progress = $state.raw<Progress | null>(null)
  #stopped = $state.raw<'cancelled' | 'failed' | null>(null)
  #isLate = $state(false)
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(playground: Playground) {
    this.#playground = playground
  }

  /** True where sentences have waited for the worker for a moment. */
  get isLate(): boolean {
    return this.#isLate
  }
  /** The progress of the sentence that the worker is at; null where it is at none, or nothing is known yet. */
  get progress(): Progress | null {
    return this.#progress
  }
  /** The reason why the sentences that wait are not being decided; null where they are. */
  get stopped(): 'cancelled' | 'failed' | null {
    return this.#stopped
  }

  /** Begins a round of questions, between which the server does not change. */
  begin(server: SimulatedServer): void {
    void this.#answers
    const value = basisOf(this.#playground, server)
    if (this.#basis?.server !== server || !isSameBasis(this.#basis.value, value)) this.#basis = { server, value }
  }

  /** Returns what is known of a sentence; null where it was never decided. */
  of(server: SimulatedServer, expectation: PolicyExpectation): Known | null {
    const basis = this.#basis?.value
    if (basis === undefined) return null
    const found = this.#found[expectation.text]
    if (found === undefined) return null
    const result = resultOf(server, expectation, placed(found.finding, expectation.place))
    return { result, isCurrent: found.basis === basis }
  }

  /** Asks the worker for sentences that wait, unless it is at them. None: stops asking. */
  ask(sentences: readonly string[]): void {
    const basis = this.#basis?.value
    const { target } = this.#playground.host
    if (sentences.length === 0 || basis === undefined || target === null) {
      this.#asked = null
      this.#asker.cancel()
      this.#progress = null
      this.#stopped = null
      clearTimeout(this.#timer)
      this.#timer = undefined
      this.#isLate = false
      return
    }
    this.#timer ??= setTimeout(() => (this.#isLate = true), PATIENCE)
    const key = sentences.join('\n')
    // Of those that the worker is at, the first may be answered already.
    if (this.#asked?.basis === basis && this.#asked.sentences.endsWith(key)) return
    this.#asked = { basis, sentences: key }
    this.#stopped = null
    void this.#carryOut(target, basis, sentences)
  }

  async #carryOut(
    target: NonNullable<Playground['host']['target']>,
    basis: ServerBasis,
    sentences: readonly string[],
  ): Promise<void> {
    try {
      await this.#asker.ask(
        'sentences',
        [target],
        { basis, sentences },
        {
          onProgress: (progress) => (this.#progress = progress),
          onPart: ({ sentence, finding }) => {
            this.#found[sentence] = { basis, finding }
            this.#progress = null
            this.#showSoon()
          },
        },
      )
      this.#show()
    } catch {
      if (this.#asked?.basis === basis) this.#stopped = 'failed'
    }
  }

  #showSoon(): void {
    this.#collecting ??= setTimeout(() => this.#show(), COLLECTED)
  }

  #show(): void {
    clearTimeout(this.#collecting)
    this.#collecting = undefined
    this.#answers++
  }

  /** Cancels the search; sentences that wait are not decided until something changes. */
  cancel(): void {
    this.#asker.cancel()
    this.#progress = null
    this.#stopped = 'cancelled'
  }

  /** Searches after all. */
  retry(sentences: readonly string[]): void {
    this.#asked = null
    this.ask(sentences)
  }
}

/** Returns true where no part of the server that an answer depends on differs. */
function isSameBasis({ acl, conf, ...a }: ServerBasis, { acl: otherAcl, conf: otherConf, ...b }: ServerBasis): boolean {
  return acl === otherAcl && conf === otherConf && JSON.stringify(a) === JSON.stringify(b)
}

/** Returns a finding with its place in the sentence moved to where the sentence is. */
function placed(finding: Finding, { line, column, from }: Place): Finding {
  if (finding.kind !== 'invalid') return finding
  const { place } = finding
  return {
    ...finding,
    place: {
      line: place.line + line - 1,
      column: place.column + column - 1,
      from: place.from + from,
      to: place.to + from,
    },
  }
}
