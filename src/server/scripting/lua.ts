import type { Bytes } from '../../acl/bytes'
import { LuaCore, type MemoryLimits, type Position } from './lua-core'
import { LuaError, OutOfMemory, RAISE_TOP, ScriptStopped } from './lua-errors'
import { FIRST_UPVALUE, LuaStack } from './lua-stack'
import type { LuaExports } from './wasm'

/** LUA_ERRMEM, a status of lua_resume and lua_pcall. */
const MEMORY_ERROR = 4
const COLLECT = 2
/** The cost of calling a host function, in instructions. */
const HOST_CALL = 10
/** The maximum number of functions that scripts may create (by cjson.new). */
const MOST_FUNCTIONS = 20_000

/** A host function for Lua: reads its arguments from stack index 1, returns the number of results that it pushed. */
export type LuaFunction = (lua: Lua) => number

/** The name of Lua code that is not the script's. */
export const OWN_CHUNK = '=[C]'

/** Returns the error that stops the script at the innermost running line of Lua. */
export function stoppedHere(lua: Lua): ScriptStopped {
  let level = 0
  let place = lua.position(level)
  while (place?.what === 'C' || place?.source === OWN_CHUNK) place = lua.position(++level)
  return new ScriptStopped(place?.line ?? 0, place?.source ?? '')
}

/**
 * A Lua instance with its memory. Methods that raise Lua errors (call, those of the stack that say so) may only be used inside
 * a host function or a protected call.
 */
export class Lua extends LuaStack {
  readonly #core: LuaCore
  readonly #c: LuaExports
  readonly #functions: LuaFunction[] = []
  #onWork: (() => void) | null = null
  /** The coroutine in which the host runs a script, or 0. */
  hostThread = 0

  constructor(module: WebAssembly.Module, limits: MemoryLimits) {
    const core = new LuaCore(module, limits)
    super(core)
    this.#core = core
    this.#c = core.c
    core.onCall = (L) => this.#dispatch(L)
  }

  /** Opens a standard library of Lua. */
  open(library: 'base' | 'table' | 'string' | 'math' | 'debug'): void {
    const opener = {
      base: this.#c.luaopen_base,
      table: this.#c.luaopen_table,
      string: this.#c.luaopen_string,
      math: this.#c.luaopen_math,
      debug: this.#c.luaopen_debug,
    }[library]
    const top = this.top()
    opener(this.#core.L)
    this.setTop(top)
  }

  // Host functions

  /**
   * Pushes a host function, which lives as long as this Lua instance. For functions that are created repeatedly, use
   * `register`.
   */
  pushFunction(f: LuaFunction): void {
    if (this.#functions.length >= MOST_FUNCTIONS) {
      this.#core.exhausted = true
      throw new OutOfMemory()
    }
    this.pushClosure(this.register(f), 0)
  }
  /** Registers a host function from which `pushClosure` makes closures. */
  register(f: LuaFunction): number {
    return this.#functions.push(f) - 1
  }
  /** Pops n values and pushes a closure of a registered function that has them as upvalues 1 to n. */
  pushClosure(registered: number, n: number): void {
    this.pushNumber(registered)
    this.insert(-n - 1)
    this.#c.lua_pushcclosure(this.#core.L, this.#core.callPointer, n + 1)
  }

  // Running

  /** Compiles a chunk and pushes the function. Returns null, or the error message, in which case nothing is pushed. */
  load(code: Bytes, name: Bytes): Bytes | null {
    const copy = this.#c.malloc(code.length + name.length + 1)
    if (copy === 0) return 'not enough memory'
    this.#core.copyTo(copy, code)
    this.#core.copyTo(copy + code.length, `${name}\0`)
    const status = this.#core.guard(() => this.#c.luaL_loadbuffer(this.#core.L, copy, code.length, copy + code.length))
    this.#c.free(copy)
    if (status === 0) return null
    const message = this.toBytes(-1) ?? ''
    this.pop()
    return message
  }

  /** Calls the function below its arguments. Errors propagate. */
  call(args: number, results: number): void {
    this.#c.lua_call(this.#core.L, args, results)
  }

  /**
   * Calls the function below its arguments, with the error handler at index `handler` (0: none). Returns false and
   * leaves the error on top where it fails.
   */
  protectedCall(args: number, results: number, handler = 0): boolean {
    return this.#core.guard(() => this.#c.lua_pcall(this.#core.L, args, results, handler)) === 0
  }

  // Coroutines of the host's own

  /** The running state, as a number: the main one or a coroutine. */
  get thread(): number {
    return this.#core.L
  }

  get main(): number {
    return this.#core.main
  }

  /** Pushes a new coroutine and returns the number of its state. */
  pushThread(): number {
    return this.#c.lua_newthread(this.#core.L)
  }

  /** Calls `run` with that coroutine as the running state. */
  inThread<T>(thread: number, run: () => T): T {
    const before = this.#core.L
    this.#core.L = thread
    try {
      return run()
    } finally {
      this.#core.L = before
    }
  }

  /** Moves the values on top to a coroutine's stack. */
  moveTo(thread: number, n: number): void {
    this.#c.lua_xmove(this.#core.L, thread, n)
  }

  /**
   * Starts or resumes this coroutine. After a failure the error is on top, and `position` still shows where it
   * happened.
   */
  resume(args: number): 'done' | 'yielded' | 'failed' | 'out of memory' {
    const status = this.#core.guard(() => this.#c.lua_resume(this.#core.L, args))
    if (status === MEMORY_ERROR) return 'out of memory'
    return status === 0 ? 'done' : status === 1 ? 'yielded' : 'failed'
  }

  /**
   * True where the running coroutine can be paused: not while a C function such as pcall waits for it (nCcalls and
   * baseCcalls of lua_State).
   */
  get canPause(): boolean {
    const view = new DataView(this.#c.memory.buffer)
    return view.getUint16(this.#core.L + 52, true) <= view.getUint16(this.#core.L + 54, true)
  }

  /** True unless a coroutine created by a script is running. */
  get isHostThread(): boolean {
    return this.#core.L === this.#core.main || this.#core.L === this.hostThread
  }

  /** Implements coroutine.yield with all arguments. The host function must return the result. */
  yieldAll(): number {
    return this.#c.lua_yield(this.#core.L, this.top())
  }

  /** Pauses the running coroutine, from the callback of `watch`; resume then returns 'yielded'. */
  pause(): void {
    this.#c.lua_yield(this.#core.L, 0)
  }

  // Time and memory

  /** True once anything but a Lua error left this Lua instance, which must then be discarded. */
  get broken(): boolean {
    return this.#core.broken
  }

  set broken(value: boolean) {
    this.#core.broken = value
  }

  /** True once Lua ran out of memory: its contents may leave no room for anything else. */
  get exhausted(): boolean {
    return this.#core.exhausted
  }

  /**
   * Calls back every `count` instructions of this Lua instance (and of coroutines created from now on); null ends that.
   * @param onWork called by host functions now and then while they work long; ends the script by what it throws
   */
  watch(count: number, onTick: ((instructions: number) => void) | null, onWork: (() => void) | null = null): void {
    this.#onWork = onWork
    this.#core.watch(count, onTick)
  }

  /** Called by a host function that works long. Throws where the script has had its time. */
  checkTime(): void {
    this.#onWork?.()
  }

  /** Adds a cost in instructions; `watch` calls back early where it is high. */
  spend(instructions: number): void {
    this.#core.spend(instructions)
  }

  /**
   * Counts bytes that the running host function holds outside Lua until it returns. Raises Lua's memory error beyond
   * the limit.
   */
  hold(bytes: number): void {
    this.#core.hold(bytes)
  }

  /** The memory that Lua uses, in bytes. */
  get memoryInUse(): number {
    return this.#core.memoryInUse
  }

  collectGarbage(): void {
    this.#c.lua_gc(this.#core.L, COLLECT, 0)
  }

  /** Returns the chunk name and line at a level of the call stack (0: the running function), or null past its end. */
  position(level: number): Position | null {
    return this.#core.position(level)
  }

  #dispatch(L: number): number {
    const before = this.#core.L
    const held = this.#core.held
    this.#core.L = L
    this.#core.depth++
    this.spend(HOST_CALL)
    try {
      const f = this.#functions[this.toNumber(FIRST_UPVALUE)]
      if (f === undefined) return 0
      return f(this)
    } catch (thrown) {
      if (thrown === RAISE_TOP) return this.#c.lua_error(L)
      if (thrown instanceof OutOfMemory) return this.#raiseMemoryError(L)
      if (!(thrown instanceof LuaError)) throw thrown
      this.#c.lua_settop(L, 0)
      if (thrown.where) this.#c.luaL_where(L, 1)
      this.pushBytes(thrown.message)
      if (thrown.where) this.#c.lua_concat(L, 2)
      return this.#c.lua_error(L)
    } finally {
      this.#core.L = before
      this.#core.held = held
      this.#core.depth--
    }
  }

  /** Makes Lua allocate more memory than possible, so that it raises its own error. */
  #raiseMemoryError(L: number): number {
    const { exhausted } = this.#core
    try {
      return this.#c.lua_newuserdata(L, 0x7000_0000)
    } finally {
      this.#core.exhausted = exhausted
    }
  }
}
