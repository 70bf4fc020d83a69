import type { Finding } from '../../analysis/finding'
import type { WorkspaceSettings } from '../../workspace/state'
import type { Playground } from '../state/Playground.svelte'
import type { FileAdviser } from './adviser'

/** Advice, and the text that it is about. */
export interface Advised {
  readonly text: string
  readonly findings: readonly Finding[]
}

/** How long nobody may have typed before advice is worked out: it is not given on half a word. */
const PAUSE = 250
const nothing: Advised = { text: '', findings: [] }

/**
 * Advice on the files as they stand. The catalogue is fetched after the editors; files are looked at in pauses of
 * typing, and of users.acl only the lines that changed.
 */
export class Advice {
  #acl = $state.raw(nothing)
  #conf = $state.raw(nothing)
  #adviser: FileAdviser | null = null
  #loader: Promise<typeof import('./adviser')> | null = null
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
  get settings(): WorkspaceSettings {
    return this.#playground.settings
  }

  /** Works advice out anew after a pause. To be read in an effect: the files, the target and the settings count. */
  follow(): () => void {
    const { acl, conf, target, server, settings } = this.#playground
    void target
    void server
    const timer = setTimeout(() => void this.#advise(acl, conf, settings), PAUSE)
    return () => clearTimeout(timer)
  }

  async #advise(acl: string, conf: string, settings: WorkspaceSettings): Promise<void> {
    const adviser = await this.#current()
    const playground = this.#playground
    if (adviser === null) return
    const stale = (): boolean =>
      acl !== playground.acl ||
      conf !== playground.conf ||
      settings !== playground.settings ||
      adviser.target !== playground.target
    if (stale()) return
    const ofAcl = await adviser.advise(acl, settings, stale)
    if (ofAcl !== null) this.#acl = { text: acl, findings: ofAcl }
    const ofConf = await adviser.adviseConf(conf, acl, settings, stale)
    if (ofConf !== null) this.#conf = { text: conf, findings: ofConf }
  }

  async #current(): Promise<FileAdviser | null> {
    try {
      this.#loader ??= import('./adviser')
      const { FileAdviser: Made } = await this.#loader
      const { target, server } = this.#playground
      if (target === null) return null
      const users = server?.users ?? null
      if (this.#adviser?.target !== target || this.#adviser.users !== users) this.#adviser = new Made(target, users)
      return this.#adviser
    } catch {
      // Without a network the advice comes with the next edit that has one.
      this.#loader = null
      return null
    }
  }

  /** A file with every safe fix made: all users may do, and log in with, the same as before. */
  async fixed(file: 'acl' | 'conf'): Promise<string> {
    const { acl, conf } = this.#playground
    const adviser = await this.#current()
    if (adviser === null) return file === 'acl' ? acl : conf
    return file === 'acl' ? adviser.fixAll(acl, this.settings) : adviser.fixAllConf(conf, acl, this.settings)
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
