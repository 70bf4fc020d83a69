import { tick as rendered } from 'svelte'
import type { Bytes } from '../../acl/bytes'
import { fromText, toText } from '../../acl/bytes'
import { loadAclFile } from '../../acl/load'
import type { Finding } from '../../analysis/finding'
import { refusals } from '../../analysis/refusals'
import type { SimulatedServer } from '../../server/server'
import { startServer } from '../../server/server'
import type { FileProblem, FileStore, Origin } from '../../server/types'
import { loadTarget } from '../../targets/load'
import type { Target, TargetId } from '../../targets/target'
import { replayOf } from '../../workspace/secrets'
import type { SavedEntry, WorkspaceSettings, WorkspaceState } from '../../workspace/state'
import { plainSettings } from '../../workspace/state'
import { Console } from './Console.svelte'
import { Entry } from './Entry.svelte'
import { clock, random } from './environment'
import type { Difference } from './memory-and-file'
import { agree, differences } from './memory-and-file'
import { runLine } from './run-line'
import { SessionRecord } from './session-record'
import { copyData, logInByName } from './session'
import { welcomeFor } from './welcome'
import { typedWords } from './words'

/** What became of the ACL file. */
export type FileState =
  | { readonly kind: 'loaded' }
  /** The server keeps the rules it had. */
  | { readonly kind: 'refused'; readonly message: string; readonly crash: boolean }

/** Bytes of keys and values that the page holds at most, where maxmemory sets no limit: a tab must stay quick. */
const MEMORY_LIMIT = 64 * 1024 * 1024

/** Why there is no server. */
export interface Down {
  readonly message: string
  readonly crash: boolean
}

/** The path that the last aclfile directive of a redis.conf gives; null where there is none. */
function aclPath(conf: string): Bytes | null {
  const lines = conf.split('\n').flatMap((line) => (/^\s*aclfile\s/i.test(line) ? [typedWords(line)] : []))
  return lines.at(-1)?.[1]?.text ?? null
}

/**
 * The playground: the files, the simulated server made of them, and the connections to it. Editing users.acl is ACL LOAD;
 * editing redis.conf takes effect when the server starts again.
 */
export class Playground {
  #acl = $state.raw('')
  #conf = $state.raw('')
  #expect = $state.raw('')
  /** Counts what others than the editor wrote, so that the editor takes it over. */
  #aclRevision = $state(0)
  #confRevision = $state(0)
  #expectRevision = $state(0)
  /** users.acl as it was when the workspace was opened. */
  #opened = $state.raw('')
  /** The version of users.acl that later ones are compared with. */
  baseline = $state.raw('')
  #target = $state.raw<Target | null>(null)
  #targetId = $state.raw<TargetId>('redis-8.0')
  #modules = $state(false)
  /** What travels with the workspace besides files and commands: silenced advice, choices. */
  settings = $state.raw<WorkspaceSettings>(plainSettings)
  /** The version chosen last, which may still be on its way. */
  #wanted = ''
  #server = $state.raw<SimulatedServer | null>(null)
  #down = $state.raw<Down | null>(null)
  #fileState = $state.raw<FileState>({ kind: 'loaded' })
  #aclFindings = $state.raw<readonly Finding[]>([])
  #confFindings = $state.raw<readonly Finding[]>([])
  #startedConf = $state.raw('')
  /** Goes up when something in the server changed. */
  #changes = $state(0)
  /** Goes up when users changed: earlier verdicts are worked out again then. */
  #rules = $state(0)
  #agrees = $state(true)
  #consoles = $state.raw<readonly Console[]>([])
  #active = $state('')
  #record = new SessionRecord()
  #pending: readonly SavedEntry[] = []
  #pendingConsoles: readonly Console[] = []
  /** The server whose data the next one takes over: the running one, or the last that ran. */
  #data: SimulatedServer | null = null
  #replaying: Promise<void> = Promise.resolve()
  #loading = false
  #stop: (() => void)[] = []

  // What is shown

  get acl(): string {
    return this.#acl
  }
  get conf(): string {
    return this.#conf
  }
  /** users.expect */
  get expect(): string {
    return this.#expect
  }
  get opened(): string {
    return this.#opened
  }
  get expectRevision(): number {
    return this.#expectRevision
  }
  get aclRevision(): number {
    return this.#aclRevision
  }
  get confRevision(): number {
    return this.#confRevision
  }
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
    return this.#server
  }
  /** How many commands wait for the server to start. */
  get pending(): number {
    void this.#changes
    return this.#pending.length
  }
  /** Why no server runs; null where one does. */
  get down(): Down | null {
    return this.#down
  }
  get fileState(): FileState {
    return this.#fileState
  }
  get aclFindings(): readonly Finding[] {
    return this.#aclFindings
  }
  get confFindings(): readonly Finding[] {
    return this.#confFindings
  }
  /** redis.conf was edited since the server started. */
  get confChanged(): boolean {
    return this.#conf !== this.#startedConf
  }
  /** Whether what is in memory is what the file says. */
  get agrees(): boolean {
    return this.#agrees
  }
  get consoles(): readonly Console[] {
    return this.#consoles
  }
  get active(): string {
    return this.#active
  }
  set active(id: string) {
    this.#active = id
  }
  get console(): Console | null {
    return this.#consoles.find((one) => one.id === this.#active) ?? this.#consoles[0] ?? null
  }
  /** Read by views that show the server's insides: they are worked out again after every change. */
  get changes(): number {
    return this.#changes
  }
  get rules(): number {
    return this.#rules
  }
  get userNames(): readonly Bytes[] {
    void this.#rules
    return this.#server === null ? [] : [...this.#server.users].map((user) => user.name).sort()
  }

  // The files

  /** users.acl was edited: a running server loads it, a stopped one tries to start. */
  editAcl(text: string): void {
    if (text === this.#acl) return
    this.#acl = text
    if (this.#server === null) this.start()
    else this.loadFile()
  }

  /** redis.conf was edited. A stopped server tries to start. */
  editConf(text: string): void {
    if (text === this.#conf) return
    this.#conf = text
    if (this.#server === null) this.start()
  }

  /** Puts another text into the users.acl editor, as if it were typed. */
  replaceAcl(text: string): void {
    this.#aclRevision++
    this.editAcl(text)
  }

  /** Puts another text into the redis.conf editor, as if it were typed. */
  replaceConf(text: string): void {
    this.#confRevision++
    this.editConf(text)
  }

  /** users.expect was edited. */
  editExpect(text: string): void {
    this.#expect = text
  }

  /** Puts another text into the users.expect editor. */
  replaceExpect(text: string): void {
    this.#expectRevision++
    this.#expect = text
  }

  /** ACL LOAD. */
  loadFile(): void {
    const server = this.#server
    if (server === null) return
    if (server.config.get('aclfile') === '') {
      this.#fileState = { kind: 'loaded' }
      this.#aclFindings = []
      return
    }
    const was = this.#consoles.map((one) => ({ one, user: one.user, open: one.connected, db: one.connection?.db ?? 0, busy: one.busy }))
    const result = this.#quietly(() => server.loadAclText(fromText(this.#acl)))
    if (result.ok) {
      this.#fileState = { kind: 'loaded' }
      this.#aclFindings = []
      this.#agrees = true
      this.#record.noteLoad()
      for (const { one, user, open, db, busy } of was) this.#comeBack(one, { user, open, db, busy })
    } else {
      this.#fileState = { kind: 'refused', message: toText(result.message), crash: result.crash }
      this.#aclFindings = this.#findingsOf(result.problems, this.#acl, 'users.acl')
    }
    this.#rules++
  }

  /** After ACL SAVE: rules point into the file that they were loaded from, and that is the new one now. Nothing else changes. */
  #pointIntoFile(): void {
    const server = this.#server
    if (server === null) return
    const read = loadAclFile(server.users, fromText(this.#acl), 'users.acl')
    if (read.ok) this.#quietly(() => server.users.replaceAll(read.users))
    this.#agrees = read.ok
    this.#rules++
  }

  /** Does something to the users that is not to count as a command's change. */
  #quietly<T>(work: () => T): T {
    const before = this.#loading
    this.#loading = true
    try {
      return work()
    } finally {
      this.#loading = before
    }
  }

  /** ACL SAVE: writes the memory into the editor. */
  saveMemory(): void {
    const server = this.#server
    if (server === null) return
    this.#files.write(server.config.get('aclfile'), server.aclText())
  }

  readonly #files: FileStore = {
    read: (path) => (this.#isConf(path) ? fromText(this.#conf) : this.#isAcl(path) ? fromText(this.#acl) : null),
    write: (path, content) => {
      if (this.#isConf(path)) {
        this.#conf = this.#startedConf = toText(content)
        this.#confRevision++
        return
      }
      if (!this.#isAcl(path)) throw new Error('Permission denied')
      this.#acl = toText(content)
      this.#aclRevision++
      this.#fileState = { kind: 'loaded' }
      this.#aclFindings = []
      queueMicrotask(() => this.#pointIntoFile())
    },
  }

  /** Whether a path is the one that redis.conf names as aclfile: the only ACL file there is. */
  #isAcl(path: string): boolean {
    const named = this.#server?.config.get('aclfile') ?? aclPath(this.#conf)
    return path === named || path === aclPath(this.#conf)
  }

  #isConf(path: string): boolean {
    return path.endsWith('redis.conf')
  }

  #findingsOf(problems: readonly FileProblem[], text: string, source: 'users.acl' | 'redis.conf'): readonly Finding[] {
    const target = this.#target
    if (target === null) return []
    return refusals(problems.filter(({ span }) => (span?.source ?? source) === source), text, target)
  }

  // The server

  /** Starts the server anew on the files as they are. Data and logged-in users stay, as far as they still exist. */
  start(): void {
    const target = this.#target
    if (target === null) return
    if (this.#server !== null) this.#data = this.#server
    const old = this.#data
    const result = startServer({ target, conf: fromText(this.#conf), files: this.#files, clock, random, confPath: '/etc/redis/redis.conf', unknownDirectives: 'refuse', memoryLimit: MEMORY_LIMIT })
    if (!result.started) {
      this.#stopServer()
      this.#down = { message: toText(result.message), crash: result.crash }
      this.#fileState = { kind: 'refused', message: toText(result.message), crash: result.crash }
      this.#aclFindings = this.#findingsOf(result.problems, this.#acl, 'users.acl')
      this.#confFindings = this.#findingsOf(result.problems, this.#conf, 'redis.conf')
      for (const one of this.#consoles) one.lose()
      this.#changes++
      return
    }
    const server = result.server as SimulatedServer
    const users = this.#consoles.map((one) => ({ one, user: one.user ?? one.lost }))
    this.#record.noteLoad()
    if (old !== null) {
      old.tick()
      copyData(old, server)
    }
    this.#stopServer()
    this.#data = null
    this.#server = server
    this.#down = null
    this.#startedConf = this.#conf
    this.#fileState = { kind: 'loaded' }
    this.#aclFindings = []
    this.#confFindings = []
    this.#agrees = true
    this.#stop = [server.onChange(() => this.#changed()), server.users.onChange(() => this.#usersChanged())]
    for (const { one, user } of users) {
      one.lost = null
      this.#connect(one, old === null ? null : user)
    }
    this.#rules++
    this.#changes++
    if (this.#pending.length > 0) this.#replaying = this.#replay()
  }

  #stopServer(): void {
    for (const stop of this.#stop) stop()
    this.#stop = []
    this.#server = null
  }

  #changed(): void {
    for (const one of this.#consoles) one.refresh()
    this.#changes++
  }

  #usersChanged(): void {
    this.#rules++
    if (this.#loading) return
    this.#record.noteChange()
    queueMicrotask(() => this.#compare())
  }

  /** Works out whether memory and file still say the same. */
  #compare(): void {
    const server = this.#server
    if (server === null || this.#fileState.kind === 'refused') return
    this.#agrees = agree(server, this.#acl)
  }

  /** The users on which memory and file differ. */
  differences(): readonly Difference[] {
    void this.#rules
    return this.#server === null ? [] : differences(this.#server, this.#acl)
  }

  /** Changes the server's version. */
  async use(id: TargetId, modules: boolean): Promise<void> {
    const wanted = (this.#wanted = `${id} ${modules}`)
    const target = await loadTarget(id, { modules })
    if (this.#wanted !== wanted) return
    const example = this.#target && welcomeFor({ acl: this.#acl, conf: this.#conf, expect: this.#expect }, this.#target, target)
    if (example !== null) {
      this.#acl = example.acl
      this.#expect = example.expect ?? ''
      this.#aclRevision++
      this.#expectRevision++
    }
    this.#targetId = id
    this.#modules = modules
    this.#target = target
    this.start()
  }

  /** Lets time act. */
  tick(): void {
    this.#server?.tick()
  }

  /** Puts the server's clock forward, so that what expires can be seen to. */
  stepClock(milliseconds: number): void {
    clock.step(milliseconds)
    this.tick()
    this.#changes++
  }

  /** ACL LOG RESET. */
  resetLog(): void {
    this.#server?.aclLog.reset()
    this.#changes++
  }

  // Connections

  /** Opens the console's connection, as this user or as whom it starts. */
  #connect(one: Console, user: Bytes | null = null): void {
    const server = this.#server
    if (server === null) {
      one.attach(null)
      return
    }
    let current = true
    const connection = server.connect(one.origin, {
      push: (reply) => {
        const waiting = one.entries.find((entry) => entry.waiting)
        if (waiting) {
          waiting.answered([reply], one.connection?.protocol)
          waiting.waiting = false
        } else one.add(new Entry('push', '', '')).answered([reply], one.connection?.protocol)
      },
      closed: () => {
        for (const entry of one.entries) if (entry.waiting) entry.lost()
        if (current) queueMicrotask(() => one.refresh())
        current = false
      },
    })
    one.attach(connection)
    const name = user ?? (one.startsAs === null ? null : fromText(one.startsAs))
    if (connection.refused !== null) one.notice(connection.refused)
    else if (name !== null) this.#logIn(one, name)
  }

  #logIn(one: Console, user: Bytes): void {
    const server = this.#server
    const connection = one.connection
    if (server === null || connection === null || connection.closed) return
    if (!logInByName(server, connection, user)) one.notice(`There is no user ${toText(user)}: nobody is logged in here.`)
    one.refresh()
  }

  /**
   * After ACL LOAD: a connection that it ended is opened again, as whom it was. Where that user is gone, it stays closed
   * until the user is back.
   */
  #comeBack(one: Console, was: { readonly user: Bytes | null; readonly open: boolean; readonly db: number; readonly busy: boolean }): void {
    const server = this.#server
    const name = was.open ? was.user : one.lost
    if (server === null || one.connected || (!was.open && one.lost === null)) return one.refresh()
    const gone = `${name === null ? '' : toText(name)} is gone: the server closed this connection.`
    if (name !== null && server.users.get(name) === undefined) {
      one.lost = name
      one.notice(gone)
      return one.refresh()
    }
    one.lost = null
    one.takeBack(gone)
    this.#connect(one, name)
    // As redis-cli does when it connects again.
    if (one.connection !== null && was.db > 0) one.connection.send(['SELECT', String(was.db)])
    if (was.busy) one.notice(`Loading the file ended this connection, as on ${server.target.label}; it was opened again.`)
    one.refresh()
  }

  /** Opens a connection and shows it. */
  open(origin: Origin, startsAs: string | null): Console {
    const one = new Console(origin, startsAs)
    this.#consoles = [...this.#consoles, one]
    this.#connect(one)
    this.#active = one.id
    return one
  }

  /** Hangs up and forgets a connection; the last one is opened afresh. */
  close(one: Console): void {
    one.connection?.close()
    const at = this.#consoles.indexOf(one)
    this.#consoles = this.#consoles.filter((other) => other !== one)
    this.#record.prune(this.#consoles)
    if (this.#consoles.length === 0) this.open({ kind: 'loopback' }, null)
    else if (this.#active === one.id) this.#active = (this.#consoles[at] ?? this.#consoles[at - 1] ?? this.#consoles[0])?.id ?? ''
  }

  /** Gives up waiting for a reply: hangs up, and connects again as whom it was. */
  stopWaiting(one: Console): void {
    const { user } = one
    one.connection?.close()
    for (const entry of one.entries) {
      if (!entry.waiting) continue
      entry.waiting = false
      entry.said('Stopped waiting: the connection was closed and opened again.', false)
    }
    this.#connect(one, user)
  }

  /** Connects again, from the same place and as the user it started as. */
  reconnect(one: Console): void {
    one.connection?.close()
    this.#connect(one)
  }

  clear(one: Console): void {
    one.clear()
    this.#record.prune(this.#consoles)
  }

  // Commands

  /** Runs a line on a connection and gives its entry; null for a blank line. */
  async run(one: Console, line: string): Promise<Entry | null> {
    one.forgetPlace()
    if (line.trim() === '' || one.waiting) return null
    if (/^\s*clear\s*$/i.test(line)) {
      this.clear(one)
      return null
    }
    if (this.#server !== null && !one.connected) this.#connect(one)
    const entry = one.add(new Entry('command', one.prompt, line))
    this.#record.note(one, entry)
    await runLine(this.#server, one, entry)
    return entry
  }

  /** Works out today's verdict for entries that ran before. */
  judgeAgain(): void {
    const server = this.#server
    if (server === null) return
    for (const one of this.#consoles) {
      for (const entry of one.entries.slice(-300)) {
        if (entry.first === null) continue
        entry.judgedAgain(server.judge(entry.first.user, entry.first.argv, { db: entry.db }))
      }
    }
  }

  // Workspaces

  /** All that a link or this browser's storage keeps. */
  snapshot(): WorkspaceState {
    const consoles = this.#consoles
    void consoles.map((one) => one.entries)
    return {
      target: this.#targetId,
      modules: this.#modules,
      files: { acl: this.#acl, conf: this.#conf, ...(this.#expect !== '' && { expect: this.#expect }) },
      connections: consoles.map(({ origin, startsAs }) => ({ origin, login: startsAs })),
      entries: [...this.#record.saved(consoles), ...this.#pending.map((entry) => ({ ...entry, on: Math.max(0, consoles.indexOf(this.#pendingConsoles[entry.on] as Console)) }))],
      ...(JSON.stringify(this.settings) !== JSON.stringify(plainSettings) && { settings: this.settings }),
    }
  }

  /** Replaces everything by a saved workspace and runs its commands again. */
  async restore(state: WorkspaceState): Promise<void> {
    const target = await loadTarget(state.target, { modules: state.modules })
    for (const one of this.#consoles) one.connection?.close()
    this.#stopServer()
    this.#data = null
    this.#record = new SessionRecord()
    this.#wanted = ''
    this.#pending = state.entries
    this.#target = target
    this.#targetId = state.target
    this.#modules = state.modules
    this.settings = state.settings ?? plainSettings
    // Editors know one kind of line end, to which places in the files refer.
    this.#acl = state.files.acl.replace(/\r\n?/g, '\n')
    this.#opened = this.baseline = this.#acl
    this.#conf = state.files.conf.replace(/\r\n?/g, '\n')
    this.#expect = (state.files.expect ?? '').replace(/\r\n?/g, '\n')
    this.#aclRevision++
    this.#confRevision++
    this.#expectRevision++
    this.#consoles = state.connections.map(({ origin, login }) => new Console(origin, login))
    this.#pendingConsoles = this.#consoles
    if (this.#consoles.length === 0) this.#consoles = [new Console({ kind: 'loopback' }, null)]
    this.#active = this.#consoles[0]?.id ?? ''
    this.start()
    await this.#replaying
    await rendered()
  }

  async #replay(): Promise<void> {
    const entries = this.#pending
    const consoles = this.#pendingConsoles
    for (const [i, saved] of entries.entries()) {
      // Another workspace was opened meanwhile.
      if (this.#pendingConsoles !== consoles) return
      this.#pending = entries.slice(i + 1)
      const one = consoles[saved.on]
      if (saved.line === '') {
        this.loadFile()
        continue
      }
      if (!one || !this.#consoles.includes(one)) continue
      if (one.waiting) this.stopWaiting(one)
      const replay = replayOf(saved)
      if (replay.kind === 'run') await this.run(one, replay.line)
      else {
        const entry = one.add(new Entry('command', one.prompt, replay.line))
        entry.login = replay.user
        this.#record.note(one, entry)
        this.#logIn(one, fromText(replay.user))
        entry.said('OK', false)
      }
    }
  }
}
