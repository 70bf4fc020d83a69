import type { Bytes } from '../acl/bytes'
import type { Config } from './config'
import type { Session } from './session'

/** Returns the client's address and port as the server sees them. */
export function addressOf({ id, origin }: Session, config: Config): Bytes {
  if (origin.kind === 'unix') return `${config.get('unixsocket')}:0`
  const host = hostOf({ origin })
  const port = 40000 + (id % 20000)
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** Returns the client's address without its port; empty on a Unix socket. */
export function hostOf({ origin }: Pick<Session, 'origin'>): Bytes {
  return origin.kind === 'unix' ? '' : origin.kind === 'loopback' ? '127.0.0.1' : origin.address
}

/** Returns the address and port that the client connected to. */
export function localAddressOf({ origin }: Session, config: Config): Bytes {
  if (origin.kind === 'unix') return `${config.get('unixsocket')}:0`
  const port = config.get(origin.tls === true ? 'tls-port' : 'port')
  return `${origin.kind === 'loopback' ? '127.0.0.1' : '0.0.0.0'}:${port}`
}
