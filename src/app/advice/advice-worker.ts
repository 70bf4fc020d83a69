import type { AdviceAnswer, AdviceNews, AdvisedFile, AdviceRequest, AdviceTarget, Subject } from './protocol'

/** Milliseconds without a sign of life after which the worker is ended. */
const PATIENCE = 8_000

/** How a request ended: `late` where the worker gave no sign of life for too long, and was ended. */
export type Outcome = 'done' | 'dropped' | 'failed' | 'late'

interface Open {
  readonly take: (news: AdviceNews) => void
  readonly end: (outcome: Outcome) => void
}

/** The worker that makes diagnostics, started when it is first needed, and anew after it was ended. */
export class AdviceWorker {
  #worker: Worker | null = null
  /** The target that the worker knows. */
  #known: AdviceTarget | null = null
  #watch: ReturnType<typeof setTimeout> | undefined
  #next = 1
  readonly #open = new Map<number, Open>()

  /** Starts the worker, so that the first request need not wait for that. */
  warm(): void {
    this.#current()
  }

  /** Makes diagnostics on both files; `take` is given those of one file at a time. */
  advise(
    target: AdviceTarget,
    subject: Subject,
    take: (file: AdvisedFile, findings: Extract<AdviceNews, { kind: 'findings' }>['findings']) => void,
  ): Promise<Outcome> {
    return this.#ask('advise', target, subject, (news) => news.kind === 'findings' && take(news.file, news.findings))
  }

  /** A file with every safe fix made; null where that failed. */
  async fixed(target: AdviceTarget, subject: Subject, file: AdvisedFile): Promise<string | null> {
    let text: string | null = null
    await this.#ask({ fix: file }, target, subject, (news) => {
      if (news.kind === 'fixed') text = news.text
    })
    return text
  }

  #ask(
    want: AdviceRequest['want'],
    target: AdviceTarget,
    subject: Subject,
    take: (news: AdviceNews) => unknown,
  ): Promise<Outcome> {
    const id = this.#next++
    const worker = this.#current()
    const isKnown =
      this.#known !== null && this.#known.tables === target.tables && this.#known.allChannels === target.allChannels
    this.#known = target
    const request: AdviceRequest = { id, want, subject, ...(!isKnown && { target }) }
    return new Promise((resolve) => {
      this.#open.set(id, {
        take,
        end: (outcome) => {
          this.#open.delete(id)
          this.#watchOut()
          resolve(outcome)
        },
      })
      worker.postMessage(request)
      this.#watchOut()
    })
  }

  #current(): Worker {
    if (this.#worker !== null) return this.#worker
    const worker = new Worker(new URL('./advice.worker.ts', import.meta.url), { type: 'module', name: 'diagnostics' })
    worker.onmessage = ({ data }: MessageEvent<AdviceAnswer>) => this.#heard(data)
    // Its script could not be loaded, or it broke.
    worker.onerror = () => this.#end('failed')
    this.#worker = worker
    return worker
  }

  #heard({ id, ...news }: AdviceAnswer): void {
    const request = this.#open.get(id)
    this.#watchOut()
    request?.take(news)
    if (news.kind === 'fixed') request?.end('done')
    else if (news.kind !== 'progress' && news.kind !== 'findings') request?.end(news.kind)
  }

  /** Ends the worker unless it is heard of in time. */
  #watchOut(): void {
    clearTimeout(this.#watch)
    if (this.#open.size > 0) this.#watch = setTimeout(() => this.#end('late'), PATIENCE)
  }

  #end(outcome: 'failed' | 'late'): void {
    this.#worker?.terminate()
    this.#worker = null
    this.#known = null
    for (const { end } of [...this.#open.values()]) end(outcome)
  }
}
