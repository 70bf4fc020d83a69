import type { ClientSide } from '../../analysis/checklist/types'
import type { Diagnostic } from '../../analysis/diagnostic'
import type {
  CheckAnswer,
  CheckNews,
  CheckedFile,
  CheckRequest,
  CheckTarget,
  CoverageOf,
  ListedCoverage,
  ListedItem,
  Subject,
} from './protocol'

/** Milliseconds without a sign of life after which the worker is terminated. */
const PATIENCE = 8_000

/** The end of a request: `late` where the worker gave no sign of life for too long, and was terminated. */
export type Outcome = 'done' | 'dropped' | 'failed' | 'late'

interface Open {
  readonly take: (news: CheckNews) => void
  readonly end: (outcome: Outcome) => void
}

/** The worker that checks the files: started on first use, and again after it was terminated. */
export class DiagnosticsWorker {
  #worker: Worker | null = null
  /** The target of the worker's last request. */
  #known: CheckTarget | null = null
  #watch: ReturnType<typeof setTimeout> | undefined
  #next = 1
  readonly #open = new Map<number, Open>()

  /** Starts the worker, so that the first request need not wait for that. */
  warm(): void {
    this.#current()
  }

  /** Checks both files; `take` receives the diagnostics of one file at a time. */
  check(
    target: CheckTarget,
    subject: Subject,
    take: (file: CheckedFile, diagnostics: readonly Diagnostic[]) => void,
  ): Promise<Outcome> {
    const parts: Record<CheckedFile, Diagnostic[]> = { acl: [], conf: [] }
    return this.#ask('check', target, subject, (news) => {
      if (news.kind !== 'diagnostics') return
      const all = parts[news.file]
      for (const diagnostic of news.diagnostics) all.push(diagnostic)
      if (news.isLast) take(news.file, all)
    })
  }

  /** Returns a file with every safe fix applied; null where that failed. */
  async fixed(target: CheckTarget, subject: Subject, file: CheckedFile): Promise<string | null> {
    let text: string | null = null
    await this.#ask({ fix: file }, target, subject, (news) => {
      if (news.kind === 'fixed') text = news.text
    })
    return text
  }

  /** Works out the security checklist; null where a newer request took its place. Rejects where that failed. */
  async checklist(target: CheckTarget, subject: Subject, client: ClientSide): Promise<readonly ListedItem[] | null> {
    const news = await this.#answer({ checklist: client }, target, subject)
    return news?.kind === 'checklist' ? news.items : null
  }

  /** Returns which rules of users.acl decisions depended on; null where a newer request took its place. Rejects where that failed. */
  async coverage(target: CheckTarget, subject: Subject, coverage: CoverageOf): Promise<ListedCoverage | null> {
    const news = await this.#answer({ coverage }, target, subject)
    return news?.kind === 'coverage' ? news.coverage : null
  }

  /** Returns the one answer to a request; null where a newer request took its place. */
  async #answer(want: CheckRequest['want'], target: CheckTarget, subject: Subject): Promise<CheckNews | null> {
    let answer: CheckNews | null = null
    const outcome = await this.#ask(want, target, subject, (news) => {
      if (news.kind !== 'progress') answer = news
    })
    if (outcome === 'failed' || outcome === 'late') throw new Error('The worker failed.')
    return outcome === 'done' ? answer : null
  }

  #ask(
    want: CheckRequest['want'],
    target: CheckTarget,
    subject: Subject,
    take: (news: CheckNews) => unknown,
  ): Promise<Outcome> {
    const id = this.#next++
    const worker = this.#current()
    const isKnown =
      this.#known !== null && this.#known.tables === target.tables && this.#known.allChannels === target.allChannels
    this.#known = target
    const request: CheckRequest = { id, want, subject, ...(!isKnown && { target }) }
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
    const worker = new Worker(new URL('./diagnostics.worker.ts', import.meta.url), {
      type: 'module',
      name: 'diagnostics',
    })
    worker.onmessage = ({ data }: MessageEvent<CheckAnswer>) => this.#heard(data)
    // Its script could not be loaded, or it broke.
    worker.onerror = () => this.#end('failed')
    this.#worker = worker
    return worker
  }

  #heard({ id, ...news }: CheckAnswer): void {
    const request = this.#open.get(id)
    this.#watchOut()
    request?.take(news)
    if (news.kind === 'fixed' || news.kind === 'checklist' || news.kind === 'coverage') request?.end('done')
    else if (news.kind !== 'progress' && news.kind !== 'diagnostics') request?.end(news.kind)
  }

  /** Terminates the worker unless it sends a message in time. */
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
