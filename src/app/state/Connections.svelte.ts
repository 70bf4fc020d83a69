import { type Bytes, fromText, toText } from '../../acl/bytes'
import { OK } from '../../resp/reply'
import { canLogIn } from '../../server/log-in'
import { effortOf } from '../../server/effort'
import type { SimulatedServer } from '../../server/server'
import type { Origin } from '../../server/types'
import { type Replay, replayOf } from '../../workspace/secrets'
import type { SavedConnection, SavedEntry } from '../../workspace/state'
import { Console } from './Console.svelte'
import { sinkOf } from './console-sink'
import { Entry } from './Entry.svelte'
import { denialAfterCheck } from './denial'
import { mostEffort } from './Host.svelte'
import { Pace, WATCHED_SLICE } from './pace'
import { commandOf, isScriptLine, runLine } from './run-line'
import { Session, type SessionHost } from './Session.svelte'
import { SessionRecord } from './session-record'
import { typedWords } from './words'

/** A connection as it was before ACL LOAD. */
interface Seen {
  readonly one: Console
  readonly user: Bytes | null
  readonly open: boolean
  readonly db: number
  readonly busy: boolean
}

/** The most pasted lines that wait for their turn. */
const mostQueued = 1_000

/** The connections to the server, what ran on them, and what a saved session still has to run. */
export class Connections {
  readonly #server: () => SimulatedServer | null
  readonly #loadFile: () => void
  #all = $state.raw<readonly Console[]>([])
  #active = $state('')
  #record = new SessionRecord()
  #session = $state.raw<Session | null>(null)
  /** What a transaction in a saved session has to go through so far. */
  readonly #queued = new WeakMap<Console, number>()

  readonly #runsQueue = new WeakSet<Console>()

  /** `loadFile`: ACL LOAD, where a saved session did it. */
  constructor(server: () => SimulatedServer | null, loadFile: () => void) {
    this.#server = server
    this.#loadFile = loadFile
  }

  get all(): readonly Console[] {
    return this.#all
  }
  get active(): string {
    return this.#active
  }
  set active(id: string) {
    this.#active = id
  }
  /** The connection in view. */
  get current(): Console | null {
    return this.#all.find((one) => one.id === this.#active) ?? this.#all[0] ?? null
  }
  /** What a saved session still has to run; null before the first. */
  get session(): Session | null {
    return this.#session
  }

  // The server comes and goes

  /** The server is gone: remembers who was logged in. */
  lose(): void {
    for (const one of this.#all) one.lose()
  }

  /** The server is up anew: everybody connects again, as who they were, unless this server is the `first`. */
  serverStarted(first: boolean): void {
    this.#record.noteLoad()
    const users = this.#all.map((one) => ({ one, user: one.user ?? one.lost }))
    for (const { one, user } of users) {
      one.lost = null
      this.#connect(one, first ? null : user)
    }
  }

  /** Runs what a saved session has yet to run, once there is a server. */
  catchUp(): void {
    this.#session?.start()
  }

  /** Looks again who is logged in, and where. */
  refresh(): void {
    for (const one of this.#all) one.refresh()
  }

  /** A command changed the users in memory. */
  usersChanged(): void {
    this.#record.noteChange()
  }

  /** How connections stand, for fileLoaded to compare with. */
  seen(): readonly Seen[] {
    return this.#all.map((one) => ({
      one,
      user: one.user,
      open: one.connected,
      db: one.connection?.db ?? 0,
      busy: one.busy,
    }))
  }

  /** After ACL LOAD: who was cut off connects again. */
  fileLoaded(before: readonly Seen[]): void {
    this.#record.noteLoad()
    for (const seen of before) this.#comeBack(seen)
  }

  /** A connection that ACL LOAD ended is opened again, as whom it was. While nobody can log in as that user, it stays closed. */
  #comeBack({ one, user: was, open, db, busy }: Seen): void {
    const server = this.#server()
    const name = open ? was : one.lost
    if (server === null || one.connected || (!open && one.lost === null)) return one.refresh()
    const user = name === null ? undefined : server.users.get(name)
    const gone = closedBecause(name, user === undefined ? 'is gone' : 'cannot log in any more')
    if (name !== null && (user === undefined || !canLogIn(user))) {
      one.lost = name
      one.notice(gone)
      return one.refresh()
    }
    one.lost = null
    one.takeBack(closedBecause(name, 'is gone'))
    one.takeBack(closedBecause(name, 'cannot log in any more'))
    this.#connect(one, name)
    // As redis-cli does when it connects again.
    if (one.connection !== null && db > 0) one.connection.send(['SELECT', String(db)])
    if (busy) one.notice(`Loading the file ended this connection, as on ${server.target.label}; it was opened again.`)
    one.refresh()
  }

  // Opening and closing

  /** Opens the console's connection, as this user or as whom it starts. */
  #connect(one: Console, user: Bytes | null = null): void {
    const server = this.#server()
    if (server === null) {
      one.attach(null)
      return
    }
    const connection = server.connect(one.origin, sinkOf(one))
    one.attach(connection)
    const name = user ?? (one.startsAs === null ? null : fromText(one.startsAs))
    if (connection.refused !== null) one.notice(connection.refused)
    else if (name !== null) this.#logIn(one, name)
  }

  /** Logs in by name. Where the server refuses that, its words say so. */
  #logIn(one: Console, user: Bytes): void {
    const refused = one.connection?.logInAs(user) ?? null
    if (refused !== null) one.notice(`Not logged in as ${toText(user)}: ${toText(refused.text)}`)
    one.refresh()
  }

  /** Opens a connection and shows it. */
  open(origin: Origin, startsAs: string | null): Console {
    const one = new Console(origin, startsAs)
    this.#all = [...this.#all, one]
    this.#connect(one)
    this.#active = one.id
    return one
  }

  /** Hangs up and forgets a connection; the last one is opened afresh. */
  close(one: Console): void {
    one.connection?.close()
    const at = this.#all.indexOf(one)
    this.#all = this.#all.filter((other) => other !== one)
    this.#record.prune(this.#all)
    if (this.#all.length === 0) this.open({ kind: 'loopback' }, null)
    else if (this.#active === one.id) this.#active = (this.#all[at] ?? this.#all[at - 1] ?? this.#all[0])?.id ?? ''
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
    this.#record.prune(this.#all)
  }

  // Commands

  /** Runs a line on a connection and gives its entry; null for a blank line. */
  async run(one: Console, line: string, pace = new Pace()): Promise<Entry | null> {
    one.forgetPlace()
    if (line.trim() === '' || one.waiting) return null
    if (/^\s*clear\s*$/i.test(line)) {
      this.clear(one)
      return null
    }
    const server = this.#server()
    if (server !== null && !one.connected) this.#connect(one)
    const entry = one.add(new Entry('command', one.prompt, line))
    this.#record.note(one, entry)
    await runLine(server, one, entry, pace)
    return entry
  }

  /** Puts pasted lines behind those that have yet to run. Blank lines are skipped. */
  queue(one: Console, lines: readonly string[]): void {
    const written = lines.filter((line) => line.trim() !== '')
    const taken = written.slice(0, Math.max(0, mostQueued - one.queued.length))
    one.queued = [...one.queued, ...taken]
    if (taken.length < written.length)
      one.notice(
        `${written.length.toLocaleString('en')} lines were pasted: the first ${taken.length.toLocaleString('en')} run.`,
      )
  }

  /** Runs pasted lines one after another, until one waits for its reply. */
  async runQueued(one: Console): Promise<void> {
    if (this.#runsQueue.has(one)) return
    this.#runsQueue.add(one)
    const pace = new Pace(Infinity, WATCHED_SLICE)
    try {
      while (!one.waiting && this.#all.includes(one)) {
        const [line, ...rest] = one.queued
        if (line === undefined) return
        one.queued = rest
        await this.run(one, line)
        if (pace.isDue) await pace.breath()
      }
    } finally {
      this.#runsQueue.delete(one)
    }
  }

  /** Works out today's verdict for entries that ran before. */
  judgeAgain(): void {
    const server = this.#server()
    if (server === null) return
    for (const one of this.#all) {
      for (const entry of one.entries.slice(-300)) {
        if (entry.first === null) continue
        const decision = server.judge(entry.first.user, entry.first.argv, { db: entry.db })
        entry.judgedAgain(decision, entry.isQueued ? null : denialAfterCheck(server, decision, one.origin))
      }
    }
  }

  // Saved sessions

  /** As they are saved, with what ran on them and what has yet to run. */
  snapshot(): { readonly connections: readonly SavedConnection[]; readonly entries: readonly SavedEntry[] } {
    const all = this.#all
    // What ran is not state of its own; the transcripts are.
    void all.map((one) => one.entries)
    return {
      connections: all.map(({ origin, startsAs }) => ({ origin, login: startsAs })),
      entries: [...this.#record.saved(all), ...(this.#session?.saved(all) ?? [])],
    }
  }

  /** Hangs up everywhere. */
  hangUp(): void {
    for (const one of this.#all) one.connection?.close()
  }

  /**
   * Puts a saved session in place: its commands run when the server is there.
   * @param asks somebody else wrote it: its scripts run only when the person agrees
   */
  restore(connections: readonly SavedConnection[], entries: readonly SavedEntry[], asks: boolean): void {
    this.#record = new SessionRecord()
    this.#all = connections.map(({ origin, login }) => new Console(origin, login))
    this.#session?.end()
    this.#session = new Session(this.#sessionHost, this.#all, entries, asks)
    if (this.#all.length === 0) this.#all = [new Console({ kind: 'loopback' }, null)]
    this.#active = this.#all[0]?.id ?? ''
  }

  /** Resolves when the saved session has run, or was halted. */
  async caughtUp(): Promise<void> {
    await this.#session?.settled()
  }

  readonly #sessionHost: SessionHost = {
    isScript: (line) => isScriptLine(line, this.#server()),
    isTooMuch: (one, line) => this.#isTooMuch(one, line),
    prepare: async (line) => {
      const argv = commandOf(line)
      await (argv === null ? null : this.#server()?.prepare(argv))
    },
    carryOut: (one, saved, pace) => this.#carryOut(one, saved, pace),
    leave: (one, { line, login }) => {
      const entry = new Entry('command', one.prompt, line)
      entry.isLeft = true
      this.#record.note(one, one.add(entry), login ?? undefined)
    },
    loadFile: () => this.#loadFile(),
    isOpen: (one) => this.#all.includes(one),
  }

  /** A transaction's commands run when it ends: they count together. */
  #isTooMuch(one: Console, line: string): boolean {
    const [server, argv, { connection }] = [this.#server(), commandOf(line), one]
    if (server === null || argv === null || connection === null) return false
    const queued = connection.inMulti ? (this.#queued.get(one) ?? 0) : 0
    const effort = queued + effortOf(argv, server, connection.db)
    this.#queued.set(one, effort)
    return effort > mostEffort
  }

  async #carryOut(one: Console, saved: SavedEntry, pace: Pace): Promise<number> {
    if (one.waiting) this.stopWaiting(one)
    const replay = replayOf(saved)
    const entry = replay.kind === 'run' ? await this.run(one, replay.line, pace) : this.#runLogIn(one, replay)
    return entry?.length ?? 0
  }

  /** Runs a line whose password was left out: logs in by name, then does what else the line did. */
  #runLogIn(one: Console, { line, user, then }: Extract<Replay, { kind: 'login' }>): Entry {
    if (!one.connected) this.#connect(one)
    const entry = one.add(new Entry('command', one.prompt, line))
    this.#record.note(one, entry, user)
    const { connection } = one
    if (connection === null || connection.closed) {
      entry.said(connection?.refused ?? 'Error: Server closed the connection')
      return entry
    }
    const refused = connection.logInAs(fromText(user))
    entry.login = refused === null ? user : null
    const rest = then === null ? null : typedWords(then)
    entry.answered(
      refused !== null ? [refused] : rest === null ? [OK] : connection.send(rest.map(({ text }) => text)).replies,
      connection.protocol,
    )
    one.refresh()
    return entry
  }
}

const closedBecause = (name: Bytes | null, why: string): string =>
  `${name === null ? '' : toText(name)} ${why}: the server closed this connection.`
