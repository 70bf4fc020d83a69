import type { Bytes } from '../acl/bytes'
import { check, checkRegardless, decide } from '../acl/check'
import type { Command } from '../acl/command'
import type { Decision } from '../acl/decision'
import type { LogReason } from '../acl/log'
import type { User } from '../acl/user'
import { usesOf } from '../targets/uses'
import { clientInfo, type DescribingParts } from './client-info'
import type { Invocation, RunContext } from './invocation'
import type { AclLogging, Configuration, Counting, Options, Release } from './parts'
import type { Session } from './session'

/** The parts of a server that record denials. */
export type DenialParts = DescribingParts & AclLogging & Counting

/** Returns the ACL's decision, with its reasons, on a command line that is not run. */
export function decideFor(
  { target, config }: Release & Configuration,
  user: User,
  command: Command,
  argv: readonly Bytes[],
  db: number,
): Decision {
  return decide(user, command, argv, usesOf(target, command, argv, db, { databaseCount: config.number('databases') }))
}

/** Returns the ACL's decision on a command line; null where it is allowed and nobody asks for the reasons (`explain`). */
export function checkPermission(invocation: Invocation, { options }: Options): Decision | null {
  const { session, command, argv } = invocation
  const { account } = session
  if (
    options.explain === false &&
    (checkRegardless(account, command) || check(account, command, argv, invocation.uses))
  )
    return null
  return decide(account, command, argv, invocation.uses)
}

/** Writes a denial to ACL LOG and counts it. */
export function logDenial(session: Session, decision: Decision, context: RunContext, server: DenialParts): void {
  log(session, decision.reason ?? 'command', decision.object, decision.user, context, server)
}

/** Writes a failed log-in to ACL LOG and counts it. `object`: the command as typed; empty for a certificate. */
export function logFailedLogIn(session: Session, username: Bytes, object: Bytes, server: DenialParts): void {
  log(
    session,
    object === '' ? 'tls-cert' : 'auth',
    object,
    username,
    session.transaction === null ? 'toplevel' : 'multi',
    server,
  )
}

function log(
  session: Session,
  reason: LogReason,
  object: Bytes,
  username: Bytes,
  context: RunContext,
  server: DenialParts,
): void {
  const { aclLog, statistics } = server
  if (reason === 'auth') statistics.deniedAuth++
  else if (reason === 'command') statistics.deniedCommands++
  else if (reason === 'key') statistics.deniedKeys++
  else if (reason === 'channel') statistics.deniedChannels++
  else if (reason === 'tls-cert') statistics.deniedCertificates++
  else statistics.deniedDatabases++
  if (aclLog.maxLength === 0) aclLog.reset()
  else aclLog.add({ reason, context, object, username, clientInfo: clientInfo(session, server) }, server.now)
}
