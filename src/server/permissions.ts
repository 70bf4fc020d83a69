import type { Bytes } from '../acl/bytes'
import { check, decide } from '../acl/check'
import type { Command } from '../acl/command'
import type { Decision, DenyReason } from '../acl/decision'
import type { User } from '../acl/user'
import { usesOf } from '../targets/uses'
import { clientInfo } from './client-info'
import type { RunContext } from './command'
import type { SimulatedServer } from './server'
import type { Session } from './session'

/** What the ACL says of a command line for a user, with all its reasons. */
export function decideFor(
  server: SimulatedServer,
  user: User,
  command: Command,
  argv: readonly Bytes[],
  db: number,
): Decision {
  return decide(user, command, argv, usesOf(server.target, command, argv, db))
}

/**
 * What the ACL says of a command line on a connection: null where it is allowed and no reasons are asked for. `db` is the
 * database that it would run in: while a transaction is queued, the one that its SELECTs lead to.
 */
export function checkPermission(
  session: Session,
  command: Command,
  argv: readonly Bytes[],
  db = session.transaction?.db ?? session.db,
): Decision | null {
  const { server } = session
  const uses = usesOf(server.target, command, argv, db)
  if (server.options.explain === false && check(session.account, command, argv, uses)) return null
  return decide(session.account, command, argv, uses)
}

/** Writes a refusal into ACL LOG and counts it. */
export function logRefusal(session: Session, decision: Decision, context: RunContext): void {
  writeLog(session, decision.reason ?? 'command', decision.object, decision.user, context)
}

/** Writes a failed log-in into ACL LOG. `object`: the command as typed. */
export function logFailedLogIn(session: Session, username: Bytes, object: Bytes): void {
  writeLog(session, 'auth', object, username, session.transaction === null ? 'toplevel' : 'multi')
}

function writeLog(session: Session, reason: DenyReason, object: Bytes, username: Bytes, context: RunContext): void {
  const { server } = session
  const { statistics } = server
  if (reason === 'auth') statistics.deniedAuth++
  else if (reason === 'command') statistics.deniedCommands++
  else if (reason === 'key') statistics.deniedKeys++
  else if (reason === 'channel') statistics.deniedChannels++
  if (server.aclLog.maxLength === 0) server.aclLog.reset()
  else server.aclLog.add({ reason, context, object, username, clientInfo: clientInfo(session) }, server.now)
}
