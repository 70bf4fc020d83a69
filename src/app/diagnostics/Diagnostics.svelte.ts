import type { ClientSide } from '../../analysis/checklist/types'
import type { Diagnostic } from '../../analysis/diagnostic'
import type { SimulatedServer } from '../../server/server'
import type { WorkspaceSettings } from '../../workspace/state'
import type { Playground } from '../state/Playground.svelte'
import { DiagnosticsWorker } from './diagnostics-worker'
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
  readonly #worker = new DiagnosticsWorker()
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
  /** The muted diagnostics, each with the user that it is muted for; null: in the whole workspace. */
  get muted(): readonly { readonly code: string; readonly user: string | null }[] {
    const { silenced, silencedFor } = this.settings
    return [
      ...silenced.map((code) => ({ code, user: null })),
      ...Object.entries(silencedFor).flatMap(([user, codes]) => codes.map((code) => ({ code, user }))),
    ]
  }
  get settings(): WorkspaceSettings {
    return this.#playground.settings
  }

  /**
   * Checks the files after a pause. Call it in an effect: it depends on the files, the target and the settings.
   * Returns a function that cancels the check.
   */
  follow(): () => void {
    const subject = this.#subject
    const { target, server } = this.#playground.host
    this.#worker.warm()
    const timer = setTimeout(() => void this.#check(subject, target, server), PAUSE)
    return () => clearTimeout(timer)
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
    const outcome = await this.#worker.check(target, subject, (file, diagnostics) => {
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
    return target && this.#worker.checklist(target, subject, client)
  }

  /** Returns which rules of users.acl as it is decisions depended on; null where a newer request took its place. Rejects where that failed. */
  async coverage(of: CoverageOf): Promise<ListedCoverage | null> {
    const { host } = this.#playground
    const subject = this.#subject
    const target = await this.#target(host.target, host.server)
    return target && this.#worker.coverage(target, subject, of)
  }

  /** Returns a file with every safe fix applied: every user keeps the same permissions and passwords. */
  async fixed(file: 'acl' | 'conf'): Promise<string> {
    const before = this.#playground.files[file].text
    const { host } = this.#playground
    const target = await this.#target(host.target, host.server)
    return target === null ? before : ((await this.#worker.fixed(target, this.#subject, file)) ?? before)
  }

  /** Mutes a diagnostic by its code, for one user or (null) in the whole workspace. */
  mute(code: string, user: string | null): void {
    const { silenced, silencedFor } = this.settings
    if (user === null) this.#take({ silenced: [...silenced.filter((one) => one !== code), code] })
    else
      this.#take({ silencedFor: { ...silencedFor, [user]: [...this.#of(user).filter((one) => one !== code), code] } })
  }

  /** Takes back `mute`. */
  unmute(code: string, user: string | null): void {
    const { silenced, silencedFor } = this.settings
    if (user === null) return this.#take({ silenced: silenced.filter((one) => one !== code) })
    const rest = Object.entries({ ...silencedFor, [user]: this.#of(user).filter((one) => one !== code) }).filter(
      ([, codes]) => codes.length > 0,
    )
    this.#take({ silencedFor: Object.fromEntries(rest) })
  }

  #of(user: string): readonly string[] {
    const { silencedFor } = this.settings
    return Object.hasOwn(silencedFor, user) ? (silencedFor[user] ?? []) : []
  }

  #take(change: Partial<WorkspaceSettings>): void {
    this.#playground.settings = { ...this.settings, ...change }
  }

  /** Stores a choice of this workspace, such as the client library; null removes it. */
  choose(name: string, value: string | null): void {
    const others = Object.fromEntries(Object.entries(this.settings.choices).filter(([key]) => key !== name))
    this.#take({ choices: value === null ? others : { ...others, [name]: value } })
  }

  /** The stored choice; null where there is none. */
  choice(name: string): string | null {
    const { choices } = this.settings
    return Object.hasOwn(choices, name) ? (choices[name] ?? null) : null
  }
}
