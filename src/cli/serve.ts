import { randomBytes, randomInt } from 'node:crypto'
import { chmodSync, existsSync, lstatSync, rmSync } from 'node:fs'
import { createServer, type Server as Listener, type Socket } from 'node:net'
import { dirname, resolve } from 'node:path'
import ipaddr from 'ipaddr.js'
import { fromUint8, provideDecoder, toText, type Bytes } from '../acl/bytes'
import { parseConfigFile } from '../server/config-file'
import type { SimulatedServer } from '../server/server'
import { startServer } from '../server/start'
import type { FileStore, Origin } from '../server/types'
import { loadTarget } from '../targets/load'
import type { TargetId } from '../targets/target'
import { SocketClient, type Surroundings } from './client'
import { DiskFiles } from './files'
import { provideLuaFromPackage } from './lua'
import { memoryShares, SharedMemory, type MemoryShares } from './memory'
import { readUpTo, TooLong } from './read-up-to'

export interface ServeOptions {
  readonly target: TargetId
  /** True to load the modules bundled with Redis 8. */
  readonly modules: boolean
  /** Path of redis.conf, `-` for standard input, or null. */
  readonly confPath: string | null
  /** Further configuration lines, which follow the file's. */
  readonly extraConf: Bytes
  /** The files that the server reads and writes; absent: those on disk. */
  readonly files?: FileStore
  /** Prints a line to the terminal. */
  readonly log: (line: string) => void
  /** Reports faults and clients that had to be closed; absent: `log` does. */
  readonly warn?: (line: string) => void
  /** Called when a client sent SHUTDOWN or the server crashed. */
  readonly onShutdown?: (why: 'shutdown' | 'crash') => void
}

/** A listening server. CONFIG SET of port and bind change the addresses. */
export interface Serving {
  readonly server: SimulatedServer
  /** The TCP port, or null where it has none (`port 0`). */
  readonly port: number | null
  readonly socketPath: string | null
  /** Disconnects all clients and stops listening. */
  stop(): Promise<void>
}

/** Thrown where the server does not start, with its own message where it has one. */
export class StartRefused extends Error {}

/** The interval in milliseconds at which keys expire and blocked commands time out. */
const TICK = 10

/**
 * Starts the simulated server on TCP and, where configured, on a Unix socket. Throws StartRefused where a real server
 * would not start: a missing configuration file, a bad line in it, bad users, an address in use.
 */
export async function serve(options: ServeOptions): Promise<Serving> {
  const target = await loadTarget(options.target, { modules: options.modules })
  const confPath = options.confPath === null || options.confPath === '-' ? null : resolve(options.confPath)
  const conf = `${readConf(options.confPath)}\n${options.extraConf}`
  const started: { server: SimulatedServer | null; listening: Listening | null } = { server: null, listening: null }
  const files =
    options.files ?? new DiskFiles(() => resolve(toText(started.server?.config.get('dir') ?? directoryIn(conf))))
  provideLuaFromPackage()
  provideDecoder((array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('latin1'))
  const shares = memoryShares()
  const result = startServer({
    target,
    conf,
    files,
    confPath,
    clock: { now: () => Date.now() },
    random: { bytes: (n) => fromUint8(randomBytes(n)), below: (n) => randomInt(n) },
    unknownDirectives: 'note',
    explain: false,
    memoryLimit: shares.data,
    relisten: () => started.listening?.relisten() ?? Promise.resolve(true),
    onShutdown: (why) => {
      if (why === 'crash') options.log('The real server crashes here; the simulator stops.')
      options.onShutdown?.(why)
    },
  })
  if (!result.started)
    throw new StartRefused(
      toText(result.output) + (result.crash ? '\n(The real server crashes here; the simulator stops.)' : ''),
    )
  const { server } = result
  started.server = server

  options.log(
    `ACL Playground: a simulator of ${target.label} (${target.version}), for trying access control. Data is in memory only.`,
  )
  for (const { message, span } of result.notes)
    options.log(`Note${span === null ? '' : `, line ${span.line}`}: ${message}`)
  const listening = new Listening(server, options, shares)
  started.listening = listening
  try {
    await listening.open()
  } catch (reason) {
    await listening.stop()
    throw reason
  }
  return listening
}

/** Error messages of the C library. */
const errors: Readonly<Record<string, string>> = {
  ENOENT: 'No such file or directory',
  EISDIR: 'Is a directory',
  ENOTDIR: 'Not a directory',
  EACCES: 'Permission denied',
  EADDRINUSE: 'Address already in use',
  EADDRNOTAVAIL: 'Cannot assign requested address',
}

/** The errors that an optional address (`-` before it) may fail with: this host does not have it. */
const absent = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EPFNOSUPPORT', 'EPROTONOSUPPORT', 'ESOCKTNOSUPPORT'])

function readConf(path: string | null): Bytes {
  if (path === null) return ''
  try {
    return fromUint8(readUpTo(path === '-' ? 0 : path))
  } catch (reason) {
    const { code = '', message } = reason as NodeJS.ErrnoException
    const why = reason instanceof TooLong ? message : (errors[code] ?? message)
    throw new StartRefused(`Fatal error, can't open config file '${resolve(path)}': ${why}`)
  }
}

/** Returns the working directory that a configuration sets: ACL files are read from there during loading. */
function directoryIn(conf: Bytes): Bytes {
  const lines = parseConfigFile(conf).filter((line) => line.words?.[0] === 'dir' && line.words.length === 2)
  return lines.at(-1)?.words?.[1] ?? ''
}

class Listening implements Serving {
  readonly server: SimulatedServer
  readonly #clients = new Set<SocketClient>()
  readonly #around: Omit<Surroundings, 'limits'>
  readonly #largestBulk: number
  readonly #log: (line: string) => void
  readonly #timer: NodeJS.Timeout
  #onTcp: Listener[] = []
  #onUnix: Listener | null = null
  /** The port and bind settings that were applied last. */
  #where = ''
  port: number | null = null
  socketPath: string | null = null

  constructor(server: SimulatedServer, { log, warn = log }: Pick<ServeOptions, 'log' | 'warn'>, shares: MemoryShares) {
    this.server = server
    this.#log = log
    this.#largestBulk = shares.bulk
    const waiting = new Set<SocketClient>()
    this.#around = { server, memory: new SharedMemory(shares.transfer), waiting, warn }
    this.#timer = setInterval(() => {
      try {
        server.tick()
      } catch (thrown) {
        warn(`Internal error in a timer: ${String(thrown)}`)
      }
    }, TICK)
    server.onChange(() => {
      for (const client of waiting) client.serverChanged()
      if (this.#where !== '' && this.#where !== this.#wanted()) void this.relisten()
    })
  }

  async open(): Promise<void> {
    const { config } = this.server
    if (config.number('tls-port') > 0) this.#log('Note: tls-port is ignored; the simulator does not support TLS.')
    await this.#openTcp()
    const path = toText(config.get('unixsocket'))
    if (path !== '') {
      // Remove the socket that an earlier server left. A real server removes any file; the simulator only a socket.
      if (lstatSync(path, { throwIfNoEntry: false })?.isSocket() === true) rmSync(path, { force: true })
      this.#onUnix = await this.#listen({ path }, path, false)
      const mode = parseInt(config.get('unixsocketperm'), 8)
      if (mode > 0) chmodSync(path, mode)
      this.socketPath = path
      this.#log(`Listening on the Unix socket ${path}`)
    }
    if (this.port === null && this.#onUnix === null)
      throw new StartRefused(
        'Only a tls-port is configured, and the simulator does not support TLS: configure a port or a unixsocket too.',
      )
    this.#log('Ready to accept connections')
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    for (const client of this.#clients) client.end()
    await Promise.all([...this.#onTcp, ...(this.#onUnix === null ? [] : [this.#onUnix])].map(close))
    if (this.socketPath !== null) rmSync(this.socketPath, { force: true })
  }

  #wanted(): string {
    return `${this.server.config.get('port')} ${this.server.config.get('bind')}`
  }

  /** @param mayBeNone accept that none of the optional addresses is available */
  async #openTcp(mayBeNone = false): Promise<void> {
    this.#where = this.#wanted()
    const port = this.server.config.number('port')
    this.port = port === 0 ? null : port
    if (port === 0) return
    const addresses = this.#addresses()
    const tries = await Promise.allSettled(
      addresses.map(({ host, optional }) =>
        this.#listen({ host, port, ipv6Only: host.includes(':') }, `${host}:${port}`, optional),
      ),
    )
    const opened = tries.map((one) => (one.status === 'fulfilled' ? one.value : null))
    this.#onTcp = opened.filter((listener) => listener !== null)
    // All addresses but the optional ones are required: where one fails, close the others.
    const failed = tries.find((one) => one.status === 'rejected')
    if (failed !== undefined) {
      for (const listener of this.#onTcp.splice(0)) void close(listener)
      throw failed.reason
    }
    if (this.#onTcp.length === 0 && !mayBeNone)
      throw new StartRefused(`Failed listening on port ${port} (tcp), aborting.`)
    const names = addresses
      .filter((_, i) => opened[i] !== null)
      .map(({ host }) => (host.includes(':') ? `[${host}]` : host))
    this.#log(`Listening on ${names.join(', ')}, port ${port}`)
  }

  /** Listens on the addresses and port that CONFIG SET set. Connected clients stay. Returns false where that failed. */
  async relisten(): Promise<boolean> {
    const before = this.#onTcp.splice(0)
    // A listener accepts no clients from now on, and closes when its last client has left.
    for (const listener of before) void close(listener)
    try {
      await this.#openTcp(true)
      return true
    } catch (reason) {
      this.#log(`Unable to listen on this port: ${String((reason as Error).message)}`)
      return false
    }
  }

  /**
   * Returns the addresses of `bind`; without the directive, only those of this host, whatever the release's default. A
   * dash before an address makes it optional.
   */
  #addresses(): { host: string; optional: boolean }[] {
    const { config } = this.server
    const bound = config.changed.has('bind')
      ? toText(config.get('bind'))
          .split(' ')
          .filter((word) => word !== '')
      : ['127.0.0.1', '-::1']
    const named = bound.length === 0 ? ['*', '-::*'] : bound
    return named.map((word) => {
      const address = word.replace(/^-/, '')
      return { host: address === '*' ? '0.0.0.0' : address === '::*' ? '::' : address, optional: word.startsWith('-') }
    })
  }

  /**
   * Returns the listener, or null where an optional address is not available. Throws StartRefused where a required one
   * is not.
   */
  async #listen(
    where: { readonly host: string; readonly port: number; readonly ipv6Only: boolean } | { readonly path: string },
    name: string,
    optional: boolean,
  ): Promise<Listener | null> {
    const listener = createServer({ noDelay: true }, (socket) => this.#accept(socket, 'path' in where))
    try {
      await new Promise<void>((done, fail) => listener.once('error', fail).listen(where, done))
    } catch (reason) {
      const { code = '' } = reason as NodeJS.ErrnoException
      if (optional && absent.has(code)) return null
      // Node reports EACCES for a socket in a folder that does not exist.
      const why = errors['path' in where && !existsSync(dirname(where.path)) ? 'ENOENT' : code] ?? code
      throw new StartRefused(
        'path' in where
          ? `Failed opening Unix socket: bind: ${why}`
          : `Warning: Could not create server TCP listening socket ${name}: bind: ${why}\nFailed listening on port ${where.port} (tcp), aborting.`,
      )
    }
    listener.on('error', () => undefined)
    return listener
  }

  #accept(socket: Socket, isUnix: boolean): void {
    const { behaviours } = this.server.target
    const origin: Origin = isUnix ? { kind: 'unix' } : originOf(socket.remoteAddress ?? '')
    const limits = {
      maxArguments: behaviours.maxRequestArguments,
      maxBulkLength: Math.min(this.server.config.number('proto-max-bulk-len'), this.#largestBulk),
      nulHidesLineEnd: behaviours.nulHidesLineEnd,
      inlineLosesFF: behaviours.inlineLosesFF,
      blankLineKeepsInline: behaviours.blankLineKeepsInline,
    }
    const client = new SocketClient(socket, origin, { ...this.#around, limits })
    this.#clients.add(client)
    socket.on('close', () => this.#clients.delete(client))
  }
}

const close = (listener: Listener): Promise<void> => new Promise((done) => listener.close(() => done()))

function originOf(remoteAddress: string): Origin {
  // The address is empty where the client has disconnected already.
  if (!ipaddr.isValid(remoteAddress)) return { kind: 'address', address: remoteAddress }
  const address = ipaddr.process(remoteAddress)
  return address.range() === 'loopback' ? { kind: 'loopback' } : { kind: 'address', address: address.toString() }
}
