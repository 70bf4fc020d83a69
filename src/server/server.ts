import type { Bytes } from '../acl/bytes'
import type { Command } from '../acl/command'
import type { Decision } from '../acl/decision'
import type { Clock, RandomSource } from '../acl/environment'
import { loadAclFile, printAclFile, type AclFileResult } from '../acl/load'
import { AclLog } from '../acl/log'
import type { User } from '../acl/user'
import { Users } from '../acl/users'
import { Keyspace, type Database } from '../keyspace/keyspace'
import { CommandError, error, simple } from '../resp/reply'
import type { Target } from '../targets/target'
import { usesOf } from '../targets/uses'
import { replaceUsers } from './acl-changes'
import { BlockedClients, endWaits, serveBlocked } from './blocking'
import type { Config } from './config'
import { admit } from './admission'
import { lookUp, type Lookup } from './lookup'
import { monitorLine } from './monitor'
import { decideFor } from './permissions'
import { preparationFor } from './preparation'
import { PubSub } from './pubsub'
import { resumeScript } from './scripting/busy'
import { Session } from './session'
import { Slowlog } from './slowlog'
import { Statistics } from './statistics'
import { TrackingTable } from './tracking'
import type { Connection, FileStore, Origin, Server, ServerOptions, Sink } from './types'
import { Watches } from './watch'

export { startServer } from './start'

/** What startServer found out and hands to the server. */
export interface ServerParts {
  readonly options: ServerOptions
  readonly config: Config
  readonly users: Users
  readonly renamed: ReadonlyMap<Bytes, Bytes>
  readonly hidden: ReadonlySet<Bytes>
}

/** How often, in milliseconds, keys that nobody asks for are looked through for expired ones (hz 10). */
const EXPIRY_CYCLE = 100

/**
 * Bytes of keys and values that a server holds at most, whatever its options say: a little less than the longest string
 * that JavaScript has, so that every value can be read.
 */
const MEMORY_LIMIT = 500 * 1024 * 1024

/** A simulated server: its configuration, users, data and connections. */
export class SimulatedServer implements Server {
  readonly target: Target
  readonly clock: Clock
  readonly random: RandomSource
  readonly files: FileStore
  readonly options: ServerOptions
  readonly config: Config
  readonly users: Users
  readonly aclLog: AclLog
  readonly keyspace: Keyspace
  readonly pubsub = new PubSub()
  readonly watches = new Watches()
  readonly blockedClients = new BlockedClients()
  readonly tracking = new TrackingTable(this)
  readonly statistics: Statistics
  readonly slowlog: Slowlog
  /** Open connections by id, in the order they came. */
  readonly sessions = new Map<number, Session>()
  /** Connections in MONITOR. */
  readonly monitors = new Set<Session>()
  readonly renamed: ReadonlyMap<Bytes, Bytes>
  readonly hidden: ReadonlySet<Bytes>
  /** DEBUG SET-ACTIVE-EXPIRE 0 leaves expired keys until somebody asks for them. */
  activeExpiry = true
  /** Unix milliseconds, held still while a command runs. */
  now: number
  /** Whose command is running. */
  current: Session | null = null
  /** Why the server is gone, where it is: nobody can connect any more. */
  stopped: 'shutdown' | 'crash' | null = null
  /** FLUSHALL or FLUSHDB is running: client-side caches hear of it once. */
  isFlushing = false
  /** CLIENT PAUSE: until when, and whether only writes wait. */
  pause: { readonly until: number; readonly writesOnly: boolean } | null = null
  #nextId: number
  readonly #listeners = new Set<() => void>()
  readonly #toResume = new Set<Session>()
  #resuming = false
  #nextExpiry = 0

  constructor(parts: ServerParts) {
    const { options } = parts
    this.options = options
    this.target = options.target
    this.clock = options.clock
    this.random = options.random
    this.files = options.files
    this.config = parts.config
    this.users = parts.users
    this.renamed = parts.renamed
    this.hidden = parts.hidden
    this.now = options.clock.now()
    this.statistics = new Statistics(this.now)
    this.slowlog = new Slowlog(this.config)
    this.aclLog = new AclLog(this.config.number('acllog-max-len'))
    this.#nextId = this.target.behaviours.firstClientId
    this.keyspace = new Keyspace(
      {
        now: () => this.now,
        touched: (db, key) => this.#touched(db, key),
        notify: (kind, event, key, db) => this.notify(kind, event, key, db),
      },
      this.config.number('databases'),
    )
    this.keyspace.byteLimit = Math.min(options.memoryLimit ?? MEMORY_LIMIT, MEMORY_LIMIT)
    this.keyspace.stringLimit = options.stringLimit ?? this.keyspace.stringLimit
  }

  /** The default user, whose permissions a connection has before it logs in. */
  get defaultUser(): User {
    return this.users.default
  }

  /** Where the configuration file is; null where the server runs without one. */
  get confPath(): string | null {
    return this.options.confPath === undefined ? 'redis.conf' : this.options.confPath
  }

  get connections(): readonly Connection[] {
    return [...this.sessions.values()]
  }

  connect(origin: Origin, sink: Sink): Connection {
    this.now = this.clock.now()
    const refusal = admit(this, origin)
    const takesId = refusal === null || refusal.greets
    const session = new Session(this, takesId ? this.#nextId++ : 0, origin, sink, this.defaultUser)
    this.statistics.connections++
    if (refusal !== null) {
      this.statistics.rejectedConnections++
      session.refused = refusal.reason
      if (refusal.error !== null) sink.push(error(refusal.error))
      session.closed = true
      sink.closed()
      return session
    }
    session.logInByDefault()
    session.logInByCertificate()
    this.sessions.set(session.id, session)
    this.changed()
    return session
  }

  /** Whether a connection must log in before it may do anything (authRequired). */
  mustLogIn(session: Session): boolean {
    return !session.authenticated && (!this.defaultUser.nopass || !this.defaultUser.enabled)
  }

  /** Finds the command that a command line runs, by its name after renaming. */
  lookup(argv: readonly Bytes[]): Lookup {
    return lookUp(this, argv)
  }

  /** What the ACL says of a command line, without running, logging or changing anything; null where there is no such command. */
  judge(user: User | Bytes, argv: readonly Bytes[], options: { readonly db?: number } = {}): Decision | null {
    const subject = typeof user === 'string' ? this.users.get(user) : user
    const { command } = this.lookup(argv)
    if (subject === undefined || command === undefined) return null
    return decideFor(this, subject, command, argv, options.db ?? 0)
  }

  /** A database by number; throws the server's error where there is none. */
  database(index: number): Database {
    const db = this.keyspace.databases[index]
    if (db === undefined) throw new CommandError('ERR DB index is out of range')
    return db
  }

  prepare(argv: readonly Bytes[]): Promise<void> | null {
    const { command } = this.lookup(argv)
    return command === undefined ? null : preparationFor(this.target, command)
  }

  tick(): void {
    this.now = this.clock.now()
    resumeScript(this)
    if (this.activeExpiry && this.now >= this.#nextExpiry) {
      this.#nextExpiry = this.now + EXPIRY_CYCLE
      this.keyspace.expireDue()
    }
    endWaits(this)
    if (this.pause !== null && this.pause.until <= this.now) this.endPause()
    this.afterCommand()
  }

  onChange(callback: () => void): () => void {
    this.#listeners.add(callback)
    return () => this.#listeners.delete(callback)
  }

  /** Tells listeners that something a view shows has changed. */
  changed(): void {
    for (const callback of this.#listeners) callback()
  }

  /** What follows every command: those who wait are served, those who were held go on, views hear of it. */
  afterCommand(): void {
    if (this.current !== null || this.#resuming) return
    this.#resuming = true
    serveBlocked(this)
    while (this.#toResume.size > 0) {
      const waiting = [...this.#toResume]
      this.#toResume.clear()
      for (const session of waiting) session.drain()
      serveBlocked(this)
    }
    this.#resuming = false
    this.changed()
  }

  /** Whether a connection's commands wait (CLIENT PAUSE). */
  holds(session: Session, command?: Command): boolean {
    if (this.pause === null || this.pause.until <= this.now) return false
    if (!this.pause.writesOnly) return true
    return (
      command !== undefined &&
      session.transaction === null &&
      (command.flags.has('write') || command.flags.has('may_replicate') || command.name === 'exec')
    )
  }

  endPause(): void {
    this.pause = null
    for (const session of this.sessions.values()) this.#toResume.add(session)
  }

  /** A connection that was held may go on. */
  resume(session: Session): void {
    this.#toResume.add(session)
  }

  /** Forgets all that a connection had going on, when it goes away. */
  forget(session: Session): void {
    this.sessions.delete(session.id)
    this.monitors.delete(session)
    this.pubsub.forget(session)
    this.watches.unwatch(session)
    this.blockedClients.remove(session)
    session.blocked = null
  }

  /** The server hangs up; on the connection whose command is running, after the reply. */
  disconnect(session: Session): void {
    if (session === this.current) session.closeAfterReply = true
    else session.kill()
  }

  /** The server ends: every connection is closed, and no new one comes about. */
  stop(why: 'shutdown' | 'crash'): void {
    this.stopped = why
    for (const session of [...this.sessions.values()]) this.disconnect(session)
    this.options.onShutdown?.(why)
  }

  /** A keyspace notification, where notify-keyspace-events asks for it. */
  notify(kind: string, event: string, key: Bytes, db: Database): void {
    const letters = this.config.eventLetters
    if (letters === '' || !letters.includes(kind)) return
    if (letters.includes('K')) this.pubsub.publish(`__keyspace@${db.index}__:${key}`, event)
    if (letters.includes('E')) this.pubsub.publish(`__keyevent@${db.index}__:${event}`, key)
  }

  /** Shows a command to the connections in MONITOR. */
  feedMonitors(session: Session, argv: readonly Bytes[], fromScript: boolean): void {
    if (this.monitors.size === 0) return
    const line = simple(monitorLine(session, argv, this.now, fromScript))
    for (const monitor of this.monitors) monitor.push(line)
  }

  /** Remembers what a connection with client-side caching read. */
  trackReads(session: Session, command: Command, argv: readonly Bytes[]): void {
    if (session.tracking === null || !command.flags.has('readonly')) return
    this.tracking.remember(
      session,
      usesOf(this.target, command, argv, session.db).keys.map((use) => use.key),
    )
  }

  loadAclText(text: Bytes): AclFileResult {
    const result = loadAclFile(this.users, text, this.config.get('aclfile') || 'users.acl')
    if (result.ok) replaceUsers(this, result.users)
    this.changed()
    return result
  }

  aclText(): Bytes {
    return printAclFile(this.users)
  }

  #touched(db: Database, key: Bytes): void {
    this.watches.touched(db.index, key)
    this.blockedClients.touched(db.index, key)
    if (!this.isFlushing) this.tracking.changed(key, this.current)
  }
}
