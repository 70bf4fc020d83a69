import type { Socket } from 'node:net'
import { createServer, type Server, type TLSSocket } from 'node:tls'
import type { Bytes } from '../acl/bytes'
import type { SimulatedServer } from '../server/server'
import type { CertificateFiles } from './certificate-files'
import { identityIn, type Identity } from './certificate-identity'
import type { Holder, SharedMemory } from './memory'

/** The approximate memory in bytes of OpenSSL for a connection whose handshake has not ended. */
const HANDSHAKE = 64 * 1024

/** The time in milliseconds that a client has for the whole handshake. */
export const HANDSHAKE_TIME = 10_000

/** Called with each connection whose handshake succeeded: the id that the server gave it, and what its certificate names. */
type OnSecure = (socket: TLSSocket, id: number, identity: Identity | null) => void

export interface HandshakeOptions {
  readonly server: SimulatedServer
  readonly files: CertificateFiles
  readonly memory: SharedMemory
  /** Milliseconds. */
  readonly time: number
  readonly onSecure: OnSecure
}

/**
 * Does the TLS handshakes of a server. Each counts as a client (`maxclients`) and against the memory for requests and
 * replies, and has a limited time. One that fails closes its connection and no other.
 */
export class Handshakes {
  readonly #options: HandshakeOptions
  readonly #open = new Map<string, Handshake>()
  /** Servers that do not listen, by whether and how they ask for certificates, of the certificates loaded last. */
  readonly #servers = new Map<Bytes, Server>()
  #loaded: unknown = null

  constructor(options: HandshakeOptions) {
    this.#options = options
  }

  /** Starts the handshake of an accepted connection. */
  begin(socket: Socket): void {
    const { server, memory, time } = this.#options
    // A client that is gone already has no address.
    if (socket.remoteAddress === undefined) return void socket.destroy()
    if (server.sessions.size + server.handshakes >= server.config.number('maxclients')) {
      server.statistics.rejectedConnections++
      return void socket.destroy()
    }
    const id = server.takeId()
    const handshake = new Handshake(socket, id, time)
    const name = nameOf(socket)
    this.#open.set(name, handshake)
    server.handshakes++
    memory.add(handshake)
    memory.changed(handshake, handshake.held)
    socket.once('close', () => {
      if (this.#open.get(name) === handshake) this.#end(name, handshake)
    })
    if (socket.destroyed) return
    this.#serverNow().emit('connection', socket)
  }

  /** Closes all connections whose handshake has not ended. */
  stop(): void {
    for (const { socket } of this.#open.values()) socket.destroy()
  }

  #end(name: string, handshake: Handshake): void {
    handshake.stopTimer()
    this.#open.delete(name)
    this.#options.server.handshakes--
    this.#options.memory.remove(handshake)
  }

  /** Returns the server for the certificates and the value of tls-auth-clients of this moment. */
  #serverNow(): Server {
    const { files, server } = this.#options
    if (this.#loaded !== files.options) this.#servers.clear()
    this.#loaded = files.options
    const mode = server.config.get('tls-auth-clients')
    let found = this.#servers.get(mode)
    if (found === undefined) {
      found = createServer({ ...files.options, requestCert: mode !== 'no', rejectUnauthorized: mode === 'yes' })
      found.on('secureConnection', (socket) => this.#succeed(socket))
      found.on('tlsClientError', (_, socket) => socket.destroy())
      this.#servers.set(mode, found)
    }
    return found
  }

  #succeed(socket: TLSSocket): void {
    const name = nameOf(socket)
    const handshake = this.#open.get(name)
    if (handshake === undefined) return void socket.destroy()
    const hasCertificate = socket.getPeerX509Certificate() !== undefined
    // With `optional` a client needs no certificate, but one that it sends must be valid.
    if (hasCertificate && !socket.authorized) return void socket.destroy()
    this.#end(name, handshake)
    this.#options.onSecure(socket, handshake.id, hasCertificate ? identityIn(socket.getPeerCertificate()) : null)
  }
}

/** Returns a name that no other open connection has. */
function nameOf({ localAddress, localPort, remoteAddress, remotePort }: Socket): string {
  return [localAddress, localPort, remoteAddress, remotePort].join(' ')
}

class Handshake implements Holder {
  readonly held = HANDSHAKE
  readonly socket: Socket
  readonly id: number
  readonly #timer: NodeJS.Timeout

  constructor(socket: Socket, id: number, time: number) {
    this.socket = socket
    this.id = id
    this.#timer = setTimeout(() => socket.destroy(), time).unref()
  }

  evict(): void {
    this.socket.destroy()
  }

  stopTimer(): void {
    clearTimeout(this.#timer)
  }
}
