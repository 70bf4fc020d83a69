import { onOneLine } from '../printable'
import { CannotRun } from '../cannot-run'
import { decoded, withoutCredentials } from './credentials'

/** The address of a server and the credentials in it. */
export interface ServerAddress {
  readonly kind: 'tcp' | 'tls' | 'unix'
  readonly host: string
  readonly port: number
  /** The path of a Unix socket; empty for the others. */
  readonly path: string
  readonly user: string | null
  readonly password: string | null
  /** The address without credentials, for messages: `redis://prod:6379`. */
  readonly name: string
}

const form = /^(redis|rediss|valkey|valkeys):\/\/(?:(.*)@)?(\[[^\]]*\]|[^:/?@[\]%\s]*)(?::(\d*))?(?:[/?].*)?$/is

/** Returns true for an argument that is the address of a server, not a file. */
export function isServerAddress(argument: string): boolean {
  return /^(?:(?:redis|valkey)s?:\/\/|unix:)/i.test(argument)
}

/**
 * Parses an address: `redis://user:password@host:port`, `rediss://` for TLS, `unix:/path/of/socket`. Reserved characters
 * in user and password may be written as they are, or as %XX. Throws CannotRun for a malformed one.
 */
export function parseAddress(argument: string): ServerAddress {
  return /^unix:/i.test(argument) ? parseUnix(argument) : parseTcp(argument)
}

function parseTcp(argument: string): ServerAddress {
  const [, scheme = '', userInfo, bracketed = '', portText = ''] = form.exec(argument) ?? []
  const port = portText === '' ? 6379 : Number(portText)
  if (scheme === '' || port < 1 || port > 65_535)
    throw new CannotRun(
      `${onOneLine(withoutCredentials(argument))} is not the address of a server. Write redis://host:port, rediss://host:port for TLS, or unix:/path/of/socket.`,
    )
  const host = bracketed.replace(/^\[|\]$/g, '')
  const isTls = /s$/i.test(scheme) && !/^redis$/i.test(scheme)
  const shown = host === '' ? '127.0.0.1' : bracketed
  return {
    kind: isTls ? 'tls' : 'tcp',
    host: host === '' ? '127.0.0.1' : host,
    port,
    path: '',
    ...credentialsIn(userInfo),
    name: `${isTls ? 'rediss' : 'redis'}://${shown}:${port}`,
  }
}

function parseUnix(argument: string): ServerAddress {
  const [, userInfo, path = ''] = /^unix:(?:\/\/(?=[^/]*@|\/))?(?:([^/]*)@(?=\/))?([^?]*)/is.exec(argument) ?? []
  if (path === '') throw new CannotRun('unix: needs the path of a socket: unix:/run/redis/redis.sock')
  return { kind: 'unix', host: '', port: 0, path, ...credentialsIn(userInfo), name: `unix:${path}` }
}

function credentialsIn(userInfo: string | undefined): Pick<ServerAddress, 'user' | 'password'> {
  if (userInfo === undefined) return { user: null, password: null }
  const colon = userInfo.indexOf(':')
  const user = colon < 0 ? userInfo : userInfo.slice(0, colon)
  return {
    user: user === '' ? null : decoded(user),
    password: colon < 0 ? null : decoded(userInfo.slice(colon + 1)),
  }
}

/** The environment variables that name a server and its password. */
export interface ServerEnvironment {
  readonly ACL_PLAYGROUND_URL?: string | undefined
  readonly REDISCLI_AUTH?: string | undefined
}

/**
 * Parses an address and adds the credentials that it lacks: those of ACL_PLAYGROUND_URL where that is the same server,
 * else the password in REDISCLI_AUTH. Without a host (`redis://`), it is the server of ACL_PLAYGROUND_URL.
 * @param argument undefined: the server of ACL_PLAYGROUND_URL
 */
export function addressOf(argument: string | undefined, env: ServerEnvironment): ServerAddress {
  const url = env.ACL_PLAYGROUND_URL ?? ''
  const known = url === '' ? null : parseKnown(url)
  if (argument === undefined) {
    if (known !== null) return withPassword(known, env)
    throw new CannotRun('Give the address of a server, such as redis://host:6379, or set ACL_PLAYGROUND_URL.')
  }
  const address = parseAddress(argument)
  const isSame =
    known !== null && (known.name === address.name || /^(?:redis|valkey)s?:\/\/(?:[^/]*@)?$/i.test(argument))
  if (!isSame) return withPassword(address, env)
  // The password in the environment belongs to the user there.
  const isSameUser = address.user === null || address.user === known.user
  return withPassword(
    {
      ...known,
      user: address.user ?? known.user,
      password: address.password ?? (isSameUser ? known.password : null),
    },
    env,
  )
}

function parseKnown(url: string): ServerAddress {
  if (!isServerAddress(url)) throw new CannotRun('ACL_PLAYGROUND_URL is not the address of a server.')
  return parseAddress(url)
}

function withPassword(address: ServerAddress, { REDISCLI_AUTH: password = '' }: ServerEnvironment): ServerAddress {
  return address.password !== null || password === '' ? address : { ...address, password }
}
