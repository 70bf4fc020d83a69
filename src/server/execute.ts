import { lower, type Bytes } from '../acl/bytes'
import type { Command } from '../acl/command'
import { Arguments } from '../keyspace/arguments'
import type { BlockRequest } from '../keyspace/context'
import { CommandError, isError, simple, type Reply } from '../resp/reply'
import type { Target } from '../targets/target'
import { wait } from './blocking'
import { countChanges } from './changes'
import { notSimulated } from './command-errors'
import { isReplies, serverHandler, type Registry } from './handler'
import type { Invocation, RunContext } from './invocation'
import { contextFor, type ContextParts } from './keyspace-context'
import { countLooks } from './looks'
import { monitorLine } from './monitor'
import type {
  Caching,
  Clients,
  Configuration,
  Counting,
  Monitoring,
  Release,
  RunningClock,
  Sleeping,
  SlowCommands,
  Time,
  Waiting,
} from './parts'
import type { Statistics } from './statistics'

/** The parts of a server that every command may touch, and that its effects reach. */
export type ExecuteParts = ContextParts &
  Caching &
  Clients &
  Configuration &
  Counting &
  Monitoring &
  RunningClock &
  Sleeping &
  SlowCommands &
  Waiting & {
    /** FLUSHALL or FLUSHDB is running: client-side caches are told once, not of every key. */
    isFlushing: boolean
  }

/** Commands that run a script: MONITOR shows them before the script's commands, in releases that flag them (6.2). */
const scripts = new Set(['eval', 'eval_ro', 'evalsha', 'evalsha_ro', 'fcall', 'fcall_ro'])

/** Runs a command that passed all checks. Returns its replies: none where it waits (server.c, call). */
export function execute<Server extends ExecuteParts>(
  server: Server,
  registry: Registry<Server>,
  invocation: Invocation,
): Reply[] {
  const { session, command, argv, context } = invocation
  const { statistics } = server
  statistics.commands++
  if (context !== 'lua') session.commandsRun++
  const isOpen = server.sessions.has(session.id)
  countLooks(invocation, server)
  server.isFlushing = command.name === 'flushall' || command.name === 'flushdb'
  const skipsMonitor = command.flags.has('skip_monitor')
  if (isOpen && skipsMonitor && scripts.has(command.name)) feedMonitors(invocation, server)
  const errorsBefore = statistics.scriptErrors.length
  const { writes } = server
  server.keyspace.changes = null

  const made = run(server, registry, invocation)
  countChanges(server, command, made[0], writes)

  if (server.isFlushing && made[0] !== undefined && !isError(made[0])) server.tracking.flushed(session)
  server.isFlushing = false
  if (session.blocked === null || context === 'lua') countRun(statistics, command, made, context, errorsBefore)
  // EXEC is shown after its commands, even where the flag hides it elsewhere (6.0).
  if (isOpen && (command.name === 'exec' || (!skipsMonitor && !command.flags.has('admin'))))
    feedMonitors(invocation, server)
  if (context === 'toplevel') {
    const elapsed = server.clock.now() - server.now + server.slept
    server.slept = 0
    server.slowlog.note(session, redacted(command, argv, server.target), elapsed, server.now)
  }
  if (session.tracking !== null && command.flags.has('readonly'))
    server.tracking.remember(
      session,
      invocation.uses.keys.map(({ key }) => key),
    )
  return made
}

/** Runs the handler of a command and returns its replies, or none where it waits. */
function run<Server extends ExecuteParts>(server: Server, registry: Registry<Server>, invocation: Invocation): Reply[] {
  const { session, command, argv, context } = invocation
  try {
    const handler = serverHandler(registry, command)
    if (handler !== undefined) {
      const reply = handler(invocation, server)
      return isReplies(reply) ? [...reply.replies] : [reply]
    }
    // Where the target knows no subcommands, a handler of the subcommand's name may still do what the command does.
    const inKeyspace = registry.keyspace[command.name] ?? registry.keyspace[`${command.name}|${lower(argv[1] ?? '')}`]
    if (inKeyspace === undefined) {
      if (registry.has?.(command) === false)
        throw new Error(`The handler of ${command.name} was not loaded: see Server.prepare.`)
      return [notSimulated(command)]
    }
    const asked: BlockRequest[] = []
    const block = (request: BlockRequest): Reply => {
      asked.push(request)
      return null
    }
    const reply = inKeyspace(
      contextFor(server, session, invocation, session.db, context === 'toplevel' ? block : null),
      new Arguments(argv),
    )
    const [request] = asked
    if (request === undefined) return [reply]
    wait(invocation, request, server)
    return []
  } catch (thrown) {
    if (!(thrown instanceof CommandError)) throw thrown
    return [{ ...thrown.reply, text: thrown.reply.text.replace(/[\r\n]/g, ' ') }]
  }
}

/** Counts a command that is done, and its errors. An error that a script passes on was counted when its command failed. */
function countRun(
  statistics: Statistics,
  command: Command,
  made: readonly Reply[],
  context: RunContext,
  errorsBefore: number,
): void {
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

/** Counts a command that waited and is done now. */
export function countServed(statistics: Statistics, command: Command, reply: Reply | undefined): void {
  countRun(statistics, command, reply === undefined ? [] : [reply], 'toplevel', 0)
}

/** Shows a command to the connections in MONITOR. */
function feedMonitors(
  { session, command, argv, context }: Invocation,
  server: Monitoring & Release & Time & Configuration,
): void {
  if (server.monitors.size === 0) return
  const line = simple(monitorLine(session, redacted(command, argv, server.target), context === 'lua', server))
  for (const monitor of server.monitors) monitor.push(line)
}

/** Returns a command line as others may see it, its passwords replaced. */
function redacted(command: Command, argv: readonly Bytes[], { behaviours }: Target): readonly Bytes[] {
  if (!behaviours.redactsPasswords) return argv
  if (command.name === 'auth') return argv.map((arg, i) => (i === 0 ? arg : '(redacted)'))
  if (command.name !== 'hello') return argv
  const at = argv.findIndex((arg, i) => i > 1 && lower(arg) === 'auth')
  return at < 0 ? argv : argv.map((arg, i) => (i === at + 1 || i === at + 2 ? '(redacted)' : arg))
}
