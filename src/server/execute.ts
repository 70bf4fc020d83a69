import { textAt, wordAt } from '../acl/argv'
import { lower, type Bytes } from '../acl/bytes'
import type { Command } from '../acl/command'
import { CommandError, isError, OK, simple, type Reply } from '../resp/reply'
import type { Target } from '../targets/target'
import { isReplyUnknown } from '../targets/unknown-replies'
import { wait } from './blocking'
import { isPlain } from './commands/client-names'
import { countChanges } from './changes'
import { notSimulated } from './command-errors'
import { isReplies } from './handler'
import type { Invocation, RunContext } from './invocation'
import { ServerContext, type ContextParts } from './keyspace-context'
import { countLooks } from './looks'
import type {
  Caching,
  Clients,
  Configuration,
  Counting,
  Feeding,
  Measuring,
  Monitoring,
  Release,
  RunningClock,
  Saving,
  Sleeping,
  SlowCommands,
  Time,
  Waiting,
} from './parts'
import type { Router } from './router'
import type { Statistics } from './statistics'

/** The parts of a server that every command may touch, and that its effects reach. */
export type ExecuteParts = ContextParts &
  Caching &
  Clients &
  Configuration &
  Counting &
  Feeding &
  Measuring &
  Monitoring &
  RunningClock &
  Saving &
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
  router: Router<Server>,
  invocation: Invocation,
): Reply[] {
  const { session, command, argv, context } = invocation
  const { statistics } = server
  statistics.commands++
  const isOpen = !session.closed
  countLooks(router.of(command).looks, invocation, server)
  server.isFlushing = command.name === 'flushall' || command.name === 'flushdb'
  if (server.monitors.size > 0 && isOpen && command.flags.has('skip_monitor') && scripts.has(command.name))
    feedMonitors(invocation, server)
  const errorsBefore = statistics.scriptErrors.length
  const { writes } = server
  server.keyspace.changes = null

  const made = run(server, router, invocation)
  const { changes } = statistics
  countChanges(server, command, made[0], writes)
  server.feed?.ran(invocation, made[0], statistics.changes !== changes, server.database(session.db))

  if (command.name === 'flushall' && made[0] === OK) saveFlushed(server)
  if (server.isFlushing && made[0] !== undefined && !isError(made[0])) server.tracking.flushed(session)
  server.isFlushing = false
  if (session.blocked === null || context === 'lua') {
    session.commandsRun++
    countRun(statistics, command, made, context, errorsBefore)
  }
  if (server.monitors.size > 0 && isOpen && isShown(command)) feedMonitors(invocation, server)
  if (context === 'toplevel') {
    if (server.times.isQuick?.(command, argv, made[0])) server.times.endAtOnce(server.now)
    else noteIfSlow(invocation, server)
  }
  if (session.tracking !== null && command.flags.has('readonly'))
    server.tracking.remember(
      session,
      invocation.uses.keys.map(({ key }) => key),
    )
  return made
}

/** Ends a running snapshot and, where there are save points, saves at once. */
function saveFlushed({ loadedSaves, statistics, config, now, target }: ExecuteParts): void {
  loadedSaves?.cancel()
  if (config.get('save') === '') return
  statistics.savedAt = now
  if (target.behaviours.flushResetsChanges) statistics.changes = 0
}

/** Writes a command that took too long to the slow log. */
function noteIfSlow({ session, command, argv }: Invocation, server: ExecuteParts): void {
  const { slowlog, now, target, slept } = server
  server.slept = 0
  if (!slowlog.isOn) return
  const milliseconds = server.times.end() - now + slept
  if (slowlog.isSlow(milliseconds)) slowlog.add(session, redacted(command, argv, target), milliseconds, now)
}

/** Runs the handler of a command and returns its replies, or none where it waits. */
function run<Server extends ExecuteParts>(server: Server, router: Router<Server>, invocation: Invocation): Reply[] {
  const { session, command, argv, context } = invocation
  if (isReplyUnknown(server.target.behaviours.unknownReplies, command.name, argv)) return [notSimulated(command)]
  try {
    const { handler, inKeyspace: plain } = router.of(command)
    if (handler !== undefined) {
      const reply = handler(invocation, server)
      return isReplies(reply) ? [...reply.replies] : [reply]
    }
    const inKeyspace = plain ?? router.byFirstArgument(command, argv)
    if (inKeyspace === undefined) {
      if (!router.has(command)) throw new Error(`The handler of ${command.name} was not loaded: see Server.prepare.`)
      return [notSimulated(command)]
    }
    const seen = new ServerContext(server, session, invocation, session.db, context === 'toplevel')
    const reply = inKeyspace(seen, invocation.args)
    if (seen.asked === null) return [reply]
    wait(invocation, seen.asked, server)
    return []
  } catch (thrown) {
    if (!(thrown instanceof CommandError)) throw thrown
    return [{ ...thrown.reply, text: thrown.reply.text.replace(/[\r\n]/g, ' ') }]
  }
}

const noErrors: readonly Bytes[] = []

/** Counts a command that is done, and its errors. An error that a script passes on was counted when its command failed. */
function countRun(
  statistics: Statistics,
  command: Command,
  made: readonly Reply[],
  context: RunContext,
  errorsBefore: number,
): void {
  statistics.of(command.name).calls++
  const { scriptErrors } = statistics
  const met = scriptErrors.length > errorsBefore ? scriptErrors.slice(errorsBefore) : noErrors
  if (context !== 'lua' && scriptErrors.length > 0) scriptErrors.length = 0
  for (const reply of made) {
    if (!isError(reply)) continue
    statistics.of(command.name).failed++
    if (!met.some((text) => reply.text.startsWith(text))) statistics.countError(reply.text)
    if (context === 'lua') statistics.scriptErrors.push(reply.text)
  }
}

/** Counts a command that waited and is done now. */
export function countServed(statistics: Statistics, command: Command, reply: Reply | undefined): void {
  countRun(statistics, command, reply === undefined ? [] : [reply], 'toplevel', 0)
}

/** Returns whether MONITOR shows a command after it ran: EXEC follows its commands, even where the flag hides it elsewhere (6.0). */
function isShown({ name, flags }: Command): boolean {
  return name === 'exec' || !(flags.has('skip_monitor') || flags.has('admin'))
}

/** Shows a command to the connections in MONITOR. */
function feedMonitors(
  { session, command, argv, context }: Invocation,
  server: Monitoring & Release & Time & Configuration,
): void {
  const shown = redacted(command, argv, server.target)
  for (const [monitor, line] of server.monitors) monitor.push(simple(line(session, shown, context === 'lua', server)))
}

/** Returns a command line as others may see it, its passwords replaced. */
function redacted(command: Command, argv: readonly Bytes[], { behaviours }: Target): readonly Bytes[] {
  if (!behaviours.redactsPasswords) return argv
  if (command.name === 'auth') return argv.map((arg, i) => (i === 0 ? arg : '(redacted)'))
  if (isAboutUser(command, argv)) return argv.map((arg, i) => (i < 2 ? arg : '(redacted)'))
  if (command.name !== 'hello') return argv
  // As HELLO reads its options: nothing behind a version or an option that it rejects is hidden.
  const shown = [...argv]
  for (let i = /^[23]$/.test(textAt(argv, 1)) ? 2 : argv.length; i + 1 < argv.length; i += 2) {
    const option = lower(textAt(argv, i))
    if (option === 'auth' && i + 2 < argv.length) shown.fill('(redacted)', i + 1, ++i + 2)
    else if (option !== 'setname' || !isPlain(textAt(argv, i + 1))) break
  }
  return shown
}

/** Returns true for the subcommands of ACL whose arguments are passwords, rules or names of users. */
function isAboutUser({ name }: Command, argv: readonly Bytes[]): boolean {
  const full = name === 'acl' ? `acl|${wordAt(argv, 1)}` : name
  return full === 'acl|setuser' || full === 'acl|getuser' || full === 'acl|deluser'
}
