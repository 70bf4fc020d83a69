import type { Bytes } from '../acl/bytes'
import type { Command } from '../acl/command'
import type { User } from '../acl/user'
import type { BlockRequest } from '../keyspace/context'
import { CommandError, type ErrorReply, type Reply } from '../resp/reply'
import { countServed, runCommandLine } from './dispatch'
import { canLogIn, logIn } from './log-in'
import type { SimulatedServer } from './server'
import type { Tracking } from './tracking'
import type { Connection, Exchange, Origin, Sink } from './types'

/** A command accepted into a transaction. */
export interface QueuedCommand {
  readonly command: Command
  readonly argv: readonly Bytes[]
}

/** MULTI up to EXEC or DISCARD. */
export interface Transaction {
  readonly queue: QueuedCommand[]
  /** A command was refused while queueing: EXEC answers EXECABORT. */
  aborted: boolean
  /** The database that the queued SELECTs lead to: what comes after is checked against it. */
  db: number
}

/** A command that waits for its reply. */
export interface Blocked {
  readonly request: BlockRequest
  readonly command: Command
  readonly argv: readonly Bytes[]
  readonly db: number
  /** Unix milliseconds, or Infinity. */
  readonly deadline: number
}

/** One connection, as the server keeps it. */
export class Session implements Connection {
  /** Whose permissions count: the default user's until somebody logs in. */
  account: User
  authenticated = false
  protocol: 2 | 3 = 2
  db = 0
  name: Bytes = ''
  libraryName: Bytes = ''
  libraryVersion: Bytes = ''
  transaction: Transaction | null = null
  /** A watched key changed: EXEC answers null. */
  watchBroken = false
  blocked: Blocked | null = null
  readonly channels = new Set<Bytes>()
  readonly patterns = new Set<Bytes>()
  readonly shardChannels = new Set<Bytes>()
  tracking: Tracking | null = null
  noEvict = false
  noTouch = false
  /** CLIENT CAPA (Valkey 8): what the client said it understands. */
  readonly capabilities = new Set<Bytes>()
  /** CLIENT REPLY: `skip-next` mutes SKIP itself and the command after it. */
  replyMode: 'on' | 'off' | 'skip-next' = 'on'
  closed = false
  /** Why a connection never came about (`Connection refused`), in a client's words; null where it did. */
  refused: string | null = null
  closeAfterReply = false
  lastCommand: Command | null = null
  lastCommandAt: number
  commandsRun = 0
  readonly createdAt: number
  /** What this connection is sent while one of its own commands runs, where the server holds it back until the reply is out. */
  heldBack: Reply[] | null = null
  readonly #waiting: (readonly Bytes[])[] = []
  /** The first waiting command line was held back by CLIENT PAUSE: nothing runs before it. */
  #postponed = false

  constructor(
    readonly server: SimulatedServer,
    readonly id: number,
    readonly origin: Origin,
    readonly sink: Sink,
    account: User,
  ) {
    this.account = account
    this.createdAt = this.lastCommandAt = server.clock.now()
  }

  get user(): Bytes | null {
    return this.server.mustLogIn(this) ? null : this.account.name
  }

  get inMulti(): boolean {
    return this.transaction !== null
  }

  get subscriptions(): number {
    return this.channels.size + this.patterns.size + this.shardChannels.size
  }

  /** The state of a fresh connection: the default user, logged in where that one needs no password. */
  logInByDefault(): void {
    const { defaultUser } = this.server
    this.account = defaultUser
    this.authenticated = defaultUser.nopass && defaultUser.enabled
  }

  logInAs(name: Bytes): ErrorReply | null {
    try {
      logIn(this, name, 'AUTH', canLogIn)
      return null
    } catch (thrown) {
      if (!(thrown instanceof CommandError)) throw thrown
      return thrown.reply
    } finally {
      this.server.changed()
    }
  }

  /** Logs in the user that a TLS certificate names, where there is one who may (tls-auth-clients-user). */
  logInByCertificate(): void {
    const { server, origin } = this
    if (origin.kind === 'unix' || origin.tls !== true || origin.certificateUser === undefined) return
    if (server.config.get('tls-auth-clients-user').toUpperCase() !== 'CN') return
    const user = server.users.get(origin.certificateUser)
    if (user === undefined || !user.enabled) return
    this.account = user
    this.authenticated = true
  }

  send(argv: readonly Bytes[]): Exchange {
    if (this.closed || argv.length === 0) return { argv, replies: [], decision: null, blocked: false }
    if (this.blocked !== null || this.#postponed || this.server.holds(this)) {
      this.#waiting.push(argv)
      return { argv, replies: [], decision: null, blocked: true }
    }
    const exchange = runCommandLine(this.server, this, argv)
    this.server.afterCommand()
    return exchange
  }

  /** Keeps a command line that CLIENT PAUSE holds back, and all that follow it. */
  postpone(argv: readonly Bytes[]): void {
    this.#waiting.unshift(argv)
    this.#postponed = true
  }

  /** Sends something that is not the reply to a command just sent. */
  push(reply: Reply): void {
    if (this.closed) return
    if (this.heldBack !== null) this.heldBack.push(reply)
    else this.sink.push(reply)
  }

  /** Ends the wait of a blocked command with this reply; what was sent meanwhile runs when the server gets to it. */
  unblock(reply: Reply | undefined): void {
    if (this.blocked !== null) countServed(this.server, this.blocked, reply)
    this.blocked = null
    if (reply !== undefined) this.push(reply)
    this.server.resume(this)
  }

  /** Runs what was sent while the connection was held, up to the next command that waits. */
  drain(): void {
    this.#postponed = false
    while (!this.closed && this.blocked === null && !this.#isHeld()) {
      const argv = this.#waiting.shift()
      if (argv === undefined) return
      for (const reply of runCommandLine(this.server, this, argv).replies) this.push(reply)
    }
  }

  #isHeld(): boolean {
    return this.#postponed || this.server.holds(this)
  }

  close(): void {
    if (this.closed) return
    this.closed = true
    this.server.forget(this)
    this.server.afterCommand()
  }

  /** The server hangs up. */
  kill(): void {
    if (this.closed) return
    this.closed = true
    this.server.forget(this)
    this.sink.closed()
  }
}
