import type { Bytes } from '../../acl/bytes'
import type { DenyReason } from '../../acl/decision'
import { CommandError, error, NULL_ARRAY, OK, type Reply } from '../../resp/reply'
import { replies, type ServerHandler, type ServerHandlerTable } from '../command'
import { execute } from '../dispatch'
import { checkPermission, logRefusal } from '../permissions'
import type { SimulatedServer } from '../server'
import type { QueuedCommand, Session } from '../session'

const multi: ServerHandler = ({ session }) => {
  if (session.transaction !== null) throw new CommandError('ERR MULTI calls can not be nested')
  session.transaction = { queue: [], aborted: false, db: session.db }
  return OK
}

const discard: ServerHandler = ({ server, session }) => {
  if (session.transaction === null) throw new CommandError('ERR DISCARD without MULTI')
  endTransaction(server, session)
  return OK
}

function endTransaction(server: SimulatedServer, session: Session): void {
  session.transaction = null
  server.watches.unwatch(session)
}

/** EXEC: nothing where queueing failed or a watched key changed, else every command, each checked against the ACL again. */
const exec: ServerHandler = ({ server, session }) => {
  const { transaction } = session
  if (transaction === null) throw new CommandError('ERR EXEC without MULTI')
  // Looking at the watched keys lets those expire whose time has come, which breaks the watch.
  for (const { db, key } of server.watches.watchedBy(session)) server.keyspace.databases[db]?.peek(key)
  const { watchBroken } = session
  if (transaction.aborted || watchBroken) {
    endTransaction(server, session)
    if (transaction.aborted) throw new CommandError('EXECABORT Transaction discarded because of previous errors.')
    return NULL_ARRAY
  }
  server.watches.unwatch(session)
  const closing = session.closeAfterReply
  // A command that gives several replies (SUBSCRIBE) makes the array end early on the wire: what is too much follows it.
  const given: Reply[] = transaction.queue.flatMap((queued) => runQueued(session, queued))
  session.transaction = null
  // A connection that is closed by one of its own commands never gets to see the rest of the array.
  if (session.closeAfterReply && !closing) return replies([])
  return replies([given.slice(0, transaction.queue.length), ...given.slice(transaction.queue.length)])
}

const reasons: Readonly<Record<DenyReason, string>> = {
  command: 'no permission to execute the command or subcommand',
  key: 'no permission to touch the specified keys',
  channel: 'no permission to access one of the channels used as arguments',
  database: 'no permission to access the database',
  auth: 'no permission',
}

function runQueued(session: Session, { command, argv }: QueuedCommand): Reply[] {
  const decision = checkPermission(session, command, argv, session.db)
  if (decision === null || decision.allowed) return execute(session, command, argv, 'multi')
  logRefusal(session, decision, 'multi')
  const text =
    'NOPERM ACLs rules changed between the moment the transaction was accumulated and the EXEC call. ' +
    `This command is no longer allowed for the following reason: ${reasons[decision.reason ?? 'auth']}`
  // The error is inside EXEC's reply, and it is EXEC that failed.
  session.server.statistics.countError(text)
  session.server.statistics.count('exec', 'failed')
  return [error(text)]
}

const watch: ServerHandler = ({ server, session, argv }) => {
  if (session.transaction !== null) throw new CommandError('ERR WATCH inside MULTI is not allowed')
  const db = server.database(session.db)
  for (const key of argv.slice(1) as Bytes[]) {
    db.peek(key)
    server.watches.watch(session, session.db, key)
  }
  return OK
}

const unwatch: ServerHandler = ({ server, session }) => {
  server.watches.unwatch(session)
  return OK
}

/** Transactions. */
export const transactionCommands: ServerHandlerTable = { multi, exec, discard, watch, unwatch }
