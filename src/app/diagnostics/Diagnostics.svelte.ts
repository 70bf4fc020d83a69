import type { ClientSide } from '../../analysis/checklist/types'
import type { Diagnostic } from '../../analysis/diagnostic'
import type { SimulatedServer } from '../../server/server'
import type { Playground } from '../state/Playground.svelte'
import type { DiagnosticsWorker } from './diagnostics-worker'
import { loadTables } from '../../targets/load'
import type { TableData } from '../../targets/table'
import type { Target } from '../../targets/target'
import type { CheckedFile, CheckTarget, CoverageOf, ListedCoverage, ListedItem, Subject } from './protocol'

/** The diagnostics of a file, and the text that was checked. */
export interface Checked {
  readonly text: string
  readonly diagnostics: readonly Diagnostic[]
}

/** Milliseconds without typing after which the files are checked, so that half a word is not. */
const PAUSE = 250
const nothing: Checked = { text: '', diagnostics: [] }

/** The reason why the files were not checked as they are: checking took too long, or its worker could not run. */
export type Unchecked = 'late' | 'failed'

/**
 * The diagnostics of the files, computed by a worker in pauses of typing, so that the page always answers. Until newer ones
 * arrive, the last ones stay.
 */
export class Diagnostics {
  #acl = $state.raw(nothing)
  #conf = $state.raw(nothing)
  #unchecked = $state.raw<Unchecked | null>(null)
  #worker: Promise<DiagnosticsWorker> | null = null
  /** The raw tables of the target in use. */
  #tables: { readonly of: Target; readonly tables: readonly TableData[] } | null = null
  readonly #playground: Playground

  constructor(playground: Playground) {
    this.#playground = playground
  }

  /** The newest diagnostics of users.acl; their text may lag behind while somebody types. */
  get acl(): Checked {
    return this.#acl
  }
  /** Those of redis.conf. */
  get conf(): Checked {
    return this.#conf
  }
  /** The reason why the files as they are were not checked; null where they were, or soon will be. */
  get unchecked(): Unchecked | null {
    return this.#unchecked
  }
  /** All diagnostics of a file: the server's errors first. */
  all(file: CheckedFile): readonly Diagnostic[] {
    return [...this.#playground.files[file].errors, ...this[file].diagnostics]
  }
  /** Returns the number of diagnostics of a file that have a safe fix. */
  safeFixes(file: CheckedFile): number {
    return this.all(file).filter(({ fixes }) => fixes.some((fix) => fix.safe)).length
  }
  /**
   * Checks the files after a pause. Call it in an effect: it depends on the files, the target and the settings.
   * Returns a function that cancels the check.
   */
  follow(): () => void {
    const subject = this.#subject
    const { target, server } = this.#playground.host
    void this.#started().catch(() => undefined)
    const timer = setTimeout(() => void this.#check(subject, target, server), PAUSE)
    return () => clearTimeout(timer)
  }

  /** Returns the worker. Rejects where that part of the page cannot be loaded; the next call tries again. */
  #started(): Promise<DiagnosticsWorker> {
    const start = async (): Promise<DiagnosticsWorker> => {
      try {
        const worker = new (await import('./diagnostics-worker')).DiagnosticsWorker()
        worker.warm()
        return worker
      } catch (error) {
        this.#worker = null
        throw error
      }
    }
    return (this.#worker ??= start())
  }

  get #subject(): Subject {
    const { files, settings } = this.#playground
    return { acl: files.acl.text, conf: files.conf.text, settings }
  }

  async #target(target: Target | null, server: SimulatedServer | null): Promise<CheckTarget | null> {
    if (target === null) return null
    if (this.#tables?.of !== target)
      this.#tables = { of: target, tables: await loadTables(target.id, { modules: target.modules }) }
    const { tables } = this.#tables
    return { id: target.id, tables, allChannels: (server?.users ?? target.behaviours).allChannelsByDefault }
  }

  async #check(subject: Subject, of: Target | null, server: SimulatedServer | null): Promise<void> {
    const target = await this.#target(of, server)
    if (target === null) return
    const worker = await this.#started().catch(() => null)
    const outcome =
      worker === null
        ? 'failed'
        : await worker.check(target, subject, (file, diagnostics) => {
            if (file === 'acl') this.#acl = { text: subject.acl, diagnostics }
            else this.#conf = { text: subject.conf, diagnostics }
          })
    if (outcome !== 'dropped') this.#unchecked = outcome === 'done' ? null : outcome
  }

  /** Works out the security checklist of the files as they are; null where newer ones took their place. Rejects where that failed. */
  async checklist(client: ClientSide): Promise<readonly ListedItem[] | null> {
    const { host } = this.#playground
    const subject = this.#subject
    const target = await this.#target(host.target, host.server)
    return target && (await this.#started()).checklist(target, subject, client)
  }

  /** Returns which rules of users.acl as it is decisions depended on; null where a newer request took its place. Rejects where that failed. */
  async coverage(of: CoverageOf): Promise<ListedCoverage | null> {
    const { host } = this.#playground
    const subject = this.#subject
    const target = await this.#target(host.target, host.server)
    return target && (await this.#started()).coverage(target, subject, of)
  }

  /** Returns a file with every safe fix applied: every user keeps the same permissions and passwords. */
  async fixed(file: 'acl' | 'conf'): Promise<string> {
    const before = this.#playground.files[file].text
    const { host } = this.#playground
    const target = await this.#target(host.target, host.server)
    return target === null ? before : ((await (await this.#started()).fixed(target, this.#subject, file)) ?? before)
  }
}
