import { tick as rendered } from 'svelte'
import { commonHead, commonTail } from '../../acl/common'
import { loadTarget } from '../../targets/load'
import type { Target, TargetId } from '../../targets/target'
import type { Before } from '../../workspace/before'
import { plainSettings, type WorkspaceSettings } from '../../workspace/settings'
import { type WorkspaceState, withinLimits } from '../../workspace/state'
import { Connections } from './Connections.svelte'
import { Files } from './Files.svelte'
import { Host } from './Host.svelte'
import type { FileTab } from './Layout.svelte'
import { pause } from './pace'
import { parseAhead, usersAhead } from './parse-ahead'
import { welcomeFor } from './welcome'

/** Characters of users.acl, or of a change of it, that are parsed in one go. More would hold up the page. */
const LONG = 100_000

/**
 * The workspace: its files, the simulated server made of them, and the connections to it. Editing users.acl is ACL LOAD;
 * editing redis.conf takes effect when the server starts again.
 */
export class Playground {
  readonly files = new Files()
  readonly host: Host = new Host(this.files, {
    changed: () => this.connections.refresh(),
    rulesChanged: () => this.#judgeSoon(),
    usersChanged: () => this.connections.usersChanged(),
    started: (first) => this.connections.serverStarted(first),
    wentDown: () => this.connections.lose(),
    saved: () => void this.#pointSoon(),
  })
  readonly connections: Connections = new Connections(
    () => this.host.server,
    () => this.loadFile(),
  )
  /** Muted diagnostics and choices, which travel with the workspace. */
  settings = $state.raw<WorkspaceSettings>(plainSettings)
  /** The workspace's name, its note, and what makes it an exercise. */
  about = $state.raw<Pick<WorkspaceState, 'title' | 'note' | 'exercise'>>({})
  /** Counts the versions and workspaces that were asked for: only the last one counts. */
  readonly #asked = { version: 0, workspace: 0, start: 0, load: 0 }
  /** Resolves once the workspace that was asked for last is in place, or was given up. */
  #placing: Promise<unknown> = Promise.resolve()
  /** True while users.acl is parsed for the server, which still has the rules before. */
  isLoading = $state(false)
  #judging = false

  /** Stores an editor's text. A running server loads users.acl; a stopped one tries to start. */
  edit(file: FileTab, text: string): void {
    const before = this.files[file].text
    if (text === before) return
    this.files[file].edit(text)
    this.#edited(file, before)
  }

  /** Replaces the text of a file and its editor, as if it were typed. */
  replace(file: FileTab, text: string): void {
    const before = this.files[file].text
    this.files[file].replace(text)
    if (text !== before) this.#edited(file, before)
  }

  #edited(file: FileTab, before: string): void {
    if (file === 'expect') return
    if (this.host.server === null) void this.restart()
    else if (file === 'acl') void this.#loadSoon(before)
  }

  /** Runs ACL LOAD: at once, or after a long change in pieces of work. */
  async #loadSoon(before: string): Promise<void> {
    this.#asked.load++
    const { text } = this.files.acl
    const isLong = text.length > LONG && (this.isLoading || changedPart(before, text) > LONG)
    if (!isLong || (await this.#parsedAhead())) this.loadFile()
  }

  /** Loads the users.acl that ACL SAVE wrote, so that rules point into it: soon, or if it is long after pieces of work. */
  async #pointSoon(): Promise<void> {
    const asked = ++this.#asked.load
    if (this.files.acl.text.length > LONG) {
      if (!(await this.#parsedAhead())) return
    } else {
      await Promise.resolve()
      if (asked !== this.#asked.load) return
    }
    this.isLoading = false
    this.host.pointIntoFile()
  }

  /** Parses users.acl for the running server, in pieces of work. Resolves to false where it changed or was loaded meanwhile. */
  async #parsedAhead(): Promise<boolean> {
    const asked = this.#asked.load
    const isStale = (): boolean => asked !== this.#asked.load
    this.isLoading = true
    // The editor shows the change first.
    await pause()
    const { server } = this.host
    if (!isStale() && server !== null) await parseAhead(server.users, this.files.acl.text, isStale)
    return !isStale()
  }

  /** Runs ACL LOAD. */
  loadFile(): void {
    this.isLoading = false
    const before = this.connections.seen()
    const result = this.host.load()
    if (result === null) return
    if (result.ok) this.connections.fileLoaded(before)
    this.host.rulesChanged()
  }

  /** Has the server load another users.acl than the workspace's, for commands that ran under it. */
  #runUnder(acl: string): void {
    const before = this.connections.seen()
    if (this.host.loadOther(acl)) this.connections.fileLoaded(before)
  }

  /** Starts the server again on the files as they are. Data and logged-in users stay, as far as they still exist. */
  start(): void {
    this.#asked.start++
    this.#asked.load++
    this.isLoading = false
    this.host.start()
    if (this.host.server !== null) this.connections.catchUp()
  }

  /** Does the same, but parses a long file in pieces of work first. */
  async restart(): Promise<void> {
    const { acl, conf } = this.files
    const ready = this.#parseAhead(this.host.target, acl.text, conf.text)
    if (ready === null || (await ready)) this.start()
  }

  /**
   * Parses a long users.acl for the next start; null where it is short. Resolves to false where another start was asked for
   * meanwhile.
   */
  #parseAhead(target: Target | null, acl: string, conf: string): Promise<boolean> | null {
    return target === null || acl.length <= LONG ? null : this.#usersAhead(target, acl, conf)
  }

  async #usersAhead(target: Target, acl: string, conf: string): Promise<boolean> {
    const asked = ++this.#asked.start
    const isCurrent = (): boolean => asked === this.#asked.start
    this.host.ahead = await usersAhead(target, acl, conf, () => !isCurrent())
    return isCurrent()
  }

  /** Judges earlier commands again, once for all changes of this moment. */
  #judgeSoon(): void {
    if (this.#judging) return
    this.#judging = true
    queueMicrotask(() => {
      this.#judging = false
      this.connections.judgeAgain()
    })
  }

  /** Changes the server's version. Rejects where its commands cannot be loaded. */
  async use(id: TargetId, modules: boolean, release: string | null = null): Promise<void> {
    // A workspace brings its own version: a version takes its place where it was chosen later, and else gives way.
    const { workspace } = this.#asked
    await this.#placing
    const asked = ++this.#asked.version
    const isStale = (): boolean => this.#asked.version !== asked || this.#asked.workspace !== workspace
    const target = await loadTarget(id, { modules, ...(release !== null && { version: release }) })
    if (isStale()) return
    const { files, host } = this
    const ready = this.#parseAhead(target, files.acl.text, files.conf.text)
    if (ready !== null) await ready
    if (isStale()) return
    const texts = { acl: files.acl.text, conf: files.conf.text, expect: files.expect.text }
    const example = host.target && welcomeFor(texts, host.target, target)
    if (example !== null) {
      files.acl.replace(example.acl)
      files.expect.replace(example.expect ?? '')
    }
    host.choose(target, id, modules)
    this.start()
  }

  /** The whole workspace, as a link or this browser's storage holds it. */
  snapshot(): WorkspaceState {
    return withinLimits({
      target: this.host.targetId,
      ...(this.host.release !== null && { release: this.host.release }),
      modules: this.host.modules,
      files: this.files.snapshot(),
      ...this.connections.snapshot(),
      ...(JSON.stringify(this.settings) !== JSON.stringify(plainSettings) && { settings: this.settings }),
      ...this.about,
    })
  }

  /** Reads what `snapshot` and `before` depend on, for an effect that is to follow them. */
  follow(): void {
    const { files, host, connections, settings, about } = this
    void [files.snapshot(), files.opened, files.baseline, host.targetId, host.release, host.modules, settings, about]
    connections.follow()
  }

  /** The versions of users.acl to compare with, which only this browser's storage holds. */
  get before(): Before {
    return { opened: this.files.opened, chosen: this.files.baseline }
  }

  /**
   * Replaces everything by a saved workspace and runs its commands again. Returns false where another one was asked for
   * meanwhile. Rejects where the version's commands cannot be loaded.
   * @param before the versions of users.acl that a continued workspace was compared with
   * @param options `asks`: somebody else wrote it, so that its scripts run only with consent; `placed` is called when its
   *   files and connections are in place, before anything runs; `first`: the users.acl that its commands run under until one
   *   of them loads the file
   */
  async restore(
    state: WorkspaceState,
    before: Before | null = null,
    {
      asks = false,
      placed,
      first,
    }: { readonly asks?: boolean; readonly placed?: () => void; readonly first?: string | undefined } = {},
  ): Promise<boolean> {
    const asked = ++this.#asked.workspace
    const placing = this.#place(state, before, { asks, placed }, asked)
    this.#placing = placing.catch(() => undefined)
    if (!(await placing)) return false
    // Each step has a task of its own.
    await pause()
    if (this.#asked.workspace !== asked) return false
    this.host.start()
    await pause()
    if (this.#asked.workspace !== asked) return false
    if (first !== undefined) this.#runUnder(first)
    if (this.host.server !== null) this.connections.catchUp()
    await this.connections.caughtUp()
    await rendered()
    return true
  }

  /** Puts a workspace's files and connections in place; false where another one was asked for meanwhile. */
  async #place(
    state: WorkspaceState,
    before: Before | null,
    { asks, placed }: { readonly asks: boolean; readonly placed: (() => void) | undefined },
    asked: number,
  ): Promise<boolean> {
    const { release, modules } = state
    const target = await loadTarget(state.target, { modules, ...(release !== undefined && { version: release }) })
    // Short files too are parsed in a task of their own.
    await pause()
    await this.#usersAhead(target, state.files.acl, state.files.conf)
    if (this.#asked.workspace !== asked) return false
    this.#asked.load++
    this.isLoading = false
    this.connections.hangUp()
    this.host.discard()
    this.host.choose(target, state.target, modules)
    this.settings = state.settings ?? plainSettings
    const { title, note, exercise } = state
    this.about = { ...(title && { title }), ...(note && { note }), ...(exercise && { exercise }) }
    this.files.open(state.files, before)
    this.connections.restore(state.connections, state.entries, asks)
    placed?.()
    return true
  }
}

/** Returns the number of characters between the first and the last difference. */
function changedPart(before: string, text: string): number {
  const head = commonHead(before, text)
  return text.length - head - commonTail(before, text, Math.min(before.length, text.length) - head)
}
