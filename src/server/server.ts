import type { Bytes } from '../acl/bytes'
import type { Command } from '../acl/command'
import type { Decision } from '../acl/decision'
import type { Clock, RandomSource } from '../acl/environment'
import { loadAclFile, printAclFile, type AclFileResult } from '../acl/load'
import { AclLog } from '../acl/log'
import { type User, canLogIn } from '../acl/user'
import { Users } from '../acl/users'
import { Keyspace, type Database } from '../keyspace/keyspace'
import { present } from '../keyspace/present'
import { CommandError, error, type ErrorReply, type Reply } from '../resp/reply'
import type { Target } from '../targets/target'
import { replaceUsers } from './acl-changes'
import { admit } from './admission'
import { BlockedClients } from './blocked-clients'
import { endWaits, serveBlocked } from './blocking'
import { logInByCertificate } from './certificate-users'
import { CommandTimes } from './command-times'
import type { Config } from './config'
import { runCommandLine, type DispatchParts } from './dispatch'
import { limitsOf } from './encoding-limits'
import { countServed, execute, type ExecuteParts } from './execute'
import type { Registry } from './handler'
import { Identity } from './identity'
import type { Invocation } from './invocation'
import { countByPolicy } from './key-frequencies'
import { logIn } from './log-in'
import { CommandFinder, type Lookup } from './lookup'
import type { Debugging, DebugSwitches, MonitorLine, Pausing, Primary, Replicating, Sleeping, Stopping } from './parts'
import { decideFor } from './permissions'
import type { ReplicaFeed } from './replication/feed'
import { preparationFor } from './preparation'
import { PubSub } from './pubsub'
import { Router } from './router'
import type { Saves } from './saves'
import { Scripting } from './scripting/scripting'
import { mayReplicate } from './refusals'
import { Session, type SessionHost } from './session'
import { Slowlog } from './slowlog'
import { Statistics } from './statistics'
import type { Tls } from './tls'
import { TrackingTable } from './tracking'
import type { Connection, Exchange, FileStore, Origin, PrimaryAddress, Server, ServerOptions, Sink } from './types'
import { Watches } from './watch'

/** The parts that a server is built from. */
export interface ServerSetup {
  readonly commands: Registry<SimulatedServer>
  readonly options: ServerOptions
  readonly config: Config
  readonly users: Users
  readonly tls: Tls
  readonly renamed: ReadonlyMap<Bytes, Bytes>
  readonly hidden: ReadonlySet<Bytes>
}

/** Milliseconds between two searches for expired keys (hz 10). */
const EXPIRY_CYCLE = 100

/**
 * The most bytes of keys and values that a server holds, whatever its options say: a little less than the longest string
 * in JavaScript, so that every value can be read.
 */
const MEMORY_LIMIT = 500 * 1024 * 1024

/** A simulated server: its configuration, users, data and connections. */
export class SimulatedServer
  implements Server, SessionHost, DispatchParts, ExecuteParts, Debugging, Pausing, Replicating, Sleeping, Stopping
{
  readonly target: Target
  readonly clock: Clock
  readonly random: RandomSource
  readonly identity: Identity
  readonly files: FileStore
  readonly options: ServerOptions
  readonly config: Config
  readonly users: Users
  readonly tls: Tls
  readonly aclLog: AclLog
  readonly keyspace: Keyspace
  readonly pubsub = new PubSub()
  readonly watches = new Watches()
  readonly blockedClients = new BlockedClients()
  readonly times: CommandTimes
  readonly statistics: Statistics
  readonly slowlog: Slowlog
  #saves: Saves | null = null
  readonly scripting: Scripting
  /** The open sessions by id, in the order of connecting. */
  readonly sessions = new Map<number, Session>()
  handshakes = 0
  readonly tracking = new TrackingTable(this.sessions)
  /** The sessions in MONITOR. */
  readonly monitors = new Map<Session, MonitorLine>()
  readonly renamed: ReadonlyMap<Bytes, Bytes>
  readonly hidden: ReadonlySet<Bytes>
  readonly debugging: DebugSwitches = {
    activeExpiry: true,
    cronPaused: false,
    scriptsCallAll: false,
    listsReplies: false,
  }
  /** Unix milliseconds, held still while a command runs. */
  now: number
  current: Session | null = null
  stopped: 'shutdown' | 'crash' | null = null
  isFlushing = false
  readonly #commands: Registry<SimulatedServer>
  readonly #router: Router<SimulatedServer>
  readonly #finder: CommandFinder
  /** By Command.index: nothing is left to be loaded for the command. */
  readonly #prepared: boolean[] = []
  #pause: Pausing['pause'] = null
  #touches = 0
  primary: Primary | null = null
  feed: ReplicaFeed | null = null
  slept = 0
  /** DEBUG SLEEP: Unix milliseconds. */
  #sleepsUntil = 0
  #nextId: number
  #listeners: readonly (() => void)[] = []
  readonly #toResume = new Set<Session>()
  #resuming = false
  #nextExpiry = 0

  constructor(setup: ServerSetup) {
    const { options } = setup
    this.options = options
    this.target = options.target
    this.clock = options.clock
    this.random = options.random
    this.identity = new Identity(options.random)
    this.files = options.files
    this.config = setup.config
    this.users = setup.users
    this.tls = setup.tls
    this.renamed = setup.renamed
    this.hidden = setup.hidden
    this.#commands = setup.commands
    this.#router = new Router(setup.commands)
    this.#finder = new CommandFinder(this.target, this)
    this.now = options.clock.now()
    this.times = new CommandTimes(options.clock)
    this.statistics = new Statistics(this.now)
    this.slowlog = new Slowlog(this.config)
    this.scripting = new Scripting(this.target, () => this.clock.now() / 1000)
    this.aclLog = new AclLog(this.config.number('acllog-max-len'))
    this.#nextId = this.target.behaviours.firstClientId
    this.keyspace = new Keyspace(
      {
        now: () => this.now,
        touched: (db, key) => this.#touched(db, key),
        ready: (db, key, type, gone) => this.blockedClients.ready(db.index, key, type, gone),
        notify: (kind, event, key, db) => this.notify(kind, event, key, db),
        deleted: (db, key, what) => this.feed?.deleted(db.index, key, what),
      },
      limitsOf(this.config, this.target),
      this.config.number('databases'),
    )
    countByPolicy(this)
    this.keyspace.byteLimit = Math.min(options.memoryLimit ?? MEMORY_LIMIT, MEMORY_LIMIT)
    this.keyspace.stringLimit = options.stringLimit ?? this.keyspace.stringLimit
  }

  get defaultUser(): User {
    return this.users.default
  }

  get confPath(): string | null {
    return this.options.confPath === undefined ? 'redis.conf' : this.options.confPath
  }

  get connections(): readonly Connection[] {
    return [...this.sessions.values()]
  }

  takeId(): number {
    return this.#nextId++
  }

  connect(origin: Origin, sink: Sink, id?: number): Connection {
    this.now = this.clock.now()
    const refusal = admit(this, origin)
    const takesId = refusal === null || refusal.greets
    const session = new Session(this, id ?? (takesId ? this.takeId() : 0), origin, sink)
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
    this.sessions.set(session.id, session)
    logInByCertificate(session, this)
    this.changed()
    return session
  }

  /** Returns whether a session must log in before it may do anything (authRequired). */
  mustLogIn(session: Session): boolean {
    return !session.authenticated && (!this.defaultUser.nopass || !this.defaultUser.enabled)
  }

  logInAs(session: Session, name: Bytes): ErrorReply | null {
    try {
      logIn(session, name, 'AUTH', canLogIn, this)
      return null
    } catch (thrown) {
      if (!(thrown instanceof CommandError)) throw thrown
      return thrown.reply
    } finally {
      this.changed()
    }
  }

  run(session: Session, argv: readonly Bytes[]): Exchange {
    const exchange = runCommandLine(this, session, argv)
    if (this.feed !== null && !this.scripting.isBusy) this.feed.flush()
    return exchange
  }

  execute(invocation: Invocation): Reply[] {
    return execute(this, this.#router, invocation)
  }

  countServed(command: Command, reply: Reply | undefined): void {
    countServed(this.statistics, command, reply)
  }

  lookup(argv: readonly Bytes[]): Lookup {
    return this.#finder.find(argv)
  }

  judge(user: User | Bytes, argv: readonly Bytes[], options: { readonly db?: number } = {}): Decision | null {
    const subject = typeof user === 'string' ? this.users.get(user) : user
    const { command } = this.lookup(argv)
    if (subject === undefined || command === undefined) return null
    return decideFor(this, subject, command, argv, options.db ?? 0)
  }

  database(index: number): Database {
    const db = this.keyspace.databases[index]
    if (db === undefined) throw new CommandError('ERR DB index is out of range')
    return db
  }

  prepare(argv: readonly Bytes[]): Promise<void> | null {
    const { command } = this.lookup(argv)
    if (command === undefined || this.#prepared[command.index]) return null
    const handlers = this.#router.load(command)
    const others = preparationFor(this.target, command)
    if (handlers === null && others === null) this.#prepared[command.index] = true
    return handlers === null || others === null ? (handlers ?? others) : handlers.then(() => others)
  }

  tick(): void {
    this.now = this.clock.now()
    if (this.now < this.#sleepsUntil) return
    if (this.#sleepsUntil > 0) {
      this.#sleepsUntil = 0
      this.#resumeAll()
    }
    const { activeExpiry, cronPaused } = this.debugging
    this.scripting.resume(this)
    if (this.scripting.isBusy) {
      this.changed()
      return
    }
    if (activeExpiry && !cronPaused && this.now >= this.#nextExpiry) {
      this.#nextExpiry = this.now + EXPIRY_CYCLE
      this.keyspace.expireDue()
    }
    if (!cronPaused) this.loadedSaves?.tick()
    endWaits(this)
    this.feed?.flush()
    if (this.feed?.replicas.size) this.feed.ping(this.config.number('repl-ping-replica-period'))
    if (this.#pause !== null && this.#pause.until <= this.now) this.endPause()
    this.afterCommand()
  }

  onChange(callback: () => void): () => void {
    this.#listeners = [...this.#listeners, callback]
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== callback)
    }
  }

  /** Notifies the listeners that something a view shows has changed. */
  changed(): void {
    // By index: this runs after every command.
    for (let i = 0; i < this.#listeners.length; i++) this.#listeners[i]?.()
  }

  /** Serves blocked sessions, resumes held ones and notifies the listeners, after a command. */
  afterCommand(): void {
    if (this.current !== null || this.#resuming) return
    const rests = this.now < this.#sleepsUntil || this.scripting.isBusy
    if (rests || (!this.blockedClients.hasReady && this.#toResume.size === 0)) {
      this.changed()
      return
    }
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

  /** Returns whether CLIENT PAUSE or DEBUG SLEEP holds a command back or, without one, all of the session's commands. */
  holds(invocation?: Invocation): boolean {
    if (this.now < this.#sleepsUntil) return true
    const { pause } = this
    if (pause === null) return false
    if (!pause.writesOnly) return true
    return invocation !== undefined && mayReplicate(invocation, this)
  }

  get pause(): Pausing['pause'] {
    return this.#pause !== null && this.#pause.until > this.now ? this.#pause : null
  }

  get loadedSaves(): Saves | null {
    return (this.#saves ??= this.#commands.saves?.(this) ?? null)
  }

  get saves(): Saves {
    return present(this.loadedSaves)
  }

  get writes(): number {
    return this.#touches - this.keyspace.expirations
  }

  pauseClients(milliseconds: number, writesOnly: boolean): void {
    this.#pause = { until: this.now + milliseconds, writesOnly }
  }

  endPause(): void {
    this.#pause = null
    this.#resumeAll()
  }

  follow(primary: PrimaryAddress | null): void {
    this.primary = primary && { ...primary, isUp: false, offset: 0, replicationId: null }
    this.options.linkToPrimary?.(primary)
  }

  sleep(milliseconds: number): void {
    this.slept += milliseconds
    this.#sleepsUntil = this.now + milliseconds
  }

  #resumeAll(): void {
    for (const session of this.sessions.values()) this.#toResume.add(session)
  }

  resume(session: Session): void {
    this.#toResume.add(session)
  }

  forget(session: Session): void {
    this.sessions.delete(session.id)
    this.monitors.delete(session)
    this.feed?.replicas.delete(session)
    this.pubsub.forget(session)
    this.watches.unwatch(session)
    this.blockedClients.remove(session)
    this.tracking.forget(session)
    session.blocked = null
  }

  disconnect(session: Session): void {
    if (session.isProtected) return
    if (session === this.current) session.closeAfterReply = true
    else session.kill()
  }

  stop(why: 'shutdown' | 'crash'): void {
    this.stopped = why
    this.options.onShutdown?.(why)
    for (const session of [...this.sessions.values()]) this.disconnect(session)
  }

  notify(kind: string, event: string, key: Bytes, db: Database): void {
    const letters = this.config.frequent.eventLetters
    if (letters === '' || !letters.includes(kind)) return
    if (letters.includes('K')) this.pubsub.publish(`__keyspace@${db.index}__:${key}`, event)
    if (letters.includes('E')) this.pubsub.publish(`__keyevent@${db.index}__:${event}`, key)
  }

  loadAclText(text: Bytes): AclFileResult {
    const result = loadAclFile(this.users, text, this.config.get('aclfile') || 'users.acl')
    if (result.ok) replaceUsers(this, result)
    this.changed()
    return result
  }

  aclText(): Bytes {
    return printAclFile(this.users)
  }

  #touched(db: Database, key: Bytes): void {
    this.#touches++
    this.watches.touched(db.index, key)
    if (!this.isFlushing) this.tracking.changed(key, this.current)
  }
}
