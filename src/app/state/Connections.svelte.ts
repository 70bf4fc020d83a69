import { type Bytes, fromText, toText } from '../../acl/bytes'
import { quoteWord } from '../../analysis/user-line'
import { canLogIn } from '../../acl/user'
import type { SimulatedServer } from '../../server/server'
import type { Origin } from '../../server/types'
import { hiddenPassword } from '../../workspace/secrets/hidden-password'
import type { SavedConnection, SavedEntry } from '../../workspace/state'
import { Console } from './Console.svelte'
import { sinkOf } from './console-sink'
import { denialAfterCheck } from './denial'
import { Entry } from './Entry.svelte'
import { Pace } from './pace'
import { PastedLines } from './pasted-lines'
import { type Observed, runLine } from './run-line'
import { sessionHost } from './saved-commands'
import { Session } from './Session.svelte'
import { SessionRecord } from './session-record'

/** A connection as it was before ACL LOAD. */
interface Seen {
  readonly one: Console
  readonly user: Bytes | null
  readonly open: boolean
  readonly db: number
  readonly busy: boolean
}

/** The connections to the server, the commands that ran on them, and the saved session that has yet to run. */
export class Connections {
  readonly #server: () => SimulatedServer | null
  readonly #loadFile: () => void
  #all = $state.raw<readonly Console[]>([])
  #active = $state('')
  /** Told of each line that runs, by a lesson that asks for commands. */
  observe: ((observed: Observed) => void) | null = null
  #record = new SessionRecord()
  #session = $state.raw<Session | null>(null)
  readonly #pasted = new PastedLines(
    (one, line) => this.run(one, line),
    (one) => this.#all.includes(one),
  )
  readonly #sessionHost = sessionHost({
    server: () => this.#server(),
    isOpen: (one) => this.#all.includes(one),
    run: (one, line, pace) => this.run(one, line, pace),
    stopWaiting: (one) => this.stopWaiting(one),
    connect: (one) => this.#attach(one),
    note: (one, entry, login) => this.#record.note(one, entry, login),
    loadFile: () => this.#loadFile(),
  })

  /** @param loadFile runs ACL LOAD where a saved session did */
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
  /** The saved session that runs or is halted; null before the first. */
  get session(): Session | null {
    return this.#session
  }
  /** The number of its commands that have yet to run. */
  get pending(): number {
    return this.#session?.pending.length ?? 0
  }

  // The server comes and goes

  /** Remembers who was logged in when the server stops. */
  lose(): void {
    for (const one of this.#all) one.lose()
  }

  /** Connects everybody again after a start: as the users they were, unless this server is the `first`. */
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

  /** Reads again who is logged in, and in which database. */
  refresh(): void {
    for (const one of this.#all) one.refresh()
  }

  /** Records that a command changed the users in memory. */
  usersChanged(): void {
    this.#record.noteChange()
  }

  /** Returns the state of the connections, for `fileLoaded` to compare with. */
  seen(): readonly Seen[] {
    return this.#all.map((one) => ({
      one,
      user: one.user,
      open: one.connected,
      db: one.connection?.db ?? 0,
      busy: one.busy,
    }))
  }

  /** Connects those again whom ACL LOAD disconnected. */
  fileLoaded(before: readonly Seen[]): void {
    this.#record.noteLoad()
    for (const seen of before) this.#comeBack(seen)
  }

  /** Opens a connection again that ACL LOAD ended, as the same user. While nobody can log in as that user, it stays closed. */
  #comeBack({ one, user: was, open, db, busy }: Seen): void {
    const server = this.#server()
    const name = open ? was : one.lost
    if (server === null || one.connected || (!open && one.lost === null)) return one.refresh()
    const user = name === null ? undefined : server.users.get(name)
    // The reason before, which a user that is being typed changes.
    one.takeBack(closedBecause(name, 'is gone'))
    one.takeBack(closedBecause(name, 'cannot log in any more'))
    if (name !== null && (user === undefined || !canLogIn(user))) {
      one.lost = name
      one.notice(closedBecause(name, user === undefined ? 'is gone' : 'cannot log in any more'))
      return one.refresh()
    }
    one.lost = null
    this.#connect(one, name)
    // As redis-cli does when it connects again.
    if (one.connection !== null && db > 0) one.connection.send(['SELECT', String(db)])
    if (busy) one.notice(`Loading the file ended this connection, as on ${server.target.label}; it was opened again.`)
    one.refresh()
  }

  // Opening and closing

  /** Opens the console's connection, as this user or the one it starts with. */
  #connect(one: Console, user: Bytes | null = null): void {
    const name = user ?? (one.startsAs === null ? null : fromText(one.startsAs))
    if (!this.#attach(one) || name === null) return
    // A client that never logged in was `default`, as long as that user let it.
    const wasFirst = name === 'default' && one.startsAs === null
    if (!wasFirst || this.#server()?.users.get(name)?.enabled === true) this.#logIn(one, name)
    else one.refresh()
  }

  /** Opens the console's connection, as the user of new connections. Returns false where there is none. */
  #attach(one: Console): boolean {
    const connection = this.#server()?.connect(one.origin, sinkOf(one)) ?? null
    one.attach(connection)
    const refused = connection?.refused ?? null
    if (refused !== null) one.notice(refused)
    return connection !== null && refused === null
  }

  /** Logs in by name. A notice shows the server's error where that is denied. */
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

  /** Closes and removes a connection; a new one replaces the last. */
  close(one: Console): void {
    one.connection?.close()
    const at = this.#all.indexOf(one)
    this.#all = this.#all.filter((other) => other !== one)
    this.#record.prune(this.#all)
    if (this.#all.length === 0) this.open({ kind: 'loopback' }, null)
    else if (this.#active === one.id) this.#active = (this.#all[at] ?? this.#all[at - 1] ?? this.#all[0])?.id ?? ''
  }

  /** Stops waiting for a reply: closes the connection and opens it again as the same user. */
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

  /** Empties a transcript. */
  clear(one: Console): void {
    one.clear()
    this.#record.prune(this.#all)
  }

  // Commands

  /** Runs a line on a connection and returns its entry; null for a blank line. */
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
    await runLine(server, one, entry, pace, this.observe)
    return entry
  }

  /** Logs in as a user by name, without its password, in place of a log-in by name just before. */
  async logInAs(one: Console, name: string): Promise<void> {
    if (this.#server() === null || one.waiting || one.busy) return
    const last = one.entries.at(-1)
    if (last !== undefined && typeof last.login === 'string' && last.line.includes(hiddenPassword)) {
      one.entries = one.entries.slice(0, -1)
      this.#record.prune(this.#all)
    }
    const line = `AUTH ${toText(quoteWord(fromText(name)))} ${hiddenPassword}`
    await this.#sessionHost.carryOut(one, { on: 0, line, login: name }, new Pace())
  }

  /** Queues pasted lines; `runQueued` runs them. */
  queue(one: Console, lines: readonly string[]): void {
    this.#pasted.add(one, lines)
  }

  /** Runs a console's pasted lines one after another, until one waits for its reply. */
  runQueued(one: Console): Promise<void> {
    return this.#pasted.runAll(one)
  }

  /** Judges earlier commands by the current rules. */
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

  /** Returns the connections as they are saved, with the commands that ran and those that have yet to run. */
  snapshot(): { readonly connections: readonly SavedConnection[]; readonly entries: readonly SavedEntry[] } {
    const all = this.#all
    return {
      connections: all.map(({ origin, startsAs }) => ({ origin, login: startsAs })),
      entries: [...this.#record.saved(all), ...(this.#session?.saved(all) ?? [])],
    }
  }

  /** Reads what `snapshot` depends on, for an effect that is to follow it. */
  follow(): void {
    for (const one of this.#all) void one.entries
    void this.#session?.pending
  }

  /** Closes all connections. */
  hangUp(): void {
    for (const one of this.#all) one.connection?.close()
  }

  /**
   * Replaces the connections by those of a saved session. Its commands run once a server runs.
   * @param asks somebody else wrote it: its scripts run only with consent
   */
  restore(connections: readonly SavedConnection[], entries: readonly SavedEntry[], asks: boolean): void {
    this.#record = new SessionRecord()
    this.#all = connections.map(({ origin, login }) => new Console(origin, login))
    this.#session?.end()
    this.#session = new Session(this.#sessionHost, this.#all, entries, asks)
    if (this.#all.length === 0) this.#all = [new Console({ kind: 'loopback' }, null)]
    this.#active = this.#all[0]?.id ?? ''
  }

  /** Resolves when the saved session has run or was halted. */
  async caughtUp(): Promise<void> {
    await this.#session?.settled()
  }
}

const closedBecause = (name: Bytes | null, why: string): string =>
  `${name === null ? '' : toText(name)} ${why}: the server closed this connection.`
