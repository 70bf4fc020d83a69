import type { Bytes } from '../../acl/bytes'
import { error, type Reply } from '../../resp/reply'
import type { Target } from '../../targets/target'
import { type ApiHost, type ScriptRun, pushApi } from './api'
import { popResult } from './convert'
import type { Position } from './lua-core'
import { Lua, stoppedHere } from './lua'
import { OutOfMemory, ScriptStopped } from './lua-errors'
import { STRING, TABLE } from './lua-stack'
import { Rand48 } from './numbers'
import { ReadonlyGlobals } from './readonly'
import { setGlobalFunction } from './host-functions'
import type { Paused } from './paused'
import { furnish, refuseNewGlobals } from './sandbox'
import { ScriptErrors } from './script-errors'

/** Memory limits of a server's scripts, in bytes: Lua's own memory, and the copies held by running host functions. */
const MEMORY = { inside: 64 * 1024 * 1024, outside: 64 * 1024 * 1024 }
/** The memory in use, in bytes, above which garbage is collected after a run. */
const TIDY_ABOVE = 8 * 1024 * 1024
/** The interval at which the limits of a running script are checked, in Lua instructions. */
const TICK = 1_000
/** The instructions of a script that exceeds its limits while it cannot be paused, as a multiple of the limit. */
const PATIENCE = 3
/** The limits of each further slice of a paused script: instructions, and milliseconds. */
const SLICE = { instructions: 10_000_000, time: 250 }
/** The cost of a millisecond in a command, in instructions. */
const INSTRUCTIONS_A_MILLISECOND = 10_000

/** The limits of a run, and the error that ends it. */
export interface Limits {
  /** The number of Lua instructions after which a script pauses or, where it must not or cannot, is stopped. */
  readonly instructions: number
  /** The time limit in milliseconds of the server's clock, with the same effect. */
  readonly time: number
  /** The same where it cannot be paused. */
  readonly mostTime: number
  readonly mayPause: boolean
  /** The server's error for a stopped script. */
  readonly message: Bytes
}

/** The arguments and options of a run. */
export interface RunRequest {
  /** The name of the script in error replies: its SHA-1, or the function's name. */
  readonly name: Bytes
  readonly keys: readonly Bytes[]
  readonly args: readonly Bytes[]
  readonly run: ScriptRun
  readonly limits: Limits
}

/** A Lua instance with the globals of a server's scripts (or functions). */
export class LuaWorld implements ApiHost {
  readonly lua: Lua
  readonly globals: ReadonlyGlobals | null
  run: ScriptRun | null = null
  readonly #random = new Rand48()
  readonly #errors: ScriptErrors
  readonly #handler: number
  readonly #ownMemory: number
  #pausedAt: Position | null = null

  constructor(
    module: WebAssembly.Module,
    readonly target: Target,
    readonly kind: 'eval' | 'function',
    readonly clock: () => number,
  ) {
    const { behaviours } = target
    const lua = new Lua(module, MEMORY)
    this.lua = lua
    this.#errors = new ScriptErrors(lua, behaviours)
    furnish(lua, { behaviours, random: this.#random, clock })
    pushApi(lua, this, kind)
    if (behaviours.scriptServerApi) {
      lua.copy(-1)
      lua.setGlobal('server')
    }
    lua.setGlobal('redis')
    lua.pushFunction(() => {
      this.#errors.describe(1)
      return 1
    })
    lua.copy(-1)
    this.#handler = lua.keep()
    if (kind === 'eval') {
      lua.copy(-1)
      lua.setGlobal('__redis__err__handler')
      if (behaviours.scriptServerApi) {
        lua.copy(-1)
        lua.setGlobal('__server__err__handler')
      }
    }
    lua.pop()
    this.globals = behaviours.scriptReadonlyGlobals ? new ReadonlyGlobals(lua) : null
    if (this.globals === null) {
      setGlobalFunction(lua, '__redis__compare_helper', () => compareHelper(lua))
      refuseNewGlobals(lua)
    }
    this.#ownMemory = lua.memoryInUse
  }

  /** The memory in bytes that scripts take, besides that of the libraries. */
  get growth(): number {
    return this.lua.broken ? 0 : Math.max(0, this.lua.memoryInUse - this.#ownMemory)
  }

  /**
   * Calls the referenced function with KEYS and ARGV. Returns its result or error as a reply, or the paused script
   * where it runs long and may be paused.
   */
  call(kept: number, request: RunRequest): Reply | Paused {
    const { lua } = this
    // Other scripts of the same transaction used up the time.
    if (request.limits.time <= 0) {
      return this.#stoppedReply(new ScriptStopped(1, this.kind === 'eval' ? '@user_script' : '@user_function'), request)
    }
    try {
      const args = this.#prepare(kept, request)
      return lua.inThread(lua.hostThread, () => this.#proceed(request, args))
    } catch (thrown) {
      return this.#brokenReply(thrown, request)
    }
  }

  /** Sets KEYS and ARGV and pushes the function to a new coroutine. Returns the number of arguments. */
  #prepare(kept: number, request: RunRequest): number {
    const { lua } = this
    lua.setTop(0)
    if (this.target.behaviours.scriptReseedsRandom) this.#random.seed(0)
    if (this.kind === 'eval') {
      pushStrings(lua, request.keys)
      this.#setGlobal('KEYS')
      pushStrings(lua, request.args)
      this.#setGlobal('ARGV')
    }
    const thread = lua.pushThread()
    lua.hostThread = thread
    lua.pushKept(kept)
    if (this.kind === 'function') {
      pushStrings(lua, request.keys)
      pushStrings(lua, request.args)
    }
    const args = this.kind === 'function' ? 2 : 0
    lua.moveTo(thread, args + 1)
    return args
  }

  /** Runs the coroutine of a script until it ends, fails, pauses or is stopped. */
  #proceed(request: RunRequest, args: number): Reply | Paused {
    const { lua } = this
    const thread = lua.thread
    const { behaviours } = this.target
    this.run = request.run
    let paused = false
    try {
      this.#limit(request.limits)
      const outcome = lua.resume(args)
      lua.watch(0, null)
      if (outcome === 'done') {
        lua.setTop(1)
        return popResult(lua, { behaviours, scriptProtocol: request.run.protocol })
      }
      if (outcome === 'out of memory') return this.#errors.memoryReply(request.name)
      if (outcome === 'failed') {
        this.#errors.describe(0)
        return this.#errors.reply(request.name)
      }
      paused = true
      return {
        type: 'paused',
        resume: () =>
          lua.inThread(thread, () => this.#proceed({ ...request, limits: { ...request.limits, ...SLICE } }, 0)),
        kill: () => lua.inThread(thread, () => this.#kill(request)),
        hasWritten: () => request.run.hasWritten,
      }
    } catch (thrown) {
      return this.#brokenReply(thrown, request)
    } finally {
      this.run = null
      if (!paused) this.#tidy()
    }
  }

  /** Returns the reply where something other than a Lua error ended a script. */
  #brokenReply(thrown: unknown, request: RunRequest): Reply {
    if (thrown instanceof ScriptStopped) return this.#stoppedReply(thrown, request)
    this.lua.broken = true
    if (this.lua.exhausted || thrown instanceof OutOfMemory) return this.#errors.memoryReply(request.name)
    return error(`ERR The simulator's Lua failed: ${String(thrown)}`)
  }

  #stoppedReply(stopped: ScriptStopped, { name, limits }: RunRequest): Reply {
    return this.#errors.stoppedReply(stopped, name, limits.message)
  }

  /** Stops a paused script at its current position. */
  #kill(request: RunRequest): Reply {
    const place = this.#pausedAt
    this.#tidy()
    return this.#stoppedReply(new ScriptStopped(place?.line ?? 0, place?.source ?? ''), request)
  }

  /**
   * Releases the state of a run. Discards a Lua instance that ran out of memory: its garbage would fail the next
   * script.
   */
  #tidy(): void {
    const { lua } = this
    if (lua.exhausted) lua.broken = true
    if (lua.broken) return
    lua.inThread(lua.main, () => {
      lua.hostThread = 0
      lua.setTop(0)
      lua.forgetText()
      if (lua.memoryInUse > TIDY_ABOVE) lua.collectGarbage()
    })
  }

  /**
   * Compiles a chunk and returns a reference to its function, or to the function's result; the compiler's message where
   * it fails.
   */
  compile(
    code: Bytes,
    name: Bytes,
    keeps: 'function' | 'result',
  ): { readonly ref: number } | { readonly problem: Bytes } {
    const { lua } = this
    try {
      const problem = lua.load(code, name)
      if (problem !== null) return { problem }
      if (keeps === 'result' && !lua.protectedCall(0, 1)) return { problem: lua.toBytes(-1) ?? '' }
      return { ref: lua.keep() }
    } catch (thrown) {
      lua.broken = true
      return { problem: lua.exhausted ? 'not enough memory' : `the simulator's Lua failed: ${String(thrown)}` }
    } finally {
      if (lua.exhausted) lua.broken = true
    }
  }

  /** Runs a library's code (a function left on top by Lua.load). Returns its error, or null. */
  runOnce(limits: Limits): Bytes | null {
    const { lua } = this
    const base = lua.top()
    try {
      if (lua.exhausted) throw new OutOfMemory()
      lua.pushKept(this.#handler)
      lua.insert(base)
      this.#limit(limits)
      const ok = lua.protectedCall(0, 0, base)
      lua.watch(0, null)
      if (ok) return null
      if (lua.type(-1) !== TABLE) return lua.toBytes(-1) ?? ''
      lua.rawGet(-1, 'err')
      return lua.toBytes(-1) ?? ''
    } catch (thrown) {
      if (thrown instanceof ScriptStopped) return `ERR ${limits.message}`
      lua.broken = true
      return lua.exhausted ? 'not enough memory' : `ERR The simulator's Lua failed: ${String(thrown)}`
    } finally {
      if (lua.exhausted) lua.broken = true
      if (!lua.broken) lua.setTop(base - 1)
    }
  }

  #setGlobal(name: string): void {
    if (this.globals === null) this.lua.setGlobal(name)
    else this.globals.setGlobal(name)
  }

  /** Runs a command for a script. Where that took long, the limits are checked before the script continues. */
  timed<T>(work: () => T): T {
    const start = this.clock()
    try {
      return work()
    } finally {
      this.lua.spend((this.clock() - start) * 1000 * INSTRUCTIONS_A_MILLISECOND)
    }
  }

  #limit({ instructions, time, mostTime, mayPause }: Limits): void {
    const { lua } = this
    const start = this.clock()
    const most = mayPause
      ? { instructions: instructions * PATIENCE, time: Math.max(time, mostTime) }
      : { instructions, time }
    const timeTaken = (): number => (this.clock() - start) * 1000
    const onWork = (): void => {
      if (timeTaken() >= most.time) throw stoppedHere(lua)
    }
    let ran = 0
    const onTick = (more: number): void => {
      ran += more
      const took = timeTaken()
      if (ran < instructions && took < time) return
      if (mayPause && lua.thread === lua.hostThread && lua.canPause) {
        this.#pausedAt = lua.position(0)
        lua.pause()
        return
      }
      // It cannot be paused here (inside a pcall, for example), but perhaps later.
      if (ran < most.instructions && took < most.time) return
      throw stoppedHere(lua)
    }
    lua.watch(TICK, onTick, onWork)
  }
}

function pushStrings(lua: Lua, strings: readonly Bytes[]): void {
  lua.pushTable(strings.length)
  strings.forEach((string, i) => {
    lua.pushBytes(string)
    lua.rawSetIndex(-2, i + 1)
  })
}

/** Implements a comparison for table.sort that treats false as an empty string (6.x). */
function compareHelper(lua: Lua): number {
  const text = (index: number): Bytes => (lua.type(index) === STRING ? (lua.toBytes(index) ?? '') : '')
  lua.pushBoolean(text(1) < text(2))
  return 1
}
