import { textAt, wordAt } from '../acl/argv'
import type { Bytes } from '../acl/bytes'
import type { Command } from '../acl/command'
import type { Decision } from '../acl/decision'
import { refusalText } from '../acl/refusals'
import { error, OK, QUEUED, type Reply } from '../resp/reply'
import { fault, unknownCommand } from './command-errors'
import { checkedDatabase, Invocation } from './invocation'
import type { CommandNames, Measuring, Options, Running, Watching } from './parts'
import { checkPermission, logDenial, type DenialParts } from './permissions'
import { refusalAfterAcl, refusalBeforeAcl, type RefusingParts } from './refusals'
import type { Session } from './session'
import type { Exchange } from './types'

/** The parts of a server that a command line passes through. */
export type DispatchParts = CommandNames &
  Options &
  Running &
  Measuring &
  Watching &
  DenialParts &
  RefusingParts & {
    /** Unix milliseconds; set once for each command line. */
    now: number
    /** The session whose command is running. */
    current: Session | null
    /** Returns whether CLIENT PAUSE holds a command back. */
    holds(invocation: Invocation): boolean
  }

/** An exchange whose command is still running. */
interface Draft {
  readonly argv: readonly Bytes[]
  replies: readonly Reply[]
  decision: Decision | null
  blocked: boolean
}

const noReplies: readonly Reply[] = []

/** Runs a command line that a client sent, from looking it up to its replies. Never throws. */
export function runCommandLine(server: DispatchParts, session: Session, argv: readonly Bytes[]): Exchange {
  server.now = server.times.start()
  server.current = session
  session.holdsPushes = server.target.behaviours.holdsBackOwnPushes
  if (session.replyMode === 'skip-next') session.replyMode = 'skip'
  const draft: Draft = { argv, replies: noReplies, decision: null, blocked: false }
  try {
    draft.replies = processCommand(server, session, draft)
  } catch (thrown) {
    draft.replies = [fault(textAt(argv, 0), thrown)]
    draft.decision = null
  }
  const own = session.releasePushes()
  server.current = null
  if (own !== null) draft.replies = [...draft.replies, ...own]
  if (session.replyMode !== 'on') draft.replies = draft.replies.filter((reply) => !session.mutes(reply))
  if (session.blocked !== null) draft.blocked = true
  if (!draft.blocked) session.endSkip()
  if (session.closeAfterReply) session.kill()
  return draft
}

/**
 * Makes a server's checks in a server's order (server.c, processCommand), then queues or executes the command. Returns the
 * replies.
 */
function processCommand(server: DispatchParts, session: Session, draft: Draft): readonly Reply[] {
  const { target } = server
  const { argv } = draft
  const unnamed = endConnection(server, session, argv)
  if (unnamed !== null) return unnamed

  const found = server.lookup(argv)
  const { command } = found
  session.lastCommandAt = server.now
  if (command === undefined) return reject(server, session, null, unknownCommand(argv, found, target.behaviours))
  session.lastCommand = command
  const invocation = new Invocation(target, session, command, argv, 'toplevel', checkedDatabase(session))

  const early = refusalBeforeAcl(invocation, server)
  if (early !== null) return reject(server, session, command, early)

  const decision = (draft.decision = checkPermission(invocation, server))
  if (decision !== null && !decision.allowed) {
    logDenial(session, decision, session.transaction === null ? 'toplevel' : 'multi', server)
    return reject(server, session, command, refusalText(decision, target.behaviours))
  }

  const late = refusalAfterAcl(invocation, server)
  if (late !== null) return reject(server, session, command, late)

  if (server.holds(invocation)) {
    session.postpone(argv)
    draft.blocked = true
    return noReplies
  }
  if (session.transaction !== null && !isRunAtOnce(server, command)) {
    session.transaction.queue.push(invocation)
    if (command.name === 'select' && /^[0-9]{1,9}$/.test(textAt(argv, 1))) session.transaction.db = Number(argv[1])
    return [QUEUED]
  }
  return server.execute(invocation)
}

/** The first words of what a browser sends to a server's port; of four and five bytes, as QUIT. */
const webWords = new Set(['post', 'host:'])

/** Closes the connection on QUIT or HTTP, where the target does so before it looks a command up; elsewhere returns null. */
function endConnection({ target }: DispatchParts, session: Session, argv: readonly Bytes[]): readonly Reply[] | null {
  const { quitBeforeLookup, webWordsAreCommands } = target.behaviours
  const { length } = textAt(argv, 0)
  if (length !== 4 && length !== 5) return null
  const name = wordAt(argv, 0)
  const isQuit = quitBeforeLookup && name === 'quit'
  const isWeb = !webWordsAreCommands && webWords.has(name)
  if (!isQuit && !isWeb) return null
  session.closeAfterReply = true
  return isQuit ? [OK] : noReplies
}

/** Commands that are run at once although a transaction is being queued. */
const neverQueued = new Set(['exec', 'discard', 'multi', 'watch', 'quit', 'reset'])

/** Returns whether a transaction runs a command instead of queueing it. A renamed QUIT is queued where the target knows QUIT by its own name only. */
function isRunAtOnce({ target }: DispatchParts, command: Command): boolean {
  return neverQueued.has(command.name) && !(command.name === 'quit' && target.behaviours.quitBeforeLookup)
}

/** Answers with an error. The error aborts a transaction that is being queued; a rejected EXEC ends it. */
function reject(server: DispatchParts, session: Session, command: Command | null, text: Bytes): readonly Reply[] {
  const { statistics } = server
  let flat = text.replace(/[\r\n]/g, ' ')
  if (session.transaction !== null) session.transaction.aborted = true
  if (command?.name === 'exec') {
    session.transaction = null
    server.watches.unwatch(session)
    flat = `EXECABORT Transaction discarded because of: ${flat.replace(/^ERR /, '')}`
  }
  if (command !== null) statistics.of(command.name).rejected++
  statistics.countError(flat)
  return [error(flat)]
}
