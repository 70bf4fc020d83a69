import { type Bytes, lower } from '../../acl/bytes'
import type { Command } from '../../acl/command'
import { CommandError, map, OK, type Reply } from '../../resp/reply'
import { type Call, type Replies, replies } from '../command'
import type { SimulatedServer } from '../server'
import type { Session } from '../session'
import { ScriptEngine } from './engine'
import { FunctionEngine } from './functions'
import { type Paused, isPaused } from './world'

/** A script that takes long. Until it ends, the server answers others with BUSY. */
interface Running {
  readonly kind: 'SCRIPT' | 'FUNCTION'
  readonly name: Bytes
  readonly argv: readonly Bytes[]
  readonly session: Session
  readonly since: number
  /** The database it has SELECTed. */
  db: number
  paused: Paused
}

/** What a server has of scripting. */
interface Engines {
  readonly scripts: ScriptEngine
  readonly functions: FunctionEngine
  running: Running | null
}

const engines = new WeakMap<SimulatedServer, Engines>()

/** The script cache and function libraries of a server, and the script that keeps it busy. */
export function scriptingOf(server: SimulatedServer): Engines {
  let found = engines.get(server)
  if (found === undefined) {
    const clock = (): number => server.clock.now() / 1000
    found = {
      scripts: new ScriptEngine(server.target, clock),
      functions: new FunctionEngine(server.target, clock),
      running: null,
    }
    engines.set(server, found)
  }
  return found
}

/**
 * Runs a script for a command. A SELECT in it ends with it. One that takes long makes the connection wait and the server
 * busy, unless it runs within a transaction: then it is ended.
 */
export function runScript(
  call: Call,
  kind: Running['kind'],
  name: Bytes,
  run: (mayPause: boolean) => Reply | Paused,
): Reply | Replies {
  const { session, server, command, argv } = call
  const { db } = session
  const outcome = run(call.context === 'toplevel')
  const inScript = session.db
  session.db = db
  if (!isPaused(outcome)) return outcome
  scriptingOf(server).running = { kind, name, argv, session, since: server.now, db: inScript, paused: outcome }
  const request = { keys: [], timeout: 0, attempt: () => undefined, onTimeout: null }
  session.blocked = { request, command, argv, db, deadline: Infinity }
  return replies([])
}

/** Lets a script that keeps the server busy run on for a while; to be called as time goes by. */
export function resumeScript(server: SimulatedServer): void {
  const running = engines.get(server)?.running ?? null
  if (running === null) return
  const { session } = running
  const own = session.db
  session.db = running.db
  server.current = session
  const outcome = running.paused.resume()
  server.current = null
  running.db = session.db
  session.db = own
  if (isPaused(outcome)) running.paused = outcome
  else finish(server, running, outcome)
}

function finish(server: SimulatedServer, running: Running, reply: Reply): void {
  const scripting = scriptingOf(server)
  scripting.running = null
  scripting.scripts.mend()
  scripting.functions.mend()
  running.session.unblock(reply)
}

/** SCRIPT KILL and FUNCTION KILL. */
export function killScript({ server }: Call, kind: Running['kind']): Reply {
  const { running } = scriptingOf(server)
  if (running === null) throw new CommandError('NOTBUSY No scripts in execution right now.')
  if (running.paused.hasWritten()) {
    throw new CommandError(
      'UNKILLABLE Sorry the script already executed write commands against the dataset. You can either wait the script termination or kill the server in a hard way using the SHUTDOWN NOSAVE command.',
    )
  }
  if (running.kind !== kind) throw new CommandError(busyText(server, running))
  finish(server, running, running.paused.kill())
  return OK
}

/** FUNCTION STATS' word on the function that runs. */
export function runningFunction(server: SimulatedServer): Reply {
  const { running } = scriptingOf(server)
  if (running === null) return null
  if (running.kind !== 'FUNCTION') throw new CommandError(busyText(server, running))
  return map([
    ['name', running.name],
    ['command', running.argv],
    ['duration_ms', server.now - running.since],
  ])
}

/** Commands that 6.x lets through while it is busy; newer servers mark theirs with a flag. */
const served = new Set(['auth', 'hello', 'replconf', 'multi', 'discard', 'watch', 'unwatch', 'reset', 'quit'])

/** Why a command is refused while a script keeps the server busy; null where it is not. */
export function busyRefusal(server: SimulatedServer, command: Command, argv: readonly Bytes[]): Bytes | null {
  const running = engines.get(server)?.running ?? null
  if (running === null) return null
  const { behaviours } = server.target
  const passes = behaviours.scriptErrorTables
    ? command.flags.has('allow_busy')
    : served.has(command.name) ||
      (argv.length === 2 &&
        lower(argv[1] ?? '') === (command.name === 'script' ? 'kill' : command.name === 'shutdown' ? 'nosave' : ''))
  return passes ? null : busyText(server, running)
}

function busyText(server: SimulatedServer, running: Running): Bytes {
  const product = server.target.behaviours.scriptServerApi ? 'Valkey' : 'Redis'
  return `BUSY ${product} is busy running a script. You can only call ${running.kind} KILL or SHUTDOWN NOSAVE.`
}
