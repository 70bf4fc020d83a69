import type { Bytes } from '../acl/bytes'
import { addressOf, localAddressOf } from './address'
import type { Clients, Configuration, Feeding, Monitoring, Release, Time, Watching } from './parts'
import type { Session } from './session'

/** The parts of a server that a session's description shows. */
export type DescribingParts = Release &
  Time &
  Configuration &
  Feeding &
  Monitoring &
  Watching &
  Pick<Clients, 'current'>

/** Returns the letters of the `flags` field (catClientInfoString). */
function flagLetters(session: Session, { monitors, feed }: Feeding & Monitoring): string {
  let letters = feed?.replicas.has(session) === true ? 'S' : ''
  if (monitors.has(session)) letters += 'O'
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

/** Returns the fields of a CLIENT LIST line. Buffers and memory are not simulated; they are those of an idle connection. */
function fieldsOf(session: Session, server: DescribingParts): Readonly<Record<string, Bytes | number>> {
  const idle = Math.max(0, Math.floor((server.now - session.lastCommandAt) / 1000))
  return {
    id: session.id,
    addr: addressOf(session, server.config),
    laddr: localAddressOf(session, server.config),
    fd: 7 + session.id,
    name: session.name,
    age: Math.max(0, Math.floor((server.now - session.createdAt) / 1000)),
    idle,
    flags: flagLetters(session, server),
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

/** Describes a session as CLIENT LIST, CLIENT INFO and ACL LOG's client-info do, with the fields of the target. */
export function clientInfo(session: Session, server: DescribingParts): Bytes {
  const fields = fieldsOf(session, server)
  return server.target.behaviours.clientFields.map((name) => `${name}=${fields[name] ?? ''}`).join(' ')
}
