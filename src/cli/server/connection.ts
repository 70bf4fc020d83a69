import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { fromText, toText, toUint8, type Bytes } from '../../acl/bytes'
import { encodeCommand } from '../../resp/encode'
import { type ErrorReply, isError, type Reply } from '../../resp/reply'
import type { Debug } from '../debug'
import { CannotRun, type Io } from '../input'
import { onOneLine } from '../printable'
import { addressOf, type ServerAddress } from './address'
import {
  closedAfter,
  connectionProblem,
  isSentinel,
  needsPassword,
  protocolProblem,
  refusedCommand,
  refusedLogIn,
} from './problems'
import { ReplyReader } from './reply-reader'

/** The options of a connection. */
export interface ConnectOptions {
  /** Files of certificates for TLS: the authority's, and the client's own with its key. */
  readonly cacert?: string
  readonly cert?: string
  readonly key?: string
  /** True to accept a Sentinel too, without a log-in where it needs none: its users are its own. */
  readonly sentinels?: boolean
}

/** The time in milliseconds for connecting, and without a byte of an awaited answer. */
const PATIENCE = 10_000

/** The time in milliseconds for a whole answer. */
const LONGEST_ANSWER = 60_000

interface Waiting {
  readonly resolve: (reply: Reply) => void
  readonly reject: (reason: CannotRun) => void
}

/** A connection to a server, in RESP2. It sends only the commands that it is given, and AUTH. */
export class ServerConnection {
  readonly #socket: Socket
  readonly #debug: Debug
  readonly #waiting: Waiting[] = []
  readonly #timer: NodeJS.Timeout
  #problem: CannotRun | null = null
  /** The last reply, where it was an error: the reason why a server closes a connection. */
  #lastError: ErrorReply | null = null
  #onLine: ((line: Bytes | null) => void) | null = null
  #onEnd: (() => void) | null = null
  /** The password, so that no message of the server repeats it. */
  #password = ''
  /** Unix milliseconds of the last command. */
  #askedAt = 0
  /** The user whose log-in succeeded; `default` before. */
  user = 'default'
  /** The answer to HELLO, by field: the server's name and version. Empty where it answers with an error. */
  hello: ReadonlyMap<Bytes, Reply> = new Map()

  private constructor(
    readonly address: ServerAddress,
    socket: Socket,
    debug: Debug,
  ) {
    this.#socket = socket
    this.#debug = debug
    const reader = new ReplyReader(
      (reply) => this.#receive(reply),
      () => this.#onLine?.(null),
    )
    socket.on('data', (chunk) => {
      this.#timer.refresh()
      if (this.#waiting.length > 0 && Date.now() - this.#askedAt > LONGEST_ANSWER)
        this.#fail(protocolProblem(address, 'silent', LONGEST_ANSWER / 1000))
      try {
        if (address.kind === 'tcp' && reader.isEmpty && isTlsRecord(chunk)) this.#fail(protocolProblem(address, 'tls'))
        else reader.push(chunk)
      } catch {
        this.#fail(protocolProblem(address, 'no-reply'))
      }
    })
    socket.on('error', (reason) => this.#fail(connectionProblem(address, reason)))
    socket.on('close', () =>
      this.#fail(
        this.#lastError === null ? protocolProblem(address, 'closed') : closedAfter(this.name, this.#lastError),
      ),
    )
    this.#timer = setTimeout(() => {
      if (this.#waiting.length > 0) this.#fail(protocolProblem(address, 'silent', PATIENCE / 1000))
    }, PATIENCE)
    this.#timer.unref()
  }

  /** The address without credentials. */
  get name(): string {
    return this.address.name
  }

  /** Connects and logs in. Throws CannotRun where either fails. */
  static async open(address: ServerAddress, options: ConnectOptions, io: Io, debug: Debug): Promise<ServerConnection> {
    const socket = await openSocket(address, options)
    debug(`${address.name}: connected`)
    const connection = new ServerConnection(address, socket, debug)
    try {
      await connection.#logIn(io, options.sentinels === true)
    } catch (reason) {
      connection.close()
      throw reason
    }
    return connection
  }

  /** True for a Sentinel. */
  get isSentinel(): boolean {
    return this.hello.get('mode') === 'sentinel'
  }

  async #logIn(io: Io, sentinels: boolean): Promise<void> {
    await this.#logInAny(io, sentinels)
    if (this.isSentinel && !sentinels) throw isSentinel(this.name)
  }

  async #logInAny(io: Io, sentinels: boolean): Promise<void> {
    const { user, password } = this.address
    if (sentinels && (await this.#greet()) && this.isSentinel) return
    if (password !== null) await this.#authenticate(user, password)
    if ((password === null && user !== null) || !(await this.#greet())) {
      const question = `Password of ${onOneLine(user ?? 'default')} on ${onOneLine(this.name)}: `
      const typed = (await io.password?.(question)) ?? null
      if (typed === null) throw needsPassword(this.name)
      await this.#authenticate(user, typed)
      await this.#greet()
    }
  }

  /**
   * Sends HELLO, which needs no permission and leaves no trace in ACL LOG. Returns false where the server wants a
   * password first.
   */
  async #greet(): Promise<boolean> {
    const reply = await this.ask(['HELLO'])
    if (Array.isArray(reply)) {
      const fields = new Map<Bytes, Reply>()
      for (let i = 0; i + 1 < reply.length; i += 2) {
        const name: unknown = reply[i]
        if (typeof name === 'string') fields.set(name, reply[i + 1] as Reply)
      }
      this.hello = fields
    }
    return !(isError(reply) && reply.text.startsWith('NOAUTH'))
  }

  async #authenticate(user: string | null, password: string): Promise<void> {
    this.#password = fromText(password)
    const words = user === null ? [password] : [user, password]
    const reply = await this.ask(['AUTH', ...words.map(fromText)])
    // A default user without a password needs none; the one in the environment may be for other servers.
    if (isError(reply) && user === null && /without any password configured|no password is set/.test(reply.text)) return
    if (isError(reply)) throw refusedLogIn(this.name, user ?? 'default', reply)
    this.user = user ?? 'default'
  }

  /** Masks the password in the server's words. */
  #mask(text: Bytes): Bytes {
    return this.#password === '' ? text : text.replaceAll(this.#password, '***')
  }

  /** Sends a command and returns the answer, error replies included. Throws CannotRun where there is none. */
  async ask(argv: readonly Bytes[]): Promise<Reply> {
    if (this.#problem !== null) throw this.#problem
    this.#timer.refresh()
    this.#askedAt = Date.now()
    const answer = await new Promise<Reply>((resolve, reject) => {
      this.#waiting.push({ resolve, reject })
      this.#socket.write(toUint8(encodeCommand(argv)))
    })
    const reply = isError(answer) ? { ...answer, text: this.#mask(answer.text) } : answer
    const shown = argv[0] === 'AUTH' ? 'AUTH' : toText(argv.slice(0, 3).join(' '))
    this.#debug(`${this.name}: ${shown}: ${toText(this.#mask(summaryOf(reply)))}`)
    return reply
  }

  /** Sends a command and returns the answer. Throws CannotRun, naming the missing permission, for an error reply. */
  async demand(argv: readonly Bytes[]): Promise<Exclude<Reply, ErrorReply>> {
    const reply = await this.ask(argv)
    if (isError(reply)) throw refusedCommand(this.name, this.user, argv, reply)
    return reply
  }

  /**
   * Sends MONITOR and delivers each line, null for one that is too long, until `until` resolves. Throws CannotRun where
   * the connection ends earlier.
   */
  async monitor(onLine: (line: Bytes | null) => void, until: Promise<unknown>): Promise<void> {
    // The first lines may come together with the answer.
    this.#onLine = onLine
    await this.demand(['MONITOR'])
    const ended = new Promise<void>((resolve) => {
      this.#onEnd = resolve
    })
    await Promise.race([until, ended])
    this.#onLine = null
    if (this.#problem !== null) throw this.#problem
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#problem ??= protocolProblem(this.address, 'closed')
    this.#socket.destroy()
  }

  #receive(reply: Reply): void {
    this.#lastError = isError(reply) ? { ...reply, text: this.#mask(reply.text) } : null
    const waiting = this.#waiting.shift()
    if (waiting !== undefined) waiting.resolve(reply)
    else if (typeof reply === 'object' && reply !== null && 'type' in reply && reply.type === 'simple')
      this.#onLine?.(reply.text)
  }

  #fail(problem: CannotRun): void {
    if (this.#problem !== null) return
    this.#problem = problem
    clearTimeout(this.#timer)
    this.#socket.destroy()
    for (const { reject } of this.#waiting.splice(0)) reject(problem)
    this.#onEnd?.()
  }
}

/** Returns true for the start of a TLS alert or handshake record. */
const isTlsRecord = (chunk: Uint8Array): boolean => (chunk[0] === 0x15 || chunk[0] === 0x16) && chunk[1] === 3

function summaryOf(reply: Reply): string {
  if (isError(reply)) return reply.text
  if (Array.isArray(reply)) return `${reply.length} elements`
  if (typeof reply === 'string') return `${reply.length} bytes`
  if (typeof reply === 'object' && reply !== null) return 'text' in reply ? reply.text : ''
  return String(reply)
}

/** Connects, within PATIENCE. */
function openSocket(address: ServerAddress, options: ConnectOptions): Promise<Socket> {
  const certificates = address.kind === 'tls' ? certificatesOf(options) : {}
  return new Promise((resolve, reject) => {
    const { kind, host, port, path } = address
    const socket =
      kind === 'tls'
        ? connectTls({ host, port, servername: /^[\d.]+$|:/.test(host) ? '' : host, ...certificates })
        : kind === 'unix'
          ? connect({ path })
          : connect({ host, port, noDelay: true })
    const onError = (reason: Error): void => reject(connectionProblem(address, rootOf(reason)))
    socket.setTimeout(PATIENCE, () => {
      socket.destroy()
      reject(protocolProblem(address, 'silent', PATIENCE / 1000))
    })
    socket.once('error', onError)
    socket.once(kind === 'tls' ? 'secureConnect' : 'connect', () => {
      socket.setTimeout(0)
      socket.removeListener('error', onError)
      resolve(socket)
    })
  })
}

/** Returns the first of several errors: Node tries each address of a host. */
function rootOf(reason: Error): NodeJS.ErrnoException {
  const [first] = reason instanceof AggregateError ? (reason.errors as unknown[]) : []
  return first instanceof Error ? first : reason
}

function certificatesOf({ cacert, cert, key }: ConnectOptions): { ca?: Buffer; cert?: Buffer; key?: Buffer } {
  if ((cert === undefined) !== (key === undefined)) throw new CannotRun('--cert and --key belong together.')
  const read = (path: string): Buffer => {
    try {
      return readFileSync(path)
    } catch {
      throw new CannotRun(`${onOneLine(path)} cannot be read.`)
    }
  }
  return {
    ...(cacert !== undefined && { ca: read(cacert) }),
    ...(cert !== undefined && { cert: read(cert) }),
    ...(key !== undefined && { key: read(key) }),
  }
}

/** Opens a connection for the time of a task. */
export async function withServer<T>(
  argument: string | undefined,
  options: ConnectOptions,
  io: Io,
  debug: Debug,
  task: (connection: ServerConnection) => Promise<T>,
): Promise<T> {
  const connection = await ServerConnection.open(addressOf(argument, process.env), options, io, debug)
  try {
    return await task(connection)
  } finally {
    connection.close()
  }
}
