import type { Bytes } from '../acl/bytes'
import type { Target } from '../targets/target'
import type { Config } from './config'
import type { Accounts, Clients, Configuration, Release, Stopping } from './parts'
import type { Origin } from './types'

/** The parts of a server that decide whether it accepts a connection. */
export type AdmittingParts = Release &
  Configuration &
  Pick<Accounts, 'defaultUser'> &
  Pick<Clients, 'sessions' | 'handshakes'> &
  Pick<Stopping, 'stopped'>

/** The refusal of a connection. */
export interface Refusal {
  /** In the words of redis-cli or of the operating system. */
  readonly reason: string
  /** The error that the server sends before it closes the connection; null where the client does not reach the server. */
  readonly error: Bytes | null
  /** The server accepted the client before it refused it, which uses up an id. */
  readonly greets: boolean
}

/** Returns why a connection is refused (listening addresses and ports, socket permissions, maxclients, protected mode), or null. */
export function admit(server: AdmittingParts, origin: Origin): Refusal | null {
  const unreachable = reach(server, origin)
  if (unreachable !== null) return { reason: unreachable, error: null, greets: false }
  if (server.sessions.size + server.handshakes >= server.config.number('maxclients')) {
    return { reason: 'max number of clients reached', error: 'ERR max number of clients reached', greets: false }
  }
  if (isProtected(server) && !isLocal(origin)) {
    return { reason: 'protected mode', error: protectedModeError(server), greets: true }
  }
  return null
}

/** Returns whether a connection is local to protected mode and the `local` directives: loopback and Unix sockets. */
export function isLocal(origin: Origin): boolean {
  return origin.kind !== 'address' || origin.address === '::1' || origin.address.startsWith('127.')
}

/** Returns whether enable-debug-command, enable-module-command or enable-protected-configs allows its action to a connection. */
export function allowsProtected(server: Release & Configuration, directive: string, origin: Origin): boolean {
  if (!server.target.behaviours.hasProtectedActions) return true
  const value = server.config.get(directive)
  return value === 'yes' || (value === 'local' && isLocal(origin))
}

/** Returns whether protected mode is on and the default user has no password. */
function isProtected(server: AdmittingParts): boolean {
  if (!server.config.flag('protected-mode') || !server.defaultUser.nopass) return false
  return !(server.target.behaviours.protectedModeNeedsNoBind && server.config.get('bind') !== '')
}

/** Returns the operating system's error where the client does not reach the server, or null. */
function reach(server: AdmittingParts, origin: Origin): string | null {
  const { config } = server
  if (server.stopped !== null) return 'Connection refused: the server is gone'
  if (origin.kind === 'unix') {
    const path = config.get('unixsocket')
    if (path === '') return 'Could not connect: no unixsocket is configured'
    const mode = parseInt(config.get('unixsocketperm'), 8) || 0o755
    const bit = origin.as === 'other' ? 0o002 : origin.as === 'group' ? 0o020 : 0o200
    return (mode & bit) === 0 ? `Could not connect to Redis at ${path}: Permission denied` : null
  }
  const port = config.number(origin.tls === true ? 'tls-port' : 'port')
  const host = origin.kind === 'loopback' ? '127.0.0.1' : 'the server'
  if (port === 0)
    return origin.tls === true
      ? 'Connection refused: no tls-port is configured'
      : 'Connection refused: port 0 does not listen'
  if (addressesOf(config, server.target).some((address) => isReachable(address, origin))) return null
  return `Could not connect to Redis at ${host}:${port}: Connection refused`
}

/** Returns the addresses that `bind` names. Before 7.0, no `bind` means every address; since then that is the default, and an empty one means none. */
function addressesOf(config: Config, target: Target): readonly string[] {
  const named = config
    .get('bind')
    .split(' ')
    .map((address) => address.replace(/^-/, ''))
    .filter((address) => address !== '')
  return named.length === 0 && target.behaviours.protectedModeNeedsNoBind ? ['*'] : named
}

/** Returns whether a server has anything to listen on: a port and an address, or a socket (initListeners). */
export function listensAnywhere(config: Config, target: Target): boolean {
  const hasPort = config.number('port') !== 0 || config.number('tls-port') !== 0
  return config.get('unixsocket') !== '' || (hasPort && addressesOf(config, target).length > 0)
}

const isLoopbackAddress = (address: string): boolean =>
  address === '::1' || address === 'localhost' || address.startsWith('127.')

/** Returns whether an address is of a private network (RFC 1918, unique local and link local IPv6). */
function isPrivateAddress(address: string): boolean {
  return /^(10\.|192\.168\.|172\.(1[6-9]|2[0-9]|3[01])\.|169\.254\.|f[cd][0-9a-f]{2}:|fe[89ab][0-9a-f]:)/i.test(address)
}

/** Returns whether a client from `origin` reaches an address that the server listens on. */
function isReachable(bound: string, origin: Origin): boolean {
  if (bound === '*' || bound === '0.0.0.0' || bound === '::*' || bound === '::') return true
  if (origin.kind === 'loopback' || (origin.kind === 'address' && isLoopbackAddress(origin.address)))
    return isLoopbackAddress(bound)
  if (origin.kind !== 'address' || isLoopbackAddress(bound)) return false
  return isPrivateAddress(origin.address) || !isPrivateAddress(bound) || bound === origin.address
}

const SINCE_7 = [
  'In this mode connections are only accepted from the loopback interface. If you want to connect from external computers',
  "you may adopt one of the following solutions: 1) Just disable protected mode sending the command 'CONFIG SET protected-mode no' from the loopback interface by connecting",
]

/** Returns the error that protected mode sends, in the release's words. */
function protectedModeError(server: Release): Bytes {
  const words = server.target.behaviours.protectedModeWords
  const [mode = '', solutions = ''] = SINCE_7
  if (words === 'valkey') {
    return [
      'DENIED Running in protected mode because protected mode is enabled and no password is set for the default user.',
      `${mode}, ${solutions} from the same host the server is running, however MAKE SURE it's not publicly accessible from internet if you do so.`,
      'Use CONFIG REWRITE to make this change permanent. 2) Alternatively you can just disable the protected mode by editing the configuration file, and setting',
      "the protected mode option to 'no', and then restarting the server. 3) If you started the server manually just for testing, restart it with the",
      "'--protected-mode no' option. 4) Set up an authentication password for the default user.",
      'NOTE: You only need to do one of the above things in order for the server to start accepting connections from the outside.',
    ].join(' ')
  }
  const why =
    words === '6'
      ? 'no bind address was specified, no authentication password is requested to clients.'
      : 'and no password is set for the default user.'
  const fourth =
    words === '6'
      ? 'Setup a bind address or an authentication password.'
      : words === '7.0'
        ? 'Setup a an authentication password for the default user.'
        : 'Set up an authentication password for the default user.'
  return [
    `DENIED Redis is running in protected mode because protected mode is enabled${words === '6' ? ',' : ''} ${why}`,
    `${mode} to Redis ${solutions} to Redis from the same host the server is running, however MAKE SURE Redis is not publicly accessible from internet if you do so.`,
    'Use CONFIG REWRITE to make this change permanent. 2) Alternatively you can just disable the protected mode by editing the Redis configuration file, and setting',
    "the protected mode option to 'no', and then restarting the server. 3) If you started the server manually just for testing, restart it with the",
    `'--protected-mode no' option. 4) ${fourth}`,
    'NOTE: You only need to do one of the above things in order for the server to start accepting connections from the outside.',
  ].join(' ')
}
