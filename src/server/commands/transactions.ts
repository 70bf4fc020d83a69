import type { DenyReason } from '../../acl/decision'
import { CommandError, error, NULL_ARRAY, OK, type Reply } from '../../resp/reply'
import { notSimulated } from '../command-errors'
import { replies, type Handler, type HandlerTable } from '../handler'
import { Invocation } from '../invocation'
import type { Data, Options, Running, Watching } from '../parts'
import { checkPermission, logDenial, type DenialParts } from '../permissions'
import type { PendingCommand, Session } from '../session'

/** The parts of a server that transactions touch. */
type TransactionParts = Data & Options & Running & Watching & DenialParts

const multi: Handler = ({ session }) => {
  if (session.transaction !== null) throw new CommandError('ERR MULTI calls can not be nested')
  session.transaction = { queue: [], aborted: false, db: session.db }
  return OK
}

const discard: Handler<Watching> = ({ session }, server) => {
  if (session.transaction === null) throw new CommandError('ERR DISCARD without MULTI')
  endTransaction(server, session)
  return OK
}

function endTransaction(server: Watching, session: Session): void {
  session.transaction = null
  server.watches.unwatch(session)
}

/** Runs the queued commands, each checked against the ACL again; none where queueing failed or a watched key changed. */
const exec: Handler<TransactionParts> = ({ session, command, argv }, server) => {
  const { transaction } = session
  if (transaction === null) throw new CommandError('ERR EXEC without MULTI')
  // Conditions came with Valkey 9.2, and nobody has recorded their replies.
  if (argv.length > 1) {
    endTransaction(server, session)
    return notSimulated(command)
  }
  // A watched key that is due expires when it is read, which breaks the watch; not one that had expired before SWAPDB.
  const { databases, swappedAt } = server.keyspace
  for (const { db, key } of server.watches.watchedBy(session))
    if ((databases[db]?.stored(key)?.expireAt ?? 0) > swappedAt) databases[db]?.peek(key)
  const { watchBroken } = session
  if (transaction.aborted || watchBroken) {
    endTransaction(server, session)
    if (transaction.aborted) throw new CommandError('EXECABORT Transaction discarded because of previous errors.')
    return NULL_ARRAY
  }
  server.watches.unwatch(session)
  const closing = session.closeAfterReply
  // A command with several replies (SUBSCRIBE) makes the array end early on the wire: the surplus follows it.
  const given: Reply[] = transaction.queue.flatMap((queued) => runQueued(server, session, queued))
  session.transaction = null
  // A connection that one of its own commands closes never receives the rest of the array.
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

function runQueued(server: TransactionParts, session: Session, queued: PendingCommand): Reply[] {
  const { command, argv } = queued
  const { db } = session
  const { target } = server
  const invocation = new Invocation(target, session, command, argv, 'multi', db, db === queued.db ? queued.uses : null)
  const checked = target.behaviours.checksQueuedKeys
    ? invocation
    : new Invocation(target, session, command, argv, 'multi', db, { ...invocation.uses, keys: [] })
  const decision = checkPermission(checked, server)
  if (decision === null || decision.allowed) return server.execute(invocation)
  logDenial(session, decision, 'multi', server)
  const text =
    'NOPERM ACLs rules changed between the moment the transaction was accumulated and the EXEC call. ' +
    `This command is no longer allowed for the following reason: ${reasons[decision.reason ?? 'auth']}`
  // The error is inside EXEC's reply, and it is EXEC that failed.
  server.statistics.countError(text)
  server.statistics.of('exec').failed++
  return [error(text)]
}

const watch: Handler<Data & Watching> = ({ session, argv }, server) => {
  if (session.transaction !== null) throw new CommandError('ERR WATCH inside MULTI is not allowed')
  const db = server.database(session.db)
  for (const key of argv.slice(1)) {
    db.peek(key)
    server.watches.watch(session, session.db, key)
  }
  return OK
}

const unwatch: Handler<Watching> = ({ session }, server) => {
  server.watches.unwatch(session)
  return OK
}

/** MULTI, EXEC, DISCARD, WATCH and UNWATCH. */
export const transactionCommands: HandlerTable<TransactionParts> = { multi, exec, discard, watch, unwatch }
