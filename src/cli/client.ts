import type { Socket } from 'node:net'
import type { Bytes } from '../acl/bytes'
import { error, type Reply } from '../resp/reply'
import { ARGUMENT, RequestReader, type RequestLimits } from '../resp/request'
import type { SimulatedServer } from '../server/server'
import type { Connection, Origin, Sink } from '../server/types'
import type { Holder, SharedMemory } from './memory'
import { Outgoing } from './outgoing'

/** Other clients get their turn after so many commands, or after so many milliseconds once some have run. */
const COMMANDS_A_TURN = 4096
const COMMANDS_WITHOUT_LOOK = 512
const TURN = 1
/** The socket is paused while more than this many bytes wait to be run. */
const MAX_UNREAD = 64 * 1024
/** The size of a server's read, and of the reply buffer that every client has. */
const BUFFER = 16 * 1024
/** The time in milliseconds that a closed client has to read its last replies. */
const LINGER = 1000

/** A connection that the server accepted. */
export interface Accepted {
  readonly origin: Origin
  readonly id?: number | undefined
}

/** State that all clients of a server share. */
export interface Surroundings {
  readonly server: SimulatedServer
  readonly limits: Omit<RequestLimits, 'mustLogIn'>
  readonly memory: SharedMemory
  /** The clients to notify of any change on the server. */
  readonly waiting: Set<SocketClient>
  /** Prints a fault to the terminal. */
  readonly warn: (line: string) => void
}

/**
 * A client on a socket: reads its requests, runs them in order, and sends the replies. Further requests wait while a
 * command blocks (BLPOP), while something is being loaded for a command, and while the client does not read its
 * replies. An exception closes only this client.
 */
export class SocketClient implements Sink, Holder {
  readonly #socket: Socket
  readonly #around: Surroundings
  readonly #reader: RequestReader
  readonly #out: Outgoing
  readonly #connection: Connection
  #running = false
  #waiting: 'nothing' | 'reply' | 'loading' | 'drain' = 'nothing'
  #closing = false
  #ended = false
  #linger: NodeJS.Timeout | null = null
  /** The size in bytes of the commands that are queued in a transaction. */
  #queued = 0
  #held = 0
  /** The time since which more than the soft limit of its replies is unsent. */
  #softSince: number | null = null

  /** @param accepted the client's origin, and its id where a TLS handshake gave it one */
  constructor(socket: Socket, { origin, id }: Accepted, around: Surroundings) {
    this.#socket = socket
    this.#around = around
    this.#out = new Outgoing(socket)
    this.#reader = new RequestReader({ ...around.limits, mustLogIn: () => this.#connection.user === null })
    around.memory.add(this)
    socket.setNoDelay(true)
    socket.on('data', (chunk) => this.#guard(() => this.#read(chunk)))
    socket.on('drain', () => this.#guard(() => this.#drained()))
    socket.on('close', () => this.#forget())
    socket.on('error', () => socket.destroy())
    this.#connection = around.server.connect(origin, this, id)
    this.#guard(() => this.#flush())
  }

  get held(): number {
    return this.#held
  }

  /** Retries the blocked command, since something on the server has changed. */
  serverChanged(): void {
    if (this.#connection.isHeld) return
    this.#around.waiting.delete(this)
    setImmediate(() => this.#guard(() => this.#resume('reply')))
  }

  push(reply: Reply): void {
    this.#guard(() => {
      this.#write(reply)
      if (!this.#running) this.#flush()
    })
  }

  closed(): void {
    this.#closing = true
    if (!this.#running) this.#guard(() => this.#flush())
  }

  /** Ends the connection at once. */
  end(): void {
    this.#ended = this.#closing = true
    this.#out.clear()
    this.#socket.destroy()
  }

  evict(): void {
    this.#around.warn(
      `Closed client ${this.#connection.id}: the memory for requests and replies ran out, and it held the most.`,
    )
    this.end()
  }

  /** Runs an action; where it throws, closes this client and no other. */
  #guard(action: () => void): void {
    if (this.#ended) return
    try {
      action()
      this.#account()
    } catch (thrown) {
      this.#running = false
      this.#around.server.times.endBatch()
      this.#around.warn(
        `Closed client ${(this.#connection as Connection | undefined)?.id ?? 0} after an internal error: ${String(thrown)}`,
      )
      this.end()
    }
  }

  #forget(): void {
    this.#ended = true
    this.#out.clear()
    this.#around.waiting.delete(this)
    this.#around.memory.remove(this)
    if (this.#linger !== null) clearTimeout(this.#linger)
    try {
      this.#connection.close()
    } catch (thrown) {
      this.#around.warn(`Internal error while a client disconnected: ${String(thrown)}`)
    }
  }

  /** Reports the memory that this client holds now. */
  #account(): void {
    if (this.#ended) return
    const held = this.#reader.held + this.#queued + this.#out.held
    const change = held - this.#held
    if (change === 0) return
    this.#held = held
    this.#around.memory.changed(this, change)
  }

  #read(chunk: Buffer): void {
    if (this.#closing) return
    // Before authentication, requests are read in pieces as a server reads them: see #isOverLimit.
    const step = this.#connection.user === null ? BUFFER : chunk.length
    for (let at = 0; at < chunk.length; at += step) {
      this.#reader.feed(chunk.toString('latin1', at, at + step))
      if (this.#waiting === 'nothing') this.#run()
    }
    const { config } = this.#around.server
    const limit = config.number('client-query-buffer-limit')
    if (limit > 0 && this.#reader.held > limit) this.end()
    else this.#holdBack()
  }

  /** Pauses the socket while requests wait to be run. */
  #holdBack(): void {
    if (this.#closing) return
    if (this.#waiting === 'drain' || (this.#waiting !== 'nothing' && this.#reader.pending > MAX_UNREAD))
      this.#socket.pause()
    else if (this.#socket.isPaused()) this.#socket.resume()
  }

  #drained(): void {
    this.#flush()
    if (this.#out.isEmpty) this.#resume('drain')
  }

  #resume(from: 'reply' | 'drain'): void {
    if (this.#waiting !== from) return
    this.#waiting = 'nothing'
    this.#run()
    this.#holdBack()
  }

  /** Runs requests until there are none left or one has to wait. */
  #run(): void {
    const { server } = this.#around
    this.#running = true
    server.times.startBatch()
    const began = server.clock.now()
    for (let count = 0; this.#waiting === 'nothing' && !this.#closing; count++) {
      const isLong = count % COMMANDS_WITHOUT_LOOK === 0 && count > 0 && server.now - began > TURN
      if (isLong || count === COMMANDS_A_TURN) {
        this.#waitFor(new Promise((resolve) => setImmediate(resolve)))
        break
      }
      const request = this.#reader.next()
      if (request === null) break
      if ('protocolError' in request) {
        this.#write(error(request.protocolError))
        this.#closing = true
      } else this.#take(request.argv)
    }
    this.#running = false
    server.times.endBatch()
    this.#flush()
  }

  #take(argv: readonly Bytes[]): void {
    const loading = this.#around.server.prepare(argv)
    if (loading === null) this.#send(argv)
    else this.#waitFor(loading, () => this.#send(argv))
  }

  #send(argv: readonly Bytes[]): void {
    const { replies, blocked } = this.#connection.send(argv)
    for (const reply of replies) this.#write(reply)
    if (!this.#connection.inMulti) this.#queued = 0
    else for (const arg of argv) this.#queued += arg.length + ARGUMENT
    if (blocked || this.#connection.isHeld) {
      this.#waiting = 'reply'
      this.#around.waiting.add(this)
    }
    if (this.#connection.closed) this.#closing = true
    if (this.#out.isWorthSending) this.#flush()
  }

  /** Resumes when a promise settles, after running `then`; where it rejects, its error is the reply. */
  #waitFor(promise: Promise<unknown>, then: () => void = () => undefined): void {
    this.#waiting = 'loading'
    const failed = (reason: unknown): void =>
      this.#write(error(`ERR The simulator could not load what this command needs: ${String(reason)}`))
    const goOn = (next: () => void): void => {
      if (this.#closing) return
      this.#waiting = 'nothing'
      this.#running = true
      next()
      this.#running = false
      this.#flush()
      if (this.#isIdle()) this.#run()
      this.#holdBack()
    }
    promise.then(
      () => this.#guard(() => goOn(then)),
      (reason: unknown) => this.#guard(() => goOn(() => failed(reason))),
    )
  }

  /** Reads the state again, since the command that just ran may have changed it. */
  #isIdle(): boolean {
    return this.#waiting === 'nothing'
  }

  #write(reply: Reply): void {
    if (this.#ended) return
    // A client has no connection yet while it is being accepted: greetings are in RESP2.
    this.#out.add(reply, (this.#connection as Connection | undefined)?.protocol ?? 2)
    const buffer = this.#around.server.debugging.listsReplies ? 0 : BUFFER
    if (this.#out.size > buffer && this.#isOverLimit()) this.end()
  }

  /**
   * Returns true where more is unsent than the client may have (checkClientOutputBufferLimits): before authentication
   * its reply buffer, afterwards the value of client-output-buffer-limit.
   */
  #isOverLimit(): boolean {
    const { server } = this.#around
    const { size } = this.#out
    const session = server.sessions.get(this.#connection.id)
    if (session === undefined) return false
    const { limitsRepliesBeforeLogIn, firstLogInLiftsLimit } = server.target.behaviours
    const isLifted = firstLogInLiftsLimit && session.hasBeenAuthenticated
    if (limitsRepliesBeforeLogIn && session.user === null && !isLifted) return true
    const { hard, soft, seconds } = server.config.bufferLimits[session.subscriptions > 0 ? 'pubsub' : 'normal']
    if (hard > 0 && size >= hard) return true
    if (soft === 0 || size < soft) this.#softSince = null
    else this.#softSince ??= server.now
    return this.#softSince !== null && server.now - this.#softSince > seconds * 1000
  }

  #flush(): void {
    if (this.#ended) return
    const state = this.#out.flush()
    if (state !== 'sent' && this.#waiting === 'nothing') this.#waiting = 'drain'
    if (state === 'more') setImmediate(() => this.#guard(() => this.#drained()))
    if (!this.#closing || this.#socket.destroyed) return
    if (this.#out.isEmpty && !this.#socket.writableEnded) this.#socket.end()
    if (this.#linger === null) this.#linger = setTimeout(() => this.end(), LINGER).unref()
    else this.#linger.refresh()
  }
}
