import type { Finding } from '../../analysis/finding'
import type { WorkspaceSettings } from '../../workspace/state'
import type { Playground } from '../state/Playground.svelte'
import { AdviceWorker } from './advice-worker'
import { loadTables } from '../../targets/load'
import type { TableData } from '../../targets/table'
import type { Target } from '../../targets/target'
import type { AdviceTarget, Subject } from './protocol'

/** Advice, and the text that it is about. */
export interface Advised {
  readonly text: string
  readonly findings: readonly Finding[]
}

/** How long nobody may have typed before advice is worked out: it is not given on half a word. */
const PAUSE = 250
const nothing: Advised = { text: '', findings: [] }

/** Why the diagnostics are not about the files as they are: they took too long, or their worker could not run. */
export type Unchecked = 'late' | 'failed'

/**
 * Diagnostics on the files as they stand, made by a worker in pauses of typing: whatever they cost, the page answers.
 * Until newer ones come, the last ones stay.
 */
export class Advice {
  #acl = $state.raw(nothing)
  #conf = $state.raw(nothing)
  #unchecked = $state.raw<Unchecked | null>(null)
  readonly #worker = new AdviceWorker()
  /** The tables of the target in use, as they are stored. */
  #tables: { readonly of: Target; readonly tables: readonly TableData[] } | null = null
  readonly #playground: Playground

  constructor(playground: Playground) {
    this.#playground = playground
  }

  /** The newest advice; its text may lag behind while somebody types. */
  get acl(): Advised {
    return this.#acl
  }
  get conf(): Advised {
    return this.#conf
  }
  /** Why there are no diagnostics on the files as they are; null where there are, or soon will be. */
  get unchecked(): Unchecked | null {
    return this.#unchecked
  }
  get settings(): WorkspaceSettings {
    return this.#playground.settings
  }

  /** Works advice out anew after a pause. To be read in an effect: the files, the target and the settings count. */
  follow(): () => void {
    const { target, server } = this.#playground
    void target
    void server
    const subject = this.#subject
    this.#worker.warm()
    const timer = setTimeout(() => void this.#advise(subject), PAUSE)
    return () => clearTimeout(timer)
  }

  get #subject(): Subject {
    const { acl, conf, settings } = this.#playground
    return { acl, conf, settings }
  }

  async #target(): Promise<AdviceTarget | null> {
    const { target, server } = this.#playground
    if (target === null) return null
    if (this.#tables?.of !== target)
      this.#tables = { of: target, tables: await loadTables(target.id, { modules: target.modules }) }
    const { tables } = this.#tables
    return { id: target.id, tables, allChannels: (server?.users ?? target.behaviours).allChannelsByDefault }
  }

  async #advise(subject: Subject): Promise<void> {
    const target = await this.#target()
    if (target === null) return
    const outcome = await this.#worker.advise(target, subject, (file, findings) => {
      if (file === 'acl') this.#acl = { text: subject.acl, findings }
      else this.#conf = { text: subject.conf, findings }
    })
    if (outcome !== 'dropped') this.#unchecked = outcome === 'done' ? null : outcome
  }

  /** A file with every safe fix made: all users may do, and log in with, the same as before. */
  async fixed(file: 'acl' | 'conf'): Promise<string> {
    const before = this.#playground[file]
    const target = await this.#target()
    return target === null ? before : ((await this.#worker.fixed(target, this.#subject, file)) ?? before)
  }

  /** Gives a kind of advice no more, for one user's line or (null) at all. */
  silence(code: string, user: string | null): void {
    const { silenced, silencedFor } = this.settings
    if (user === null) this.#take({ silenced: [...silenced.filter((one) => one !== code), code] })
    else
      this.#take({ silencedFor: { ...silencedFor, [user]: [...this.#of(user).filter((one) => one !== code), code] } })
  }

  /** Gives it again. */
  unsilence(code: string, user: string | null): void {
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

  /** Remembers a choice of this workspace, such as the client library; null forgets it. */
  choose(name: string, value: string | null): void {
    const others = Object.fromEntries(Object.entries(this.settings.choices).filter(([key]) => key !== name))
    this.#take({ choices: value === null ? others : { ...others, [name]: value } })
  }

  /** What was chosen; null where nothing was. */
  choice(name: string): string | null {
    const { choices } = this.settings
    return Object.hasOwn(choices, name) ? (choices[name] ?? null) : null
  }
}
