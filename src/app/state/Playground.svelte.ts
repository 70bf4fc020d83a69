import { tick as rendered } from 'svelte'
import type { Bytes } from '../../acl/bytes'
import type { Finding } from '../../analysis/finding'
import type { SimulatedServer } from '../../server/server'
import type { Origin } from '../../server/types'
import { defaultTargetId } from '../../targets/infos'
import { loadTarget } from '../../targets/load'
import type { Target, TargetId } from '../../targets/target'
import type { Before } from '../../workspace/before'
import { type WorkspaceSettings, type WorkspaceState, plainSettings, withinLimits } from '../../workspace/state'
import { Connections } from './Connections.svelte'
import type { Console } from './Console.svelte'
import type { Entry } from './Entry.svelte'
import { Files, type FileState } from './Files.svelte'
import { Host, type Down } from './Host.svelte'
import type { Session } from './Session.svelte'
import type { Difference } from './memory-and-file'
import { welcomeFor } from './welcome'

/**
 * The playground: the files, the simulated server made of them, and the connections to it. Editing users.acl is ACL LOAD;
 * editing redis.conf takes effect when the server starts again.
 */
export class Playground {
  readonly #files = new Files()
  readonly #host = new Host(this.#files, {
    changed: () => this.#connections.refresh(),
    usersChanged: () => this.#connections.usersChanged(),
    started: (first) => this.#connections.serverStarted(first),
    wentDown: () => this.#connections.lose(),
  })
  readonly #connections = new Connections(
    () => this.#host.server,
    () => this.loadFile(),
  )
  #target = $state.raw<Target | null>(null)
  #targetId = $state.raw<TargetId>(defaultTargetId)
  #modules = $state(false)
  /** What travels with the workspace besides files and commands: silenced advice, choices. */
  settings = $state.raw<WorkspaceSettings>(plainSettings)
  /** Which version was asked for last, and which workspace: what was asked for before and comes later is left. */
  #asked = { version: 0, workspace: 0 }

  // The files

  get acl(): string {
    return this.#files.acl.text
  }
  get conf(): string {
    return this.#files.conf.text
  }
  /** users.expect */
  get expect(): string {
    return this.#files.expect.text
  }
  get aclRevision(): number {
    return this.#files.acl.revision
  }
  get confRevision(): number {
    return this.#files.conf.revision
  }
  get expectRevision(): number {
    return this.#files.expect.revision
  }
  /** users.acl as it was when the workspace was opened. */
  get opened(): string {
    return this.#files.opened
  }
  /** The version of users.acl that it is compared with. */
  get baseline(): string {
    return this.#files.baseline
  }
  set baseline(text: string) {
    this.#files.baseline = text
  }
  get fileState(): FileState {
    return this.#files.state
  }
  get aclFindings(): readonly Finding[] {
    return this.#files.aclFindings
  }
  get confFindings(): readonly Finding[] {
    return this.#files.confFindings
  }
  /** redis.conf was edited since the server started. */
  get confChanged(): boolean {
    return this.#files.confChanged
  }

  /** users.acl was edited: a running server loads it, a stopped one tries to start. */
  editAcl(text: string): void {
    if (text === this.acl) return
    this.#files.acl.edit(text)
    if (this.server === null) this.start()
    else this.loadFile()
  }

  /** redis.conf was edited. A stopped server tries to start. */
  editConf(text: string): void {
    if (text === this.conf) return
    this.#files.conf.edit(text)
    if (this.server === null) this.start()
  }

  /** users.expect was edited. */
  editExpect(text: string): void {
    this.#files.expect.edit(text)
  }

  /** Puts another text into the users.acl editor, as if it were typed. */
  replaceAcl(text: string): void {
    const changed = text !== this.acl
    this.#files.acl.replace(text)
    if (!changed) return
    if (this.server === null) this.start()
    else this.loadFile()
  }

  /** Puts another text into the redis.conf editor, as if it were typed. */
  replaceConf(text: string): void {
    const changed = text !== this.conf
    this.#files.conf.replace(text)
    if (changed && this.server === null) this.start()
  }

  /** Puts another text into the users.expect editor. */
  replaceExpect(text: string): void {
    this.#files.expect.replace(text)
  }

  /** ACL LOAD. */
  loadFile(): void {
    if (this.#target === null) return
    const before = this.#connections.seen()
    const result = this.#host.load(this.#target)
    if (result === null) return
    if (result.ok) this.#connections.fileLoaded(before)
    this.#host.rulesChanged()
  }

  /** ACL SAVE: writes the memory into the editor. */
  saveMemory(): void {
    this.#host.save()
  }

  // The server

  get target(): Target | null {
    return this.#target
  }
  get targetId(): TargetId {
    return this.#targetId
  }
  get modules(): boolean {
    return this.#modules
  }
  get server(): SimulatedServer | null {
    return this.#host.server
  }
  /** Why no server runs; null where one does. */
  get down(): Down | null {
    return this.#host.down
  }
  /** Whether what is in memory is what the file says. */
  get agrees(): boolean {
    return this.#host.agrees
  }
  /** Read by views that show the server's insides: they are worked out again after every change. */
  get changes(): number {
    return this.#host.changes
  }
  /** Goes up when users changed: earlier verdicts are worked out again then. */
  get rules(): number {
    return this.#host.rules
  }
  get userNames(): readonly Bytes[] {
    void this.rules
    return this.server === null ? [] : [...this.server.users].map((user) => user.name).sort()
  }

  /** Starts the server anew on the files as they are. Data and logged-in users stay, as far as they still exist. */
  start(): void {
    if (this.#target === null) return
    this.#host.start(this.#target)
    if (this.server !== null) this.#connections.catchUp()
  }

  /** Changes the server's version. Rejects where its commands cannot be loaded. */
  async use(id: TargetId, modules: boolean): Promise<void> {
    const asked = ++this.#asked.version
    const target = await loadTarget(id, { modules })
    if (this.#asked.version !== asked) return
    const example =
      this.#target && welcomeFor({ acl: this.acl, conf: this.conf, expect: this.expect }, this.#target, target)
    if (example !== null) {
      this.#files.acl.replace(example.acl)
      this.#files.expect.replace(example.expect ?? '')
    }
    this.#targetId = id
    this.#modules = modules
    this.#target = target
    this.start()
  }

  /** The users on which memory and file differ. */
  differences(): readonly Difference[] {
    return this.#host.differences()
  }

  /** Lets time act. */
  tick(): void {
    this.#host.tick()
  }

  /** Puts the server's clock forward, so that what expires can be seen to. */
  stepClock(milliseconds: number): void {
    this.#host.stepClock(milliseconds)
  }

  /** ACL LOG RESET. */
  resetLog(): void {
    this.#host.resetLog()
  }

  // Connections

  get consoles(): readonly Console[] {
    return this.#connections.all
  }
  get active(): string {
    return this.#connections.active
  }
  set active(id: string) {
    this.#connections.active = id
  }
  /** The connection in view. */
  get console(): Console | null {
    return this.#connections.current
  }
  /** How many commands of a saved session have yet to run. */
  get pending(): number {
    return this.session?.pending.length ?? 0
  }
  /** What a saved session still has to run. */
  get session(): Session | null {
    return this.#connections.session
  }

  /** Opens a connection and shows it. */
  open(origin: Origin, startsAs: string | null): Console {
    return this.#connections.open(origin, startsAs)
  }

  /** Hangs up and forgets a connection; the last one is opened afresh. */
  close(one: Console): void {
    this.#connections.close(one)
  }

  /** Gives up waiting for a reply: hangs up, and connects again as whom it was. */
  stopWaiting(one: Console): void {
    this.#connections.stopWaiting(one)
  }

  /** Connects again, from the same place and as the user it started as. */
  reconnect(one: Console): void {
    this.#connections.reconnect(one)
  }

  clear(one: Console): void {
    this.#connections.clear(one)
  }

  /** Runs a line on a connection and gives its entry; null for a blank line. */
  run(one: Console, line: string): Promise<Entry | null> {
    return this.#connections.run(one, line)
  }

  /** Puts pasted lines behind those that have yet to run on a connection; `runQueued` runs them. */
  queue(one: Console, lines: readonly string[]): void {
    this.#connections.queue(one, lines)
  }

  /** Runs a connection's pasted lines one after another, until one waits for its reply. */
  runQueued(one: Console): Promise<void> {
    return this.#connections.runQueued(one)
  }

  /** Works out today's verdict for entries that ran before. */
  judgeAgain(): void {
    this.#connections.judgeAgain()
  }

  // Workspaces

  /** All that a link or this browser's storage keeps. */
  snapshot(): WorkspaceState {
    return withinLimits({
      target: this.#targetId,
      modules: this.#modules,
      files: this.#files.snapshot(),
      ...this.#connections.snapshot(),
      ...(JSON.stringify(this.settings) !== JSON.stringify(plainSettings) && { settings: this.settings }),
    })
  }

  /** The versions of users.acl to compare with, which only this browser's storage keeps. */
  get before(): Before {
    return { opened: this.opened, chosen: this.baseline }
  }

  /**
   * Replaces everything by a saved workspace and runs its commands again; false where another was asked for meanwhile. Rejects
   * where the version's commands cannot be loaded.
   * @param before where the workspace is one that goes on: the versions of users.acl that it was compared with
   * @param options `asks`: somebody else wrote it, so that its scripts run only when the person agrees; `placed` is called
   *   when its files and connections are in place, before anything runs
   */
  async restore(
    state: WorkspaceState,
    before: Before | null = null,
    { asks = false, placed }: { readonly asks?: boolean; readonly placed?: () => void } = {},
  ): Promise<boolean> {
    const asked = ++this.#asked.workspace
    const target = await loadTarget(state.target, { modules: state.modules })
    if (this.#asked.workspace !== asked) return false
    this.#asked.version++
    this.#connections.hangUp()
    this.#host.discard()
    this.#target = target
    this.#targetId = state.target
    this.#modules = state.modules
    this.settings = state.settings ?? plainSettings
    this.#files.open(state.files, before)
    this.#connections.restore(state.connections, state.entries, asks)
    placed?.()
    this.start()
    await this.#connections.caughtUp()
    await rendered()
    return true
  }
}
