import type { Bytes } from '../acl/bytes'
import type { Session } from './session'

/** The client's address and port as the server sees it. */
export function addressOf(session: Session): Bytes {
  const { origin, server } = session
  if (origin.kind === 'unix') return `${server.config.get('unixsocket')}:0`
  const host = origin.kind === 'loopback' ? '127.0.0.1' : origin.address
  const port = 40000 + (session.id % 20000)
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** The address and port that the client came to. */
export function localAddressOf(session: Session): Bytes {
  const { origin, server } = session
  if (origin.kind === 'unix') return `${server.config.get('unixsocket')}:0`
  const port = server.config.get(origin.tls === true ? 'tls-port' : 'port')
  return `${origin.kind === 'loopback' ? '127.0.0.1' : '0.0.0.0'}:${port}`
}

/** The letters of the `flags` field (getClientTypeName's neighbour, catClientInfoString). */
function flagLetters(session: Session): string {
  let letters = ''
  if (session.server.monitors.has(session)) letters += 'O'
  if (session.subscriptions > 0) letters += 'P'
  if (session.transaction !== null) letters += 'x'
  if (session.blocked !== null) letters += 'b'
  if (session.tracking !== null) letters += 't' + (session.tracking.broadcast ? 'B' : '')
  if (session.watchBroken) letters += 'd'
  if (session.closeAfterReply) letters += 'c'
  if (session.origin.kind === 'unix') letters += 'U'
  if (session.noEvict) letters += 'e'
  if (session.noTouch) letters += 'T'
  return letters === '' ? 'N' : letters
}

/** What each field of a CLIENT LIST line says. Buffers and memory are those of an idle connection: they are not simulated. */
function fieldsOf(session: Session): Readonly<Record<string, Bytes | number>> {
  const { server } = session
  const idle = Math.max(0, Math.floor((server.now - session.lastCommandAt) / 1000))
  return {
    id: session.id,
    addr: addressOf(session),
    laddr: localAddressOf(session),
    fd: 7 + session.id,
    name: session.name,
    age: Math.max(0, Math.floor((server.now - session.createdAt) / 1000)),
    idle,
    flags: flagLetters(session),
    capa: session.capabilities.has('redirect') ? 'r' : '',
    db: session.db,
    sub: session.channels.size,
    psub: session.patterns.size,
    ssub: session.shardChannels.size,
    multi: session.transaction === null ? -1 : session.transaction.queue.length,
    watch: server.watches.watchedBy(session).length,
    qbuf: server.current === session ? 26 : 0,
    'qbuf-free': server.current === session ? 20448 : 0,
    'argv-mem': server.current === session ? 10 : 0,
    'multi-mem': 0,
    rbs: 16384,
    rbp: 16384,
    obl: 0,
    oll: 0,
    omem: 0,
    'tot-mem': server.current === session ? 37786 : 18872,
    events: 'r',
    cmd: session.lastCommand?.name ?? 'NULL',
    user: session.account.name,
    redir: session.tracking === null ? -1 : (session.tracking.redirect ?? 0),
    resp: session.protocol,
    'lib-name': session.libraryName,
    'lib-ver': session.libraryVersion,
    'io-thread': 0,
    'tot-net-in': 0,
    'tot-net-out': 0,
    'tot-cmds': session.commandsRun,
  }
}

/** A connection as CLIENT LIST, CLIENT INFO and ACL LOG's client-info describe it, with the fields of the target. */
export function clientInfo(session: Session): Bytes {
  const fields = fieldsOf(session)
  return session.server.target.behaviours.clientFields.map((name) => `${name}=${fields[name] ?? ''}`).join(' ')
}
