import { textAt } from '../acl/argv'
import type { Bytes } from '../acl/bytes'
import { check, decide } from '../acl/check'
import { refusalText } from '../acl/refusals'
import type { BlockRequest } from '../keyspace/context'
import { CommandError, type ErrorReply, type Reply } from '../resp/reply'
import { countChanges } from './changes'
import { fault } from './command-errors'
import type { Invocation } from './invocation'
import { ServerContext, type ContextParts } from './keyspace-context'
import type { Feeding, Time, Waiting } from './parts'
import { logDenial, type DenialParts } from './permissions'
import type { Blocked, Session } from './session'

/** Makes a session wait for the reply to a command. Command lines that it sends meanwhile are put off. */
export function wait(invocation: Invocation, request: BlockRequest, server: Time & Waiting): void {
  const { session } = invocation
  const deadline = request.timeout === 0 ? Infinity : server.now + request.timeout
  session.blocked = { request, pending: invocation, db: session.db, deadline }
  server.blockedClients.add(session)
}

/** Ends the waits whose time is up. */
export function endWaits({ blockedClients, now }: Time & Waiting): void {
  for (const session of [...blockedClients.sessions]) {
    const { blocked } = session
    if (blocked === null || blocked.deadline > now) continue
    blockedClients.remove(session)
    session.unblock(blocked.request.onTimeout)
  }
}

type ServingParts = Waiting & Feeding & ContextParts & DenialParts

/** Retries the sessions that wait for keys that are ready. */
export function serveBlocked(server: ServingParts): void {
  server.blockedClients.serve((session, key) => {
    if (session.blocked === null || !isReady(server, session.blocked, key)) return
    const reply = attempt(server, session)
    if (reply === undefined) return
    server.blockedClients.remove(session)
    session.unblock(reply)
  })
}

/**
 * Returns true if a ready key is worth another attempt: from 7.2 on it must have the type that is waited for, and then the
 * whole command runs again.
 */
function isReady(server: ContextParts, { request, db }: Blocked, key: Bytes): boolean {
  if (!server.target.behaviours.rechecksBlocked || request.endsWithKey) return true
  // A key that has expired stays until somebody reads it.
  const stored = server.database(db).stored(key)
  return (
    stored !== undefined &&
    stored.value.type === request.type &&
    (stored.expireAt === null || stored.expireAt > server.now)
  )
}

/** Returns the reply to a command that waited; undefined where it goes on waiting. */
function attempt(server: Feeding & ContextParts & DenialParts, session: Session): Reply | undefined {
  const { blocked } = session
  if (blocked === null) return undefined
  const denial = server.target.behaviours.rechecksBlocked ? recheck(session, blocked, server) : null
  if (denial !== null) return denial
  const { command, argv } = blocked.pending
  const { writes } = server
  server.keyspace.changes = null
  try {
    const reply = blocked.request.attempt(new ServerContext(server, session, blocked.pending, blocked.db, false))
    const { changes } = server.statistics
    countChanges(server, command, reply, writes)
    if (server.feed !== null) {
      server.feed.ran(blocked.pending, reply, server.statistics.changes !== changes, server.database(blocked.db))
      server.feed.flush()
    }
    return reply
  } catch (thrown) {
    return thrown instanceof CommandError ? thrown.reply : fault(textAt(argv, 0), thrown)
  }
}

/** Checks a command that waited again, in a release that does so; returns the error where it is denied now. */
function recheck(session: Session, { pending }: Blocked, server: DenialParts): ErrorReply | null {
  const { command, argv, uses } = pending
  if (check(session.account, command, argv, uses)) return null
  const decision = decide(session.account, command, argv, uses)
  session.blocked = null
  logDenial(session, decision, 'toplevel', server)
  const text = refusalText(decision, server.target.behaviours)
  server.statistics.of(command.name).rejected++
  server.statistics.countError(text)
  return new CommandError(text).reply
}
