import type { Socket } from 'node:net'
import { fromUint8, lower } from '../acl/bytes'
import type { Bytes } from '../acl/bytes'
import { encode } from '../resp/encode'
import { error } from '../resp/reply'
import type { Reply } from '../resp/reply'
import { RequestReader } from '../resp/request'
import type { RequestLimits } from '../resp/request'
import type { SimulatedServer } from '../server/server'
import type { Connection, Origin, Sink } from '../server/types'

/** Commands run at a stretch before other clients get their turn. */
const COMMANDS_A_TURN = 512
/** Replies are sent in pieces of about this size. */
const FLUSH_AT = 64 * 1024
/** A client that sends this much while it waits for a reply is not read from until it gets one. */
const MAX_UNREAD = 1024 * 1024
/** A subscriber that lets this much pile up is cut off (client-output-buffer-limit pubsub). */
const MAX_UNSENT = 32 * 1024 * 1024
/** How long a client that was hung up on may take to read its last reply. */
const LINGER = 1000

/**
 * One client on a socket: reads its requests, runs them in order, and sends the replies. While a command waits (BLPOP), while
 * something is being loaded for one, or while the client does not read its replies, what it sent further waits too.
 */
export class SocketClient implements Sink {
  readonly #socket: Socket
  readonly #server: SimulatedServer
  readonly #reader: RequestReader
  readonly #connection: Connection
  readonly #whoWaits: Set<SocketClient>
  #out: Bytes = ''
  #running = false
  #waiting: 'nothing' | 'reply' | 'loading' | 'drain' = 'nothing'
  #closing = false

  /** `whoWaits` holds those clients that are to be told when anything on the server has changed. */
  constructor(
    socket: Socket,
    server: SimulatedServer,
    origin: Origin,
    limits: Omit<RequestLimits, 'mustLogIn'>,
    whoWaits: Set<SocketClient>,
  ) {
    this.#socket = socket
    this.#whoWaits = whoWaits
    this.#server = server
    this.#reader = new RequestReader({ ...limits, mustLogIn: () => this.#connection.user === null })
    socket.setNoDelay(true)
    socket.on('data', (chunk) => this.#read(chunk))
    socket.on('drain', () => this.#resume('drain'))
    socket.on('close', () => {
      this.#whoWaits.delete(this)
      this.#connection.close()
    })
    socket.on('error', () => socket.destroy())
    this.#connection = server.connect(origin, this)
    this.#flush()
  }

  /** Something on the server has changed: the reply that this client waits for may have come. */
  serverChanged(): void {
    if (this.#isHeld()) return
    this.#whoWaits.delete(this)
    setImmediate(() => this.#resume('reply'))
  }

  push(reply: Reply): void {
    this.#write(reply)
    if (!this.#running) this.#flush()
    if (this.#socket.writableLength > MAX_UNSENT) this.#socket.destroy()
  }

  closed(): void {
    this.#closing = true
    if (!this.#running) this.#flush()
  }

  /** Ends the connection, as at shutdown. */
  end(): void {
    this.#socket.destroy()
  }

  #read(chunk: Uint8Array): void {
    if (this.#closing) return
    this.#reader.feed(fromUint8(chunk))
    if (this.#waiting === 'nothing') this.#run()
    else if (this.#reader.pending > MAX_UNREAD) this.#socket.pause()
  }

  #resume(from: 'reply' | 'drain'): void {
    if (this.#waiting !== from) return
    this.#waiting = 'nothing'
    this.#socket.resume()
    this.#run()
  }

  /** Runs requests until there are no more, or something has to be waited for. */
  #run(): void {
    this.#running = true
    for (let count = 0; this.#waiting === 'nothing' && !this.#closing; count++) {
      if (count === COMMANDS_A_TURN) {
        this.#waitFor('loading', new Promise((resolve) => setImmediate(resolve)))
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
    this.#flush()
  }

  #take(argv: readonly Bytes[]): void {
    // Servers hang up without a word on what looks like a web page talking to them.
    if (['post', 'host:'].includes(lower(argv[0] ?? ''))) {
      this.#closing = true
      return
    }
    const loading = this.#server.prepare(argv)
    if (loading === null) this.#send(argv)
    else this.#waitFor('loading', loading, () => this.#send(argv))
  }

  #send(argv: readonly Bytes[]): void {
    const { replies, blocked } = this.#connection.send(argv)
    for (const reply of replies) this.#write(reply)
    if (blocked || this.#isHeld()) {
      this.#waiting = 'reply'
      this.#whoWaits.add(this)
    }
    if (this.#connection.closed) this.#closing = true
    if (this.#out.length > FLUSH_AT) this.#flush()
  }

  /** Reads on when something is done, and then runs `then` first; where it fails, its error is the reply. */
  #waitFor(what: 'loading', promise: Promise<unknown>, then: () => void = () => undefined): void {
    this.#waiting = what
    const failed = (reason: unknown): void =>
      this.#write(error(`ERR The simulator could not load what this command needs: ${String(reason)}`))
    const goOn = (next: () => void): void => {
      if (this.#closing) return
      this.#waiting = 'nothing'
      this.#running = true
      next()
      this.#running = false
      this.#flush()
      if (this.#isIdle()) {
        this.#socket.resume()
        this.#run()
      }
    }
    promise.then(
      () => goOn(then),
      (reason: unknown) => goOn(() => failed(reason)),
    )
  }

  /** Read anew: what just ran may have changed it. */
  #isIdle(): boolean {
    return this.#waiting === 'nothing'
  }

  /** Whether the server keeps this client's commands back: one waits, or clients are paused. */
  #isHeld(): boolean {
    const session = this.#server.sessions.get(this.#connection.id)
    return session !== undefined && (session.blocked !== null || this.#server.holds(session))
  }

  #write(reply: Reply): void {
    // While it is being taken on, a client has no connection yet: greetings are in RESP2.
    this.#out += encode(reply, (this.#connection as Connection | undefined)?.protocol ?? 2)
  }

  #flush(): void {
    if (this.#out !== '') {
      const flowing = this.#socket.write(this.#out, 'latin1')
      this.#out = ''
      if (!flowing && this.#waiting === 'nothing') this.#waiting = 'drain'
    }
    if (this.#closing && !this.#socket.destroyed && !this.#socket.writableEnded) {
      this.#socket.end()
      setTimeout(() => this.#socket.destroy(), LINGER).unref()
    }
  }
}
