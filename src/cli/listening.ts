import { chmodSync, existsSync, lstatSync, rmSync } from 'node:fs'
import { createServer, type Server as Listener, type Socket } from 'node:net'
import { dirname } from 'node:path'
import ipaddr from 'ipaddr.js'
import { toText } from '../acl/bytes'
import type { SimulatedServer } from '../server/server'
import type { Origin } from '../server/types'
import { StartRefused } from './cannot-run'
import type { CertificateFiles } from './certificate-files'
import type { Identity } from './certificate-identity'
import { SocketClient, type Surroundings } from './client'
import { HANDSHAKE_TIME, Handshakes } from './handshakes'
import { SharedMemory, type MemoryShares } from './memory'
import { systemMessage } from './system-messages'

/** A listening server. CONFIG SET of port, tls-port and bind change the addresses. */
export interface Serving {
  readonly server: SimulatedServer
  /** The TCP port, or null where it has none (`port 0`). */
  readonly port: number | null
  /** The TCP port for TLS, or null where it has none. */
  readonly tlsPort: number | null
  readonly socketPath: string | null
  /** Disconnects all clients and stops listening. */
  stop(): Promise<void>
}

export interface ListeningOptions {
  readonly log: (line: string) => void
  readonly warn: (line: string) => void
  readonly shares: MemoryShares
  readonly certificates: CertificateFiles
  /** The time in milliseconds that a client has for its TLS handshake; absent: HANDSHAKE_TIME. */
  readonly handshakeTime?: number | undefined
}

/** The interval in milliseconds at which keys expire and blocked commands time out. */
const TICK = 10

/** The errors that an optional address (`-` before it) may fail with: this host does not have it. */
const absent = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EPFNOSUPPORT', 'EPROTONOSUPPORT', 'ESOCKTNOSUPPORT'])

/** The listeners of a directive that names a port. */
interface Port {
  readonly directive: 'port' | 'tls-port'
  readonly accept: (socket: Socket) => void
  listeners: Listener[]
  number: number | null
  /** The port and bind settings that were applied last. */
  where: string
}

/** The sockets of a server and the clients on them. */
export class Listening implements Serving {
  readonly server: SimulatedServer
  readonly #clients = new Set<SocketClient>()
  readonly #around: Omit<Surroundings, 'limits'>
  readonly #options: ListeningOptions
  readonly #timer: NodeJS.Timeout
  readonly #handshakes: Handshakes
  readonly #plain: Port
  readonly #tls: Port
  #onUnix: Listener | null = null
  /** Unix milliseconds of the last time that tls-auto-reload-interval looked. */
  #reloadedAt = Date.now()
  socketPath: string | null = null
  /** Settles when the listeners that were closed have no clients left. */
  #closing: Promise<unknown> = Promise.resolve()

  /** The number of settings that had been made when the ports were compared last. */
  #settings = 0

  constructor(server: SimulatedServer, options: ListeningOptions) {
    const { warn, shares } = options
    this.server = server
    this.#options = options
    const waiting = new Set<SocketClient>()
    const memory = new SharedMemory(shares.transfer)
    this.#around = { server, memory, waiting, warn }
    this.#handshakes = new Handshakes({
      server,
      memory,
      files: options.certificates,
      time: options.handshakeTime ?? HANDSHAKE_TIME,
      onSecure: (socket, id, identity) => this.#accept(socket, secureOrigin(socket, identity), id),
    })
    const port = (directive: Port['directive'], accept: Port['accept']): Port => ({
      ...{ directive, accept },
      ...{ listeners: [], number: null, where: '' },
    })
    this.#plain = port('port', (socket) => this.#accept(socket, originOf(socket.remoteAddress ?? '')))
    this.#tls = port('tls-port', (socket) => this.#handshakes.begin(socket))
    this.#timer = setInterval(() => {
      try {
        server.tick()
        this.#reloadCertificates()
      } catch (thrown) {
        warn(`Internal error in a timer: ${String(thrown)}`)
      }
    }, TICK)
    server.onChange(() => {
      if (waiting.size > 0) for (const client of waiting) client.serverChanged()
      if (this.#settings === server.config.settings) return
      this.#settings = server.config.settings
      if (this.#ports.some((one) => one.where !== '' && one.where !== this.#wanted(one))) void this.relisten()
    })
  }

  get port(): number | null {
    return this.#plain.number
  }

  get tlsPort(): number | null {
    return this.#tls.number
  }

  get #ports(): readonly Port[] {
    return [this.#plain, this.#tls]
  }

  async open(): Promise<void> {
    const { config } = this.server
    for (const port of this.#ports) await this.#openTcp(port)
    const path = toText(config.get('unixsocket'))
    if (path !== '') {
      // Remove the socket that an earlier server left. A real server removes any file; the simulator only a socket.
      if (lstatSync(path, { throwIfNoEntry: false })?.isSocket() === true) rmSync(path, { force: true })
      this.#onUnix = await this.#listen({ path }, path, false, (socket) => this.#accept(socket, { kind: 'unix' }))
      const mode = parseInt(config.get('unixsocketperm'), 8)
      if (mode > 0) chmodSync(path, mode)
      this.socketPath = path
      this.#options.log(`Listening on the Unix socket ${path}`)
    }
    this.#options.log('Ready to accept connections')
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.#handshakes.stop()
    const closed = this.refuseClients()
    for (const client of this.#clients) client.end()
    await closed
    if (this.socketPath !== null) rmSync(this.socketPath, { force: true })
  }

  /** Stops listening at once. The result settles when all clients have left. */
  async refuseClients(): Promise<void> {
    const tcp = this.#ports.flatMap(({ listeners }) => listeners.splice(0))
    const unix = this.#onUnix
    this.#onUnix = null
    const closing = [...tcp, ...(unix === null ? [] : [unix])].map(close)
    this.#closing = Promise.all([this.#closing, ...closing])
    await this.#closing
  }

  #wanted({ directive }: Port): string {
    return `${this.server.config.get(directive)} ${this.server.config.get('bind')}`
  }

  /** @param mayBeNone accept that none of the optional addresses is available */
  async #openTcp(port: Port, mayBeNone = false): Promise<void> {
    port.where = this.#wanted(port)
    const number = this.server.config.number(port.directive)
    port.number = number === 0 ? null : number
    if (number === 0) return
    const type = port === this.#tls ? 'tls' : 'tcp'
    const addresses = this.#addresses()
    const tries = await Promise.allSettled(
      addresses.map(({ host, optional }) =>
        this.#listen(
          { host, port: number, ipv6Only: host.includes(':'), type },
          `${host}:${number}`,
          optional,
          port.accept,
        ),
      ),
    )
    const opened = tries.map((one) => (one.status === 'fulfilled' ? one.value : null))
    port.listeners = opened.filter((listener) => listener !== null)
    // All addresses but the optional ones are required: where one fails, close the others.
    const failed = tries.find((one) => one.status === 'rejected')
    if (failed !== undefined) {
      for (const listener of port.listeners.splice(0)) void close(listener)
      throw failed.reason
    }
    if (port.listeners.length === 0 && !mayBeNone)
      throw new StartRefused(`Failed listening on port ${number} (${type}), aborting.`)
    const names = addresses
      .filter((_, i) => opened[i] !== null)
      .map(({ host }) => (host.includes(':') ? `[${host}]` : host))
    this.#options.log(`Listening on ${names.join(', ')}, port ${number}${type === 'tls' ? ' (TLS)' : ''}`)
  }

  /** Listens on the addresses and ports that CONFIG SET set. Connected clients stay. Returns false where that failed. */
  async relisten(): Promise<boolean> {
    try {
      for (const port of this.#ports) {
        if (port.where === this.#wanted(port)) continue
        // A listener accepts no clients from now on, and closes when its last client has left.
        for (const listener of port.listeners.splice(0)) void close(listener)
        await this.#openTcp(port, true)
      }
      return true
    } catch (reason) {
      this.#options.log(`Unable to listen on this port: ${String((reason as Error).message)}`)
      return false
    }
  }

  /** Loads the certificates again at the interval of tls-auto-reload-interval (Valkey 9.1). */
  #reloadCertificates(): void {
    const { certificates, log } = this.#options
    const interval = this.server.config.number('tls-auto-reload-interval') * 1000
    if (!(interval > 0) || certificates.options === null || Date.now() - this.#reloadedAt < interval) return
    this.#reloadedAt = Date.now()
    if (certificates.load(this.server.config) !== null) log('Background TLS reload failed')
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
    where:
      | { readonly host: string; readonly port: number; readonly ipv6Only: boolean; readonly type: 'tcp' | 'tls' }
      | { readonly path: string },
    name: string,
    optional: boolean,
    accept: (socket: Socket) => void,
  ): Promise<Listener | null> {
    const listener = createServer({ noDelay: true }, accept)
    try {
      await new Promise<void>((done, fail) => listener.once('error', fail).listen(where, done))
    } catch (reason) {
      const { code: told = '' } = reason as NodeJS.ErrnoException
      if (optional && absent.has(told)) return null
      // Node reports EACCES for a socket in a folder that does not exist.
      const code = 'path' in where && !existsSync(dirname(where.path)) ? 'ENOENT' : told
      const why = systemMessage(code) ?? code
      throw new StartRefused(
        'path' in where
          ? `Failed opening Unix socket: bind: ${why}`
          : `Warning: Could not create server TCP listening socket ${name}: bind: ${why}\nFailed listening on port ${where.port} (${where.type}), aborting.`,
        code,
      )
    }
    listener.on('error', () => undefined)
    return listener
  }

  #accept(socket: Socket, origin: Origin, id?: number): void {
    const { behaviours } = this.server.target
    const limits = {
      maxArguments: behaviours.maxRequestArguments,
      maxBulkLength: Math.min(this.server.config.number('proto-max-bulk-len'), this.#options.shares.bulk),
      nulHidesLineEnd: behaviours.nulHidesLineEnd,
      inlineLosesFF: behaviours.inlineLosesFF,
      blankLineKeepsInline: behaviours.blankLineKeepsInline,
    }
    const client = new SocketClient(socket, { origin, id }, { ...this.#around, limits })
    this.#clients.add(client)
    socket.on('close', () => this.#clients.delete(client))
  }
}

const close = (listener: Listener): Promise<void> => new Promise((done) => listener.close(() => done()))

function originOf(remoteAddress: string): Exclude<Origin, { readonly kind: 'unix' }> {
  // The address is empty where the client has disconnected already.
  if (!ipaddr.isValid(remoteAddress)) return { kind: 'address', address: remoteAddress }
  const address = ipaddr.process(remoteAddress)
  return address.range() === 'loopback' ? { kind: 'loopback' } : { kind: 'address', address: address.toString() }
}

/** Returns the origin of a client after its TLS handshake. */
function secureOrigin({ remoteAddress = '' }: Socket, identity: Identity | null): Origin {
  return {
    ...originOf(remoteAddress),
    tls: true,
    ...(identity !== null && {
      certificateUris: identity.uris,
      ...(identity.commonName !== null && { certificateUser: identity.commonName }),
    }),
  }
}
