import type { Bytes } from '../acl/bytes'
import type { Command, Uses } from '../acl/command'
import type { User } from '../acl/user'
import type { Users } from '../acl/users'
import type { BlockRequest } from '../keyspace/context'
import { isPush, type ErrorReply, type Reply } from '../resp/reply'
import type { Target } from '../targets/target'
import type { Config } from './config'
import type { Connection, Exchange, Origin, Sink } from './types'

/** A command line that a session holds on to: queued by MULTI, or waiting for its reply. */
export interface PendingCommand {
  readonly command: Command
  readonly argv: readonly Bytes[]
  /** The database that it was checked against. */
  readonly db: number
  /** The keys, channels and databases that it uses. */
  readonly uses: Uses
}

/** The state from MULTI up to EXEC or DISCARD. */
export interface Transaction {
  readonly queue: PendingCommand[]
  /** A command was refused while queueing: EXEC answers EXECABORT. */
  aborted: boolean
  /** The database that the queued SELECTs lead to; the commands after them are checked against it. */
  db: number
}

/** A command that waits for its reply. */
export interface Blocked {
  readonly request: BlockRequest
  readonly pending: PendingCommand
  /** The database that it runs in. */
  readonly db: number
  /** Unix milliseconds, or Infinity. */
  readonly deadline: number
}

/** The options of CLIENT TRACKING ON. */
export interface Tracking {
  readonly redirect: number | null
  readonly broadcast: boolean
  readonly prefixes: readonly Bytes[]
  readonly mode: 'all' | 'optin' | 'optout'
  readonly noLoop: boolean
  /** CLIENT CACHING yes or no; applies to the next command. */
  caching: boolean | null
}

/** The parts of a server that a session needs. */
export interface SessionHost {
  readonly target: Target
  readonly config: Config
  readonly users: Users
  /** Unix milliseconds. */
  readonly now: number
  /** Returns whether a session must log in before it may do anything. */
  mustLogIn(session: Session): boolean
  /** Logs a session in without a password; returns the server's error where the user cannot log in. */
  logInAs(session: Session, name: Bytes): ErrorReply | null
  /** Returns whether CLIENT PAUSE or DEBUG SLEEP holds all commands back. */
  holds(): boolean
  /** Runs a command line. Never throws. */
  run(session: Session, argv: readonly Bytes[]): Exchange
  /** Serves blocked sessions and resumes held ones, after a command. */
  afterCommand(): void
  /** Counts a command that waited and is done now. */
  countServed(command: Command, reply: Reply | undefined): void
  /** Has a session run what it was sent while it was held. */
  resume(session: Session): void
  /** Client-side caching. */
  readonly tracking: { modeChanged(session: Session): void }
  /** Drops everything that the server knows of a closed session. */
  forget(session: Session): void
}

/** The server's side of one connection. */
export class Session implements Connection {
  /** The user whose permissions apply: the default user until somebody logs in. */
  account: User
  #authenticated = false
  /** The session was logged in once, perhaps before RESET. */
  hasBeenAuthenticated = false
  protocol: 2 | 3 = 2
  db = 0
  name: Bytes = ''
  /** The port that a replica announced by REPLCONF. */
  replicaPort = 0
  /** The offset that a replica acknowledged. */
  replicaOffset = -1
  libraryName: Bytes = ''
  libraryVersion: Bytes = ''
  transaction: Transaction | null = null
  /** A watched key changed: EXEC answers null. */
  watchBroken = false
  blocked: Blocked | null = null
  readonly channels = new Set<Bytes>()
  readonly patterns = new Set<Bytes>()
  readonly shardChannels = new Set<Bytes>()
  noEvict = false
  noTouch = false
  /** The capabilities that the client announced by CLIENT CAPA (Valkey 8). */
  readonly capabilities = new Set<Bytes>()
  /** CLIENT REPLY: SKIP sets `skip-next`, which becomes `skip` while the next command runs or waits. */
  replyMode: 'on' | 'off' | 'skip-next' | 'skip' = 'on'
  closed = false
  /**
   * The reason why the connection was refused, as clients report it (`Connection refused`); null where it was accepted.
   */
  refused: string | null = null
  closeAfterReply = false
  /** The session runs what the primary of a replica sends: no check refuses it. */
  isPrimary = false
  /** DEBUG PROTECT-CLIENT: the server does not close the connection. */
  isProtected = false
  lastCommand: Command | null = null
  lastCommandAt: number
  commandsRun = 0
  readonly createdAt: number
  /** The session's own command runs, and the target sends pushes after its reply. */
  holdsPushes = false
  /** The pushes that are held back; null where there are none. */
  #heldBack: Reply[] | null = null
  readonly #host: SessionHost
  #tracking: Tracking | null = null
  readonly #waiting: (readonly Bytes[])[] = []
  /** CLIENT PAUSE holds the first waiting command line back: nothing runs before it. */
  #postponed = false

  constructor(
    host: SessionHost,
    readonly id: number,
    readonly origin: Origin,
    readonly sink: Sink,
  ) {
    this.#host = host
    this.account = host.users.default
    this.createdAt = this.lastCommandAt = host.now
  }

  get user(): Bytes | null {
    return this.#host.mustLogIn(this) ? null : this.account.name
  }

  /** The number of databases that the server has. */
  get databaseCount(): number {
    return this.#host.config.number('databases')
  }

  get isHeld(): boolean {
    return !this.closed && (this.blocked !== null || this.#host.holds())
  }

  get inMulti(): boolean {
    return this.transaction !== null
  }

  get subscriptions(): number {
    return this.channels.size + this.patterns.size + this.shardChannels.size
  }

  /** The options of CLIENT TRACKING; null while it is off. */
  get tracking(): Tracking | null {
    return this.#tracking
  }

  set tracking(options: Tracking | null) {
    this.#tracking = options
    this.#host.tracking.modeChanged(this)
  }

  get authenticated(): boolean {
    return this.#authenticated
  }

  set authenticated(is: boolean) {
    this.#authenticated = is
    if (is) this.hasBeenAuthenticated = true
  }

  /** Resets the session to the default user, logged in where that user needs no password. */
  logInByDefault(): void {
    const user = this.#host.users.default
    this.account = user
    this.authenticated = user.nopass && user.enabled
  }

  logInAs(name: Bytes): ErrorReply | null {
    return this.#host.logInAs(this, name)
  }

  send(argv: readonly Bytes[]): Exchange {
    if (this.closed || argv.length === 0) return { argv, replies: [], decision: null, blocked: false }
    if (this.blocked !== null || this.#isPutOff()) {
      this.#waiting.push(argv)
      return { argv, replies: [], decision: null, blocked: true }
    }
    const exchange = this.#host.run(this, argv)
    this.#host.afterCommand()
    return exchange
  }

  /** Puts off a command line that CLIENT PAUSE holds back, and with it all that follow. */
  postpone(argv: readonly Bytes[]): void {
    this.#waiting.unshift(argv)
    this.#postponed = true
  }

  /** Sends a reply that does not answer the command just sent. */
  push(reply: Reply): void {
    if (this.closed) return
    if (this.holdsPushes) (this.#heldBack ??= []).push(reply)
    else if (!this.mutes(reply)) this.sink.push(reply)
  }

  /** Returns true if CLIENT REPLY keeps the server from sending a reply. */
  mutes(reply: Reply): boolean {
    if (this.replyMode === 'on') return false
    return !(this.#host.target.behaviours.pushesWhenMuted && isPush(reply))
  }

  /** Ends CLIENT REPLY SKIP after the command that it muted. */
  endSkip(): void {
    if (this.replyMode === 'skip') this.replyMode = 'on'
  }

  /** Ends the holding back of pushes. Returns those that were held back, or null. */
  releasePushes(): Reply[] | null {
    const held = this.#heldBack
    this.#heldBack = null
    this.holdsPushes = false
    return held
  }

  /** Ends the wait of a blocked command with this reply; the command lines sent meanwhile run when the server resumes the session. */
  unblock(reply: Reply | undefined): void {
    if (this.blocked !== null) {
      this.commandsRun++
      this.#host.countServed(this.blocked.pending.command, reply)
    }
    this.blocked = null
    if (reply !== undefined) this.push(reply)
    this.endSkip()
    this.#host.resume(this)
  }

  /** Runs the command lines sent while the session was held, up to the next one that waits. */
  drain(): void {
    this.#postponed = false
    while (!this.closed && this.blocked === null && !this.#isPutOff()) {
      const argv = this.#waiting.shift()
      if (argv === undefined) return
      for (const reply of this.#host.run(this, argv).replies) if (!this.closed) this.sink.push(reply)
    }
  }

  #isPutOff(): boolean {
    return this.#postponed || this.#host.holds()
  }

  close(): void {
    if (this.closed) return
    this.closed = true
    this.#host.forget(this)
    this.#host.afterCommand()
  }

  /** Closes the connection from the server's side. */
  kill(): void {
    if (this.closed) return
    this.closed = true
    this.#host.forget(this)
    this.sink.closed()
  }
}
