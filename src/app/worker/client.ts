import type { Progress } from '../../analysis/steps'
import { loadTables } from '../../targets/load'
import type { TargetId } from '../../targets/target'
import type { FromWorker, Inputs, Kind, PartOf, Parts, Request, Results, TargetReference, ToWorker } from './protocol'

/** Milliseconds without a sign of life after which the worker is terminated. */
const PATIENCE = 8_000

/** A server version. */
export interface Version {
  readonly id: TargetId
  readonly modules: boolean
}

/** The end of a question without a result. */
export class Unanswered extends Error {
  /** @param reason `late`: the worker gave no sign of life for too long, and was terminated */
  constructor(readonly reason: 'failed' | 'late') {
    super(reason === 'late' ? 'The worker took too long.' : 'The worker failed.')
  }
}

/** Called while a question is being answered. */
export interface Watching<K extends Kind> {
  readonly onProgress?: (progress: Progress) => void
  /** Called with parts of the answer, in order. */
  readonly onPart?: (part: PartOf<K>) => void
  /** Called before the parts are sent from the first one on. */
  readonly onStart?: () => void
}

interface Open {
  readonly kind: Kind
  readonly versions: readonly Version[]
  readonly input: Inputs[Kind]
  readonly watching: Watching<Kind>
  /** Takes the result, or null where it was cancelled; or the reason why there is none. */
  readonly settle: (end: { readonly result: Results[Kind] | null } | Unanswered) => void
  isCancelled: boolean
}

const keyOf = ({ id, modules }: Version): string => `${id}${modules ? ' with modules' : ''}`

/**
 * The page's worker for long work. It is started with the first question. Questions take turns, so that a short one is
 * answered while a long one is worked on. Where one of them takes too long without a sign of life, it is ended with its
 * worker, and a new worker gets the others.
 */
class AnalysisWorker {
  #worker: Worker | null = null
  /** The keys of the targets that the worker has. */
  readonly #known = new Set<string>()
  readonly #open = new Map<number, Open>()
  /** The request that the worker works on. */
  #turn: number | null = null
  #watch: ReturnType<typeof setTimeout> | undefined
  #next = 1

  /** Starts the worker, so that the first question need not wait for that. */
  warm(): void {
    this.#current()
  }

  /**
   * Asks a question, and returns its number, by which it can be cancelled. `settle` is called once, unless it is cancelled.
   */
  ask(open: Omit<Open, 'isCancelled'>): number {
    const id = this.#next++
    this.#open.set(id, { ...open, isCancelled: false })
    void this.#send(id)
    return id
  }

  /** Cancels a question: nothing more is heard of it. */
  cancel(id: number): void {
    const open = this.#open.get(id)
    if (open === undefined || open.isCancelled) return
    open.isCancelled = true
    this.#post({ cancel: id })
  }

  async #send(id: number): Promise<void> {
    const open = this.#open.get(id)
    if (open === undefined) return
    try {
      const stored = await Promise.all(
        open.versions.map(async ({ id, modules }) => ({ id, tables: await loadTables(id, { modules }) })),
      )
      if (open.isCancelled) return void this.#open.delete(id)
      // What the worker has is looked up at the moment of sending: another worker may have been started meanwhile.
      const worker = this.#current()
      const targets = open.versions.map((version, i): TargetReference => {
        const key = keyOf(version)
        const target = this.#known.has(key) ? undefined : stored[i]
        this.#known.add(key)
        return { key, ...(target && { stored: target }) }
      })
      open.watching.onStart?.()
      worker.postMessage({ id, kind: open.kind, targets, input: open.input } satisfies Request)
      this.#watchOut()
    } catch {
      this.#open.delete(id)
      open.settle(new Unanswered('failed'))
    }
  }

  #post(message: ToWorker): void {
    this.#worker?.postMessage(message)
  }

  #current(): Worker {
    if (this.#worker !== null) return this.#worker
    const worker = new Worker(new URL('./analysis.worker.ts', import.meta.url), { type: 'module', name: 'analysis' })
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.#heard(data)
    // Its script could not be loaded, or it broke.
    worker.onerror = () => this.#end('failed')
    this.#worker = worker
    return worker
  }

  #heard({ id, ...news }: FromWorker): void {
    const open = this.#open.get(id)
    if (news.kind === 'turn') this.#turn = id
    else if (open !== undefined) {
      if (news.kind === 'done' || news.kind === 'dropped' || news.kind === 'failed') this.#open.delete(id)
      if (!open.isCancelled) {
        if (news.kind === 'progress') open.watching.onProgress?.(news)
        else if (news.kind === 'part')
          (open.watching.onPart as ((part: Parts[keyof Parts]) => void) | undefined)?.(news.part)
        else if (news.kind === 'failed') open.settle(new Unanswered('failed'))
        else open.settle({ result: news.kind === 'done' ? news.result : null })
      }
    }
    this.#watchOut()
  }

  /** Terminates the worker unless it sends a message in time. */
  #watchOut(): void {
    clearTimeout(this.#watch)
    if (this.#open.size > 0) this.#watch = setTimeout(() => this.#end('late'), PATIENCE)
  }

  /** Ends the worker, and with it the question that it works on; all of them where the worker does not work at all. */
  #end(reason: 'failed' | 'late'): void {
    this.#worker?.terminate()
    this.#worker = null
    this.#known.clear()
    const culprit = reason === 'late' && this.#turn !== null && this.#open.has(this.#turn) ? this.#turn : null
    this.#turn = null
    for (const [id, open] of [...this.#open]) {
      if (open.isCancelled) this.#open.delete(id)
      else if (culprit === null || culprit === id) {
        this.#open.delete(id)
        open.settle(new Unanswered(reason))
      } else void this.#send(id)
    }
  }
}

const worker = new AnalysisWorker()

/** Starts the page's worker, so that the first question need not wait for that. */
export const warmUp = (): void => worker.warm()

/** Asks the page's worker questions of which only the newest counts. */
export class Asker {
  #last: { readonly id: number; readonly drop: () => void } | null = null

  /**
   * Asks a question about server versions, and cancels the one before. Resolves to null where it was cancelled, rejects
   * with Unanswered where it has no answer.
   */
  ask<K extends Kind>(
    kind: K,
    versions: readonly Version[],
    input: Inputs[K],
    watching: Watching<K> = {},
  ): Promise<Results[K] | null> {
    this.cancel()
    return new Promise((resolve, reject) => {
      const id = worker.ask({
        kind,
        versions,
        input,
        watching: watching as unknown as Watching<Kind>,
        settle: (end) => {
          if (this.#last?.id === id) this.#last = null
          if (end instanceof Unanswered) reject(end)
          // The worker answers a question of a kind with a result of that kind.
          else resolve(end.result as Results[K] | null)
        },
      })
      this.#last = { id, drop: () => resolve(null) }
    })
  }

  /** Cancels the question that is not answered yet, where there is one. */
  cancel(): void {
    const last = this.#last
    this.#last = null
    if (last === null) return
    worker.cancel(last.id)
    last.drop()
  }
}
