import { wordAt } from '../../acl/argv'
import type { Bytes } from '../../acl/bytes'
import type { Command } from '../../acl/command'
import { CommandError, map, OK, type Reply } from '../../resp/reply'
import type { Target } from '../../targets/target'
import { replies, type Replies } from '../handler'
import type { Invocation } from '../invocation'
import type { Session } from '../session'
import type { Engines } from './engines'
import { luaRuntime } from './load'
import { isPaused, type Paused } from './paused'

/** A long-running script. Until it ends, the server answers other clients with BUSY. */
interface RunningScript {
  readonly kind: 'SCRIPT' | 'FUNCTION'
  readonly name: Bytes
  readonly argv: readonly Bytes[]
  readonly session: Session
  readonly since: number
  /** The database that the script selected. */
  db: number
  paused: Paused
}

/** Commands that 6.x accepts while a script is running; newer servers have a command flag. */
const served = new Set(['auth', 'hello', 'replconf', 'multi', 'discard', 'watch', 'unwatch', 'reset', 'quit'])

/** The script cache and function libraries of a server, and its long-running script. */
export class Scripting {
  /** Made by `enginesOf`, whose code the page loads with the first script. */
  engines: Engines | null = null
  #running: RunningScript | null = null

  /** @param clock in seconds */
  constructor(
    readonly target: Target,
    readonly clock: () => number,
  ) {}

  /**
   * Runs a script for a command. A SELECT in it lasts until it ends. A long-running script makes the session wait and
   * the server busy; within a transaction it is killed.
   */
  run(
    invocation: Invocation,
    kind: RunningScript['kind'],
    name: Bytes,
    now: number,
    start: (mayPause: boolean) => Reply | Paused,
  ): Reply | Replies {
    const { session, argv, context } = invocation
    const { db } = session
    const outcome = start(context === 'toplevel')
    const inScript = session.db
    session.db = db
    if (!isPaused(outcome)) return outcome
    this.#running = { kind, name, argv, session, since: now, db: inScript, paused: outcome }
    const request = { keys: [], timeout: 0, attempt: () => undefined, onTimeout: null }
    session.blocked = { request, pending: invocation, db, deadline: Infinity }
    return replies([])
  }

  /** True while a long-running script keeps the server busy. */
  get isBusy(): boolean {
    return this.#running !== null
  }

  /** Returns the flags of a command; for one that runs a script or function, with those that it declares. */
  flagsOf(command: Command, argv: readonly Bytes[]): Command['flags'] {
    return luaRuntime()?.code.flagsOf(this.engines, this.target, command, argv) ?? command.flags
  }

  /** Continues the long-running script for a while. To be called periodically. Time stands still for it. */
  resume(server: { current: Session | null; now: number }): void {
    const running = this.#running
    if (running === null) return
    const { session } = running
    const own = session.db
    const { now } = server
    session.db = running.db
    server.current = session
    server.now = running.since
    const outcome = running.paused.resume()
    server.now = now
    server.current = null
    running.db = session.db
    session.db = own
    if (isPaused(outcome)) running.paused = outcome
    else this.#finish(running, outcome)
  }

  /** Kills the running script (SCRIPT KILL and FUNCTION KILL). */
  kill(kind: RunningScript['kind']): Reply {
    const running = this.#running
    if (running === null) throw new CommandError('NOTBUSY No scripts in execution right now.')
    if (running.paused.hasWritten()) {
      throw new CommandError(
        'UNKILLABLE Sorry the script already executed write commands against the dataset. You can either wait the script termination or kill the server in a hard way using the SHUTDOWN NOSAVE command.',
      )
    }
    if (running.kind !== kind) throw new CommandError(this.#busyText(running))
    this.#finish(running, running.paused.kill())
    return OK
  }

  /** Describes the running function for FUNCTION STATS. */
  runningFunction(now: number): Reply {
    const running = this.#running
    if (running === null) return null
    if (running.kind !== 'FUNCTION') throw new CommandError(this.#busyText(running))
    return map([
      ['name', running.name],
      ['command', running.argv],
      ['duration_ms', now - running.since],
    ])
  }

  /** Returns the error of a command that is rejected while a script is running, or null. */
  busyRefusal({ command, argv }: Invocation): Bytes | null {
    if (this.#running === null) return null
    const passes = this.target.behaviours.scriptErrorTables
      ? command.flags.has('allow_busy')
      : served.has(command.name) ||
        (argv.length === 2 &&
          wordAt(argv, 1) === (command.name === 'script' ? 'kill' : command.name === 'shutdown' ? 'nosave' : ''))
    return passes ? null : this.#busyText(this.#running)
  }

  #finish(running: RunningScript, reply: Reply): void {
    this.#running = null
    this.engines?.scripts.mend()
    this.engines?.functions.mend()
    running.session.unblock(reply)
  }

  #busyText(running: RunningScript): Bytes {
    const product = this.target.behaviours.scriptServerApi ? 'Valkey' : 'Redis'
    return `BUSY ${product} is busy running a script. You can only call ${running.kind} KILL or SHUTDOWN NOSAVE.`
  }
}
