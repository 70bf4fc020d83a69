import { lower, type Bytes } from '../acl/bytes'
import type { Command } from '../acl/command'
import type { Decision } from '../acl/decision'
import { refusalText } from '../acl/refusals'
import type { BlockRequest } from '../keyspace/context'
import { CommandError, error, isError, OK, QUEUED, type ErrorReply, type Reply } from '../resp/reply'
import { Arguments } from '../keyspace/arguments'
import { keyspaceCommands } from '../keyspace/index'
import { usesOf } from '../targets/uses'
import { isReplies, type RunContext } from './command'
import { serverCommands } from './commands/index'
import { contextFor } from './keyspace-context'
import { makeRoom } from './memory-limit'
import { checkPermission, logRefusal } from './permissions'
import { protectedCommandRefusal } from './protected-command'
import { busyRefusal } from './scripting/busy'
import type { SimulatedServer } from './server'
import type { Blocked, Session } from './session'
import type { Exchange } from './types'

/** Commands that run at once although a transaction is being queued. */
const neverQueued = new Set(['exec', 'discard', 'multi', 'watch', 'quit', 'reset'])
/** Commands that a subscribed RESP2 connection may still run. */
const whileSubscribed = new Set([
  'ping',
  'subscribe',
  'ssubscribe',
  'psubscribe',
  'unsubscribe',
  'sunsubscribe',
  'punsubscribe',
  'quit',
  'reset',
])

/** What a browser sends that is led to a server's port. */
const webWords = new Set(['post', 'host:'])

interface Outcome {
  readonly replies: readonly Reply[]
  readonly decision: Decision | null
  /** CLIENT PAUSE holds it back. */
  readonly postponed?: boolean
}

/** Runs a command line that a client sent, from looking it up to its replies. Never throws. */
export function runCommandLine(server: SimulatedServer, session: Session, argv: readonly Bytes[]): Exchange {
  server.now = server.clock.now()
  server.current = session
  session.heldBack = server.target.behaviours.holdsBackOwnPushes ? [] : null
  const muted = session.replyMode === 'skip-next'
  if (muted) session.replyMode = 'on'
  let outcome: Outcome
  try {
    outcome = processCommand(server, session, argv)
  } catch (thrown) {
    outcome = { replies: [fault(argv[0] ?? '', thrown)], decision: null }
  }
  const own = session.heldBack ?? []
  session.heldBack = null
  server.current = null
  const silent = muted || replyModeOf(session) !== 'on'
  const exchange: Exchange = {
    argv,
    replies: silent ? own : [...outcome.replies, ...own],
    decision: outcome.decision,
    blocked: session.blocked !== null || outcome.postponed === true,
  }
  if (session.closeAfterReply) session.kill()
  return exchange
}

/** What a client is told where the simulator itself is at fault: nothing may throw out of it. */
export function fault(name: Bytes, thrown: unknown): ErrorReply {
  return error(`ERR The simulator failed in '${name}': ${String(thrown)}`)
}

/** Read anew: the command that just ran may have changed it. */
function replyModeOf(session: Session): Session['replyMode'] {
  return session.replyMode
}

/** A server's checks in a server's order (server.c, processCommand), then the command itself. */
function processCommand(server: SimulatedServer, session: Session, argv: readonly Bytes[]): Outcome {
  const { behaviours } = server.target
  if (behaviours.quitBeforeLookup && lower(argv[0] ?? '') === 'quit') {
    session.closeAfterReply = true
    return { replies: [OK], decision: null }
  }
  if (!behaviours.webWordsAreCommands && webWords.has(lower(argv[0] ?? ''))) {
    session.closeAfterReply = true
    return { replies: [], decision: null }
  }
  const { command, container } = server.lookup(argv)
  session.lastCommandAt = server.now
  if (command === undefined)
    return reject(
      session,
      null,
      container === null ? unknownCommand(argv, behaviours.backticksUnknownCommand) : unknownSubcommand(argv),
    )
  session.lastCommand = command
  if (!hasArity(command, argv)) return reject(session, command, wrongArity(command))
  const refusals = [
    protectedCommandRefusal(server, command, session.origin)?.error ?? null,
    missingLogIn(session, command),
  ]
  if (behaviours.authBeforeProtected) refusals.reverse()
  for (const refusal of refusals) if (refusal !== null) return reject(session, command, refusal)
  if (session.transaction !== null && command.flags.has('no_multi')) {
    return reject(
      session,
      command,
      `ERR Command ${behaviours.noMultiNamesCommand ? `'${command.name}' ` : ''}not allowed inside a transaction`,
    )
  }

  const decision = checkPermission(session, command, argv)
  if (decision !== null && !decision.allowed) {
    logRefusal(session, decision, session.transaction === null ? 'toplevel' : 'multi')
    return { ...reject(session, command, refusalText(decision, behaviours)), decision }
  }
  if (!makeRoom(server) && mayUseMemory(session, command)) {
    return { ...reject(session, command, "OOM command not allowed when used memory > 'maxmemory'."), decision }
  }
  if (session.protocol === 2 && session.subscriptions > 0 && !whileSubscribed.has(command.name)) {
    const name = behaviours.hasSubcommandRules ? command.name : lower(argv[0] ?? '')
    return {
      ...reject(
        session,
        command,
        `ERR Can't execute '${name}': only ${behaviours.subscribedCommands} are allowed in this context`,
      ),
      decision,
    }
  }
  const busy = busyRefusal(server, command, argv)
  if (busy !== null) return { ...reject(session, command, busy), decision }
  if (behaviours.refusesNeedlessUnsubscribe && session.subscriptions === 0 && /^[ps]?unsubscribe$/.test(command.name)) {
    return { ...reject(session, command, `NOSUB '${command.name}' command executed not in subscribed mode`), decision }
  }
  if (server.holds(session, command)) {
    session.postpone(argv)
    return { replies: [], decision, postponed: true }
  }
  if (session.transaction !== null && !isRunAtOnce(server, command)) {
    session.transaction.queue.push({ command, argv })
    if (command.name === 'select' && /^[0-9]{1,9}$/.test(argv[1] ?? '')) session.transaction.db = Number(argv[1])
    return { replies: [QUEUED], decision }
  }
  return { replies: execute(session, command, argv, 'toplevel'), decision }
}

/** RESET and QUIT run at once only where the target made them so. */
function isRunAtOnce(server: SimulatedServer, command: Command): boolean {
  return neverQueued.has(command.name) && !(command.name === 'quit' && server.target.behaviours.quitBeforeLookup)
}

/** Answers with an error; a transaction that is being queued is spoilt by it, and an EXEC that is refused ends it. */
function reject(session: Session, command: Command | null, text: Bytes): Outcome {
  const { server, transaction } = session
  let flat = text.replace(/[\r\n]/g, ' ')
  if (transaction !== null) transaction.aborted = true
  if (command?.name === 'exec') {
    session.transaction = null
    server.watches.unwatch(session)
    flat = `EXECABORT Transaction discarded because of: ${flat.replace(/^ERR /, '')}`
  }
  if (command !== null) server.statistics.count(command.name, 'rejected')
  server.statistics.countError(flat)
  return { replies: [error(flat)], decision: null }
}

/** Whether the number of words fits. */
export function hasArity(command: Command, argv: readonly Bytes[]): boolean {
  return command.arity >= 0 ? argv.length === command.arity : argv.length >= -command.arity
}

/** The error for a wrong number of arguments. */
export function wrongArity(command: Command): Bytes {
  return `ERR wrong number of arguments for '${command.name}' command`
}

function cut(text: Bytes, length: number): Bytes {
  const nul = text.indexOf('\0')
  return (nul < 0 ? text : text.slice(0, nul)).slice(0, length)
}

function unknownCommand(argv: readonly Bytes[], backticks: boolean): Bytes {
  let args = ''
  for (const arg of argv.slice(1)) {
    if (args.length >= 128) break
    const shown = cut(arg, 128 - args.length)
    args += backticks ? `\`${shown}\`, ` : `'${shown}' `
  }
  const name = cut(argv[0] ?? '', 128)
  return `ERR unknown command ${backticks ? `\`${name}\`` : `'${name}'`}, with args beginning with: ${args}`
}

function unknownSubcommand(argv: readonly Bytes[]): Bytes {
  const name = (argv[0] ?? '').replace(/[a-z]/g, (c) => c.toUpperCase())
  return `ERR unknown subcommand '${cut(argv[1] ?? '', 128)}'. Try ${cut(name, Infinity)} HELP.`
}

function missingLogIn(session: Session, command: Command): Bytes | null {
  return session.server.mustLogIn(session) && !command.flags.has('no_auth') ? 'NOAUTH Authentication required.' : null
}

/** A transaction is refused whole where one of its commands may take memory. */
function mayUseMemory(session: Session, command: Command): boolean {
  if (command.name === 'exec')
    return session.transaction?.queue.some((queued) => queued.command.flags.has('denyoom')) ?? false
  return command.flags.has('denyoom')
}

/** A new run of a command that waited, in a release that checks it again: why it may not run any more. */
export function recheckBlocked(session: Session, blocked: Blocked): CommandError | null {
  const decision = checkPermission(session, blocked.command, blocked.argv)
  if (decision === null || decision.allowed) return null
  session.blocked = null
  logRefusal(session, decision, 'toplevel')
  const { statistics, target } = session.server
  const text = refusalText(decision, target.behaviours)
  statistics.count(blocked.command.name, 'rejected')
  statistics.countError(text)
  return new CommandError(text)
}

/** Commands that run a script: MONITOR shows them before what the script runs, in releases that say so by a flag (6.2). */
const scripts = new Set(['eval', 'eval_ro', 'evalsha', 'evalsha_ro', 'fcall', 'fcall_ro'])

/** Runs a command that passed all checks: its replies, or none where it waits (call, in server.c). */
export function execute(session: Session, command: Command, argv: readonly Bytes[], context: RunContext): Reply[] {
  const { server } = session
  server.statistics.commands++
  if (context !== 'lua') session.commandsRun++
  const before = server.sessions.has(session.id)
  if (server.config.eventLetters.includes('m')) notifyMisses(session, command, argv)
  server.isFlushing = command.name === 'flushall' || command.name === 'flushdb'
  const skipsMonitor = command.flags.has('skip_monitor')
  const showsMonitors = (): void => server.feedMonitors(session, redacted(server, command, argv), context === 'lua')
  if (before && skipsMonitor && scripts.has(command.name)) showsMonitors()
  const errorsBefore = server.statistics.scriptErrors.length
  const made = run(session, command, argv, context)
  if (server.isFlushing && made[0] !== undefined && !isError(made[0])) server.tracking.flushed(session)
  server.isFlushing = false
  if (session.blocked === null || context === 'lua') countRun(server, command, made, context, errorsBefore)
  // EXEC is shown after its commands, even where the flag hides it from the common way (6.0).
  if (before && (command.name === 'exec' || (!skipsMonitor && !command.flags.has('admin')))) showsMonitors()
  if (context === 'toplevel')
    server.slowlog.note(session, redacted(server, command, argv), server.clock.now() - server.now)
  server.trackReads(session, command, argv)
  return made
}

/** Counts a command that is done, and its errors: one that a script passes on was counted where the script met it. */
function countRun(
  server: SimulatedServer,
  command: Command,
  made: readonly Reply[],
  context: RunContext,
  errorsBefore: number,
): void {
  const { statistics } = server
  statistics.count(command.name, 'calls')
  const met = statistics.scriptErrors.slice(errorsBefore)
  if (context !== 'lua') statistics.scriptErrors.length = 0
  for (const reply of made) {
    if (!isError(reply)) continue
    statistics.count(command.name, 'failed')
    if (!met.some((text) => reply.text.startsWith(text))) statistics.countError(reply.text)
    if (context === 'lua') statistics.scriptErrors.push(reply.text)
  }
}

/** Counts a command that waited and is done now, unless it was checked again and refused. */
export function countServed(server: SimulatedServer, { command }: Blocked, reply: Reply | undefined): void {
  countRun(server, command, reply === undefined ? [] : [reply], 'toplevel', 0)
}

/** Commands that look at keys without counting as a look-up. */
const quietLooks = new Set(['object', 'memory'])

/** Writing commands that first read as GET does. */
const readFirst = new Set(['getdel', 'getex', 'getset'])

/** `keymiss` for every key that a reading command will not find. */
function notifyMisses(session: Session, command: Command, argv: readonly Bytes[]): void {
  const { server } = session
  if (!command.flags.has('readonly') && !readFirst.has(command.name)) return
  if (quietLooks.has((command.parent ?? command).name)) return
  const db = server.database(session.db)
  for (const { key } of usesOf(server.target, command, argv, session.db).keys) {
    if (db.peek(key) === undefined) server.notify('m', 'keymiss', key, db)
  }
}

/** A command line with its passwords blotted out, as others may see it. */
function redacted(server: SimulatedServer, command: Command, argv: readonly Bytes[]): readonly Bytes[] {
  if (!server.target.behaviours.redactsPasswords) return argv
  if (command.name === 'auth') return argv.map((arg, i) => (i === 0 ? arg : '(redacted)'))
  if (command.name !== 'hello') return argv
  const at = argv.findIndex((arg, i) => i > 1 && lower(arg) === 'auth')
  return at < 0 ? argv : argv.map((arg, i) => (i === at + 1 || i === at + 2 ? '(redacted)' : arg))
}

function run(session: Session, command: Command, argv: readonly Bytes[], context: RunContext): Reply[] {
  const { server } = session
  try {
    const handler =
      serverCommands[command.name] ?? (command.parent?.name === 'cluster' ? serverCommands['cluster'] : undefined)
    if (handler !== undefined) {
      const reply = handler({ server, session, command, argv, context })
      return isReplies(reply) ? [...reply.replies] : [reply]
    }
    // Where the target knows no subcommands, a handler of the subcommand's name may still do what the command does.
    const inKeyspace = keyspaceCommands[command.name] ?? keyspaceCommands[`${command.name}|${lower(argv[1] ?? '')}`]
    if (inKeyspace === undefined) return [notSimulated(command)]
    const asked: BlockRequest[] = []
    const block = (request: BlockRequest): Reply => {
      asked.push(request)
      return null
    }
    const reply = inKeyspace(
      contextFor(session, session.db, context === 'toplevel' ? block : null),
      new Arguments(argv),
    )
    const [request] = asked
    if (request === undefined) return [reply]
    wait(session, request, command, argv)
    return []
  } catch (thrown) {
    if (!(thrown instanceof CommandError)) throw thrown
    return [{ ...thrown.reply, text: thrown.reply.text.replace(/[\r\n]/g, ' ') }]
  }
}

/** Makes a connection wait; what it sends meanwhile is kept. */
export function wait(session: Session, request: BlockRequest, command: Command, argv: readonly Bytes[]): void {
  const { server } = session
  session.blocked = {
    request,
    command,
    argv,
    db: session.db,
    deadline: request.timeout === 0 ? Infinity : server.now + request.timeout,
  }
  server.blockedClients.add(session)
}

/** The one answer to a command that exists, is allowed, and is not simulated. */
export function notSimulated(command: Command): ErrorReply {
  return error(`ERR '${command.name}' is not simulated by ACL Playground`)
}
