import type { Progress } from '../analysis/steps'
import { loadTables } from '../targets/load'
import type { TargetId } from '../targets/target'
import type { Timers } from './environment'
import type { FromEngine, Inputs, Kind, PartOf, Request, Results, TargetReference, ToEngine } from './protocol'

/** Milliseconds without a sign of life after which somebody is told, and after which the engine is ended. */
export const SILENCE = 2_000
export const PATIENCE = 8_000

/** A running engine. */
export interface Link {
  post(message: ToEngine): void
  /** Ends it, whatever it is doing. */
  end(): void
}

/** Starts an engine: `hear` takes its messages, `broke` is called where it cannot be started or breaks. */
export type Start = (hear: (message: FromEngine) => void, broke: () => void) => Link

/** A server version. */
export interface Version {
  readonly id: TargetId
  readonly modules: boolean
  /** The exact release; absent: the one that the target was made from. */
  readonly release?: string
}

/** The end of a question without a result. */
export class Unanswered extends Error {
  /** @param reason `late`: the engine gave no sign of life for too long, and was ended; `stopped`: somebody ended it */
  constructor(readonly reason: 'failed' | 'late' | 'stopped') {
    super(
      { late: 'The engine took too long.', stopped: 'The engine was stopped.', failed: 'The engine failed.' }[reason],
    )
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

/** A question that the engine works on. */
export interface Working {
  readonly kind: Kind
  /** The part of it, such as a sentence; empty: none in particular. */
  readonly at: string
}

/** News of the engine, as an observer is told it. */
export interface Observer {
  /** No sign of life for a while: the question that it works on. Null: there is one again, or the engine was ended. */
  silent(working: Working | null): void
  /** The engine was ended because of a question, and another one started for the others. */
  ended(working: Working, reason: 'late' | 'stopped'): void
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

const keyOf = ({ id, modules, release = '' }: Version): string => `${id} ${release}${modules ? ' with modules' : ''}`

/**
 * The side of the engine that asks. The engine is started with the first question. Questions take turns, so that a short one is
 * answered while a long one is worked on. Where one of them takes too long without a sign of life, it is ended with its
 * engine, and a new engine gets the others.
 */
export class Client {
  readonly #start: Start
  readonly #timers: Timers
  #observer: Observer | null = null
  #link: Link | null = null
  /** The keys of the targets that the engine has. */
  readonly #known = new Set<string>()
  readonly #open = new Map<number, Open>()
  /** The request that the engine works on. */
  #turn: { readonly id: number; readonly at: string } | null = null
  #unwatch: (() => void)[] = []
  #isSilent = false
  #next = 1

  constructor(start: Start, timers: Timers) {
    this.#start = start
    this.#timers = timers
  }

  /** Tells an observer of silences and ends from now on. */
  observe(observer: Observer): void {
    this.#observer = observer
    if (this.#isSilent) observer.silent(this.#working)
  }

  /** Starts the engine, so that the first question need not wait for that. */
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
    this.#link?.post({ cancel: id })
  }

  /** Ends the question that the engine works on without a sign of life. */
  stop(): void {
    if (this.#isSilent) this.#end('stopped')
  }

  async #send(id: number): Promise<void> {
    const open = this.#open.get(id)
    if (open === undefined) return
    try {
      const stored = await Promise.all(
        open.versions.map(async ({ id, modules, release }) => ({
          id,
          ...(release !== undefined && { release }),
          tables: await loadTables(id, { modules }),
        })),
      )
      if (open.isCancelled) return void this.#open.delete(id)
      // What the engine has is looked up at the moment of sending: another one may have been started meanwhile.
      const link = this.#current()
      const targets = open.versions.map((version, i): TargetReference => {
        const key = keyOf(version)
        const target = this.#known.has(key) ? undefined : stored[i]
        this.#known.add(key)
        return { key, ...(target && { stored: target }) }
      })
      open.watching.onStart?.()
      link.post({ id, kind: open.kind, targets, input: open.input } satisfies Request)
      this.#watchOut()
    } catch {
      this.#open.delete(id)
      open.settle(new Unanswered('failed'))
    }
  }

  #current(): Link {
    this.#link ??= this.#start(
      (message) => this.#heard(message),
      () => this.#end('failed'),
    )
    return this.#link
  }

  #heard({ id, ...news }: FromEngine): void {
    const open = this.#open.get(id)
    if (news.kind === 'turn') this.#turn = { id, at: news.at }
    else if (open !== undefined) {
      if (news.kind === 'done' || news.kind === 'dropped' || news.kind === 'failed') this.#open.delete(id)
      if (!open.isCancelled) {
        if (news.kind === 'progress') open.watching.onProgress?.(news)
        else if (news.kind === 'part') (open.watching.onPart as ((part: PartOf<Kind>) => void) | undefined)?.(news.part)
        else if (news.kind === 'failed') open.settle(new Unanswered('failed'))
        else open.settle({ result: news.kind === 'done' ? news.result : null })
      }
    }
    this.#watchOut()
  }

  /** Waits for a sign of life from now on, unless nothing is asked. */
  #watchOut(): void {
    for (const end of this.#unwatch) end()
    this.#speak()
    this.#unwatch =
      this.#open.size === 0
        ? []
        : [this.#timers.after(SILENCE, () => this.#fallSilent()), this.#timers.after(PATIENCE, () => this.#end('late'))]
  }

  /** The question that the engine works on; null where it has not begun with one that is still open. */
  get #working(): Working | null {
    const open = this.#turn === null ? undefined : this.#open.get(this.#turn.id)
    return this.#turn === null || open === undefined ? null : { kind: open.kind, at: this.#turn.at }
  }

  #fallSilent(): void {
    const working = this.#working
    if (working === null || [...this.#open.values()].every(({ isCancelled }) => isCancelled)) return
    this.#isSilent = true
    this.#observer?.silent(working)
  }

  #speak(): void {
    if (this.#isSilent) this.#observer?.silent(null)
    this.#isSilent = false
  }

  /** Ends the engine, and with it the question that it works on; all of them where it does not work at all. */
  #end(reason: 'failed' | 'late' | 'stopped'): void {
    this.#link?.end()
    this.#link = null
    this.#known.clear()
    for (const end of this.#unwatch) end()
    const working = this.#working
    const culprit = reason !== 'failed' && working !== null ? this.#turn?.id : undefined
    this.#turn = null
    this.#speak()
    const wasWanted = culprit !== undefined && this.#open.get(culprit)?.isCancelled === false
    if (wasWanted && working !== null && reason !== 'failed') this.#observer?.ended(working, reason)
    for (const [id, open] of [...this.#open]) {
      if (open.isCancelled) this.#open.delete(id)
      else if (culprit === undefined || culprit === id) {
        this.#open.delete(id)
        open.settle(new Unanswered(reason))
      } else void this.#send(id)
    }
  }
}

/** Asks questions of which only the newest counts. */
export class Asker {
  readonly #client: Client
  #last: { readonly id: number; readonly drop: () => void } | null = null

  constructor(client: Client) {
    this.#client = client
  }

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
      const id = this.#client.ask({
        kind,
        versions,
        input,
        watching: watching,
        settle: (end) => {
          if (this.#last?.id === id) this.#last = null
          if (end instanceof Unanswered) reject(end)
          // The engine answers a question of a kind with a result of that kind.
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
    this.#client.cancel(last.id)
    last.drop()
  }
}
