import type { Bytes } from '../../acl/bytes'
import { type Reply, CommandError } from '../../resp/reply'
import type { Target } from '../../targets/target'
import type { ScriptCaller } from './api'
import { luaRuntime, type LuaRuntime } from './load'
import type { Paused } from './paused'
import type { LuaWorld } from './world'

/**
 * The number of instructions that a script may run before the server counts as busy and serves other clients: a
 * fraction of a second.
 */
const SCRIPT_INSTRUCTIONS = 30_000_000

/** A compiled script or function. */
export interface Compiled {
  readonly world: LuaWorld
  /** The reference to the function in its world. */
  readonly ref: number
}

/** The arguments and options of a call of a script or function. */
export interface Call {
  /** The name in error replies: the SHA-1 of a script, or the name of a function. */
  readonly name: Bytes
  readonly keys: readonly Bytes[]
  readonly args: readonly Bytes[]
  /** Denies write commands. */
  readonly readOnly: boolean
  /** Allows commands that take memory where there is none left. */
  readonly allowsOom: boolean
  /** Allows the call to return paused. */
  readonly mayPause: boolean
  readonly caller: ScriptCaller
}

/** The Lua world of a server's scripts, or of its functions: created with the first of them, and anew after one broke it. */
export class CurrentWorld {
  #world: LuaWorld | null = null
  /** Milliseconds that it took to create the world, until a script has run: a real server creates its own at its start. */
  #creationTime = 0

  constructor(
    readonly target: Target,
    readonly kind: 'eval' | 'function',
    readonly clock: () => number,
  ) {}

  /** The memory of the world in bytes, more than that of an empty one. */
  get memory(): number {
    return this.#world?.growth ?? 0
  }

  /** True while there is no world: the next script or function finds all memory free. */
  get isNew(): boolean {
    return this.#world === null
  }

  /** Returns the world, created where there is none. Throws an error where the engine is not loaded. */
  open(): LuaWorld {
    if (this.#world === null) {
      const { module, code } = loadedRuntime()
      const start = this.clock()
      this.#world = new code.LuaWorld(module, this.target, this.kind, this.clock)
      this.#creationTime = (this.clock() - start) * 1000
    }
    return this.#world
  }

  /** Returns true for the current world, false for one that was discarded. */
  is(world: LuaWorld): boolean {
    return world === this.#world
  }

  /** Releases a script or function, unless its world was discarded. */
  drop({ world, ref }: Compiled): void {
    if (this.is(world)) world.lua.drop(ref)
  }

  /** Discards the world. */
  discard(): void {
    this.#world = null
  }

  /** Discards the world where a script or function has broken it. */
  mend(): void {
    if (this.#world?.lua.broken === true) this.discard()
  }

  /** Calls a script or function of this world. Returns its reply, or the paused script. */
  call({ world, ref }: Compiled, { name, keys, args, readOnly, allowsOom, mayPause, caller }: Call): Reply | Paused {
    const reply = world.call(ref, {
      name,
      keys,
      args,
      run: { caller, readOnly, allowsOom, protocol: 2, feedsReplicas: true, hasWritten: false },
      limits: {
        instructions: SCRIPT_INSTRUCTIONS,
        time: caller.timeLeft + this.#takeCreationTime(),
        mostTime: caller.mostTime,
        mayPause,
        message: this.#killedMessage(),
      },
    })
    this.mend()
    return reply
  }

  #takeCreationTime(): number {
    const time = this.#creationTime
    this.#creationTime = 0
    return time
  }

  /** Returns the error of a killed script. */
  #killedMessage(): Bytes {
    if (!this.target.behaviours.scriptEngines) return 'Script killed by user with SCRIPT KILL...'
    return `Script killed by user with ${this.kind === 'eval' ? 'SCRIPT' : 'FUNCTION'} KILL.`
  }
}

/** Returns the engine and its code. Throws an error where they are not loaded. */
export function loadedRuntime(): LuaRuntime {
  const runtime = luaRuntime()
  if (runtime === null) throw new CommandError('ERR The Lua engine is not loaded yet; try again in a moment')
  return runtime
}
