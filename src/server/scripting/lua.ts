import { type Bytes, fromUint8 } from '../../acl/bytes'
import { type LuaExports, type LuaInstance, instantiate, LONGJMP } from './wasm'

export const REGISTRY = -10000
export const GLOBALS = -10002
const FIRST_UPVALUE = -10003

export const NIL = 0
export const BOOLEAN = 1
export const LIGHTUSERDATA = 2
export const NUMBER = 3
export const STRING = 4
export const TABLE = 5
export const FUNCTION = 6

const COUNT_HOOK = 8
/** LUA_ERRMEM, a status of lua_resume and lua_pcall. */
const MEMORY_ERROR = 4
const COLLECT = 2
const COUNT_KILOBYTES = 3
/**
 * The size of the scratch memory, in bytes. Longer strings are copied through memory that is allocated for them and
 * freed at once.
 */
const SCRATCH_SIZE = 4096
/** The overhead of a JavaScript string in a list, in bytes. */
const STRING_OVERHEAD = 32
/**
 * The number of bytes whose copying costs as much time as one Lua instruction: within Lua's memory, and between Lua and
 * JavaScript.
 */
const BYTES_MOVED = 25
const BYTES_CONVERTED = 4
/** The cost of calling a host function, in instructions. */
const HOST_CALL = 10
/** The cost after which `watch` calls back early, in instructions. */
const LONG_INSTRUCTION = 500_000
/** The minimum length of cached strings: shorter ones are read again. */
const CACHED_LENGTH = 256
/** The maximum number of functions that scripts may create (by cjson.new). */
const MOST_FUNCTIONS = 20_000

export interface MemoryLimits {
  /** The limit of Lua's own memory, in bytes. */
  readonly inside: number
  /** The limit of JavaScript copies held by running host functions, in bytes. */
  readonly outside: number
}
/** The size of the buffer for lua_Debug, whose size is 100 bytes. The fields used here are at fixed offsets. */
const DEBUG_SIZE = 128

/** A position in running code. `what` is `C` for host functions and Lua's own library. */
export interface Position {
  readonly source: Bytes
  readonly line: number
  readonly what: string
}

/** A host function for Lua: reads its arguments from stack index 1, returns the number of results that it pushed. */
export type LuaFunction = (lua: Lua) => number

/** Thrown by a host function to raise a Lua error. `where` prefixes the message with the caller's `chunk:line: `. */
export class LuaError extends Error {
  constructor(
    message: Bytes,
    readonly where: boolean = true,
  ) {
    super(message)
  }
}

/** Thrown by a host function to raise Lua's own `not enough memory` error. */
export class OutOfMemory extends Error {}

/** Thrown by a host function to raise the value on top of the stack as the error. */
export const RAISE_TOP = Symbol('raise the value on top of the stack')

/** Thrown through all Lua frames to stop a script. The Lua instance cannot be used afterwards. */
export class ScriptStopped extends Error {
  constructor(
    readonly line: number,
    readonly source: Bytes,
  ) {
    super('stopped')
  }
}

/** Returns the error that stops the script at the innermost running line of Lua. */
export function stoppedHere(lua: Lua): ScriptStopped {
  let place = lua.position(0)
  if (place?.what === 'C') place = lua.position(1)
  return new ScriptStopped(place?.line ?? 0, place?.source ?? '')
}

/**
 * A Lua instance with its memory: the C API in terms of byte strings. Stack indices are Lua's own. Methods that raise
 * Lua errors (call, get, set through metamethods) may only be used inside a host function or a protected call.
 */
export class Lua {
  readonly #c: LuaExports
  readonly #instance: LuaInstance
  readonly #functions: LuaFunction[] = []
  readonly #scratch: { pointer: number; size: number }
  readonly #debug: number
  /** The running lua_State, which differs by coroutine. */
  #L: number
  readonly #main: number
  /** The coroutine in which the host runs a script, or 0. */
  hostThread = 0
  /** The callback of `watch`; null without a limit. */
  #onTick: ((instructions: number) => void) | null = null
  #interval = 0
  /** The additional cost of instructions since the last tick, in instructions. */
  #spent = 0
  /** True where a state ticks at its next instruction, because the cost was high. */
  #hurried = false
  /** The bytes of JavaScript copies held by running host functions. */
  #held = 0
  readonly #outside: number
  /** The number of nested running host functions. */
  #depth = 0
  /** The referenced value that was read last, with its text; see `upvalueBytes`. */
  #cached: { readonly ref: number; readonly pointer: number; readonly text: Bytes } | null = null
  /** True once anything but a Lua error left this Lua instance, which must then be discarded. */
  broken = false
  /** True once Lua ran out of memory: its contents may leave no room for anything else. */
  exhausted = false

  constructor(module: WebAssembly.Module, limits: MemoryLimits) {
    this.#outside = limits.outside
    const host = {
      call: (L: number) => this.#dispatch(L),
      tick: (L: number) => this.#tick(L),
      moved: (bytes: number) => this.spend(bytes / BYTES_MOVED),
      refused: () => {
        this.exhausted = true
      },
      ended: () => {
        this.broken = true
      },
    }
    this.#instance = instantiate(module, host, limits.inside)
    this.#c = this.#instance.lua
    this.#scratch = { pointer: this.#c.malloc(SCRATCH_SIZE), size: SCRATCH_SIZE }
    this.#debug = this.#c.malloc(DEBUG_SIZE)
    this.#main = this.#L = this.#c.luaL_newstate()
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
    opener(this.#L)
    this.setTop(top)
  }

  // The stack

  top(): number {
    return this.#c.lua_gettop(this.#L)
  }
  setTop(index: number): void {
    this.#c.lua_settop(this.#L, index)
  }
  pop(n = 1): void {
    this.#c.lua_settop(this.#L, -n - 1)
  }
  copy(index: number): void {
    this.#c.lua_pushvalue(this.#L, index)
  }
  remove(index: number): void {
    this.#c.lua_remove(this.#L, index)
  }
  insert(index: number): void {
    this.#c.lua_insert(this.#L, index)
  }
  replace(index: number): void {
    this.#c.lua_replace(this.#L, index)
  }
  /** Reserves stack space for n more values; false where there is none. */
  reserve(n: number): boolean {
    return this.#c.lua_checkstack(this.#L, n) !== 0
  }

  // Values from Lua

  type(index: number): number {
    return this.#c.lua_type(this.#L, index)
  }
  typeName(index: number): string {
    return (
      ['nil', 'boolean', 'userdata', 'number', 'string', 'table', 'function', 'userdata', 'thread'][this.type(index)] ??
      'no value'
    )
  }
  toBoolean(index: number): boolean {
    return this.#c.lua_toboolean(this.#L, index) !== 0
  }
  toNumber(index: number): number {
    return this.#c.lua_tonumber(this.#L, index)
  }
  isNumber(index: number): boolean {
    return this.#c.lua_isnumber(this.#L, index) !== 0
  }
  /** Returns true for a number or a string, like lua_isstring. */
  isString(index: number): boolean {
    const type = this.type(index)
    return type === STRING || type === NUMBER
  }
  /** Returns the string at the index; null for other types. Converts a number to a string in place, as C does. */
  toBytes(index: number): Bytes | null {
    const pointer = this.#c.lua_tolstring(this.#L, index, this.#scratch.pointer)
    if (pointer === 0) return null
    return this.#read(pointer)
  }
  /** Returns a string upvalue of the running host function. Cached while it is the same as in the last call. */
  upvalueBytes(n: number): Bytes {
    const index = FIRST_UPVALUE - n
    const pointer = this.#c.lua_tolstring(this.#L, index, this.#scratch.pointer)
    if (this.#cached?.pointer === pointer) return this.#cached.text
    const text = this.#read(pointer)
    if (text.length < CACHED_LENGTH) return text
    this.forgetText()
    // Referenced, so that the pointer cannot be reused for another string.
    this.copy(index)
    this.#cached = { ref: this.keep(), pointer, text }
    return text
  }
  /** Releases the string that `upvalueBytes` read last. */
  forgetText(): void {
    if (this.#cached !== null) this.drop(this.#cached.ref)
    this.#cached = null
  }
  length(index: number): number {
    return this.#c.lua_objlen(this.#L, index)
  }
  pointer(index: number): number {
    return this.#c.lua_topointer(this.#L, index)
  }
  lightPointer(index: number): number {
    return this.#c.lua_touserdata(this.#L, index)
  }
  rawEqual(a: number, b: number): boolean {
    return this.#c.lua_rawequal(this.#L, a, b) !== 0
  }

  // Values to Lua

  pushNil(): void {
    this.#c.lua_pushnil(this.#L)
  }
  pushBoolean(value: boolean): void {
    this.#c.lua_pushboolean(this.#L, value ? 1 : 0)
  }
  pushNumber(value: number): void {
    this.#c.lua_pushnumber(this.#L, value)
  }
  pushLightPointer(pointer: number): void {
    this.#c.lua_pushlightuserdata(this.#L, pointer)
  }
  pushBytes(bytes: Bytes): void {
    if (bytes.length < SCRATCH_SIZE) {
      this.#c.lua_pushlstring(this.#L, this.#write(bytes), bytes.length)
      return
    }
    const copy = this.#c.malloc(bytes.length)
    if (copy === 0) throw new OutOfMemory()
    try {
      this.#copyTo(copy, bytes)
      this.#c.lua_pushlstring(this.#L, copy, bytes.length)
    } finally {
      this.#c.free(copy)
    }
  }
  pushTable(array = 0, record = 0): void {
    this.#c.lua_createtable(this.#L, array, record)
  }
  /**
   * Pushes a host function, which lives as long as this Lua instance. For functions that are created repeatedly, use
   * `register`.
   */
  pushFunction(f: LuaFunction): void {
    if (this.#functions.length >= MOST_FUNCTIONS) {
      this.exhausted = true
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
    this.#c.lua_pushcclosure(this.#L, this.#instance.callPointer, n + 1)
  }
  pushUpvalue(n: number): void {
    this.copy(FIRST_UPVALUE - n)
  }
  /** Pops a value into an upvalue of the running host function. */
  setUpvalue(n: number): void {
    this.replace(FIRST_UPVALUE - n)
  }

  // Tables

  /** Pushes t[key] without metamethods. */
  rawGet(table: number, key: Bytes): void {
    const at = this.#absolute(table)
    this.pushBytes(key)
    this.#c.lua_rawget(this.#L, at)
  }
  /** Pops a value into t[key] without metamethods. */
  rawSet(table: number, key: Bytes): void {
    const at = this.#absolute(table)
    this.pushBytes(key)
    this.insert(-2)
    this.#c.lua_rawset(this.#L, at)
  }
  /** Pops a key, pushes t[key] without metamethods. */
  rawGetTop(table: number): void {
    this.#c.lua_rawget(this.#L, table)
  }
  /** Pops a value and a key below it into t, without metamethods. */
  rawSetTop(table: number): void {
    this.#c.lua_rawset(this.#L, table)
  }
  rawGetIndex(table: number, n: number): void {
    this.#c.lua_rawgeti(this.#L, table, n)
  }
  rawSetIndex(table: number, n: number): void {
    this.#c.lua_rawseti(this.#L, table, n)
  }
  /** Pops a key, pushes t[key]; metamethods run. */
  getTop(table: number): void {
    this.#c.lua_gettable(this.#L, table)
  }
  /** Pops a key and pushes the next key and value, or nothing at the end (false). */
  next(table: number): boolean {
    return this.#c.lua_next(this.#L, table) !== 0
  }
  /** Pushes the metatable, or nothing where there is none (false). */
  pushMetatable(index: number): boolean {
    return this.#c.lua_getmetatable(this.#L, index) !== 0
  }
  /** Pops a table and makes it the metatable of the value at index. */
  setMetatable(index: number): void {
    this.#c.lua_setmetatable(this.#L, index)
  }
  setGlobal(name: Bytes): void {
    this.rawSet(GLOBALS, name)
  }
  pushGlobal(name: Bytes): void {
    this.rawGet(GLOBALS, name)
  }
  /** Pops a value and returns a reference to it. */
  keep(): number {
    return this.#c.luaL_ref(this.#L, REGISTRY)
  }
  pushKept(ref: number): void {
    this.#c.lua_rawgeti(this.#L, REGISTRY, ref)
  }
  drop(ref: number): void {
    this.#c.luaL_unref(this.#L, REGISTRY, ref)
  }

  // Running

  /** Compiles a chunk and pushes the function. Returns null, or the error message, in which case nothing is pushed. */
  load(code: Bytes, name: Bytes): Bytes | null {
    const copy = this.#c.malloc(code.length + name.length + 1)
    if (copy === 0) return 'not enough memory'
    this.#copyTo(copy, code)
    this.#copyTo(copy + code.length, `${name}\0`)
    const status = this.#guard(() => this.#c.luaL_loadbuffer(this.#L, copy, code.length, copy + code.length))
    this.#c.free(copy)
    if (status === 0) return null
    const message = this.toBytes(-1) ?? ''
    this.pop()
    return message
  }

  /** Calls the function below its arguments. Errors propagate. */
  call(args: number, results: number): void {
    this.#c.lua_call(this.#L, args, results)
  }

  /**
   * Calls the function below its arguments, with the error handler at index `handler` (0: none). Returns false and
   * leaves the error on top where it fails.
   */
  protectedCall(args: number, results: number, handler = 0): boolean {
    return this.#guard(() => this.#c.lua_pcall(this.#L, args, results, handler)) === 0
  }

  // Coroutines of the host's own

  /** The running state, as a number: the main one or a coroutine. */
  get thread(): number {
    return this.#L
  }

  get main(): number {
    return this.#main
  }

  /** Pushes a new coroutine and returns the number of its state. */
  pushThread(): number {
    return this.#c.lua_newthread(this.#L)
  }

  /** Calls `run` with that coroutine as the running state. */
  inThread<T>(thread: number, run: () => T): T {
    const before = this.#L
    this.#L = thread
    try {
      return run()
    } finally {
      this.#L = before
    }
  }

  /** Moves the values on top to a coroutine's stack. */
  moveTo(thread: number, n: number): void {
    this.#c.lua_xmove(this.#L, thread, n)
  }

  /**
   * Starts or resumes this coroutine. After a failure the error is on top, and `position` still shows where it
   * happened.
   */
  resume(args: number): 'done' | 'yielded' | 'failed' | 'out of memory' {
    const status = this.#guard(() => this.#c.lua_resume(this.#L, args))
    if (status === MEMORY_ERROR) return 'out of memory'
    return status === 0 ? 'done' : status === 1 ? 'yielded' : 'failed'
  }

  /**
   * True where the running coroutine can be paused: not while a C function such as pcall waits for it (nCcalls and
   * baseCcalls of lua_State).
   */
  get canPause(): boolean {
    const view = new DataView(this.#c.memory.buffer)
    return view.getUint16(this.#L + 52, true) <= view.getUint16(this.#L + 54, true)
  }

  /** True unless a coroutine created by a script is running. */
  get isHostThread(): boolean {
    return this.#L === this.#main || this.#L === this.hostThread
  }

  /** Implements coroutine.yield with all arguments. The host function must return the result. */
  yieldAll(): number {
    return this.#c.lua_yield(this.#L, this.top())
  }

  /** Pauses the running coroutine, from the callback of `watch`; resume then returns 'yielded'. */
  pause(): void {
    this.#c.lua_yield(this.#L, 0)
  }

  /**
   * Calls back every `count` instructions of this Lua instance (and of coroutines created from now on); null ends that.
   */
  watch(count: number, onTick: ((instructions: number) => void) | null): void {
    this.#onTick = onTick
    this.#interval = count
    this.#spent = 0
    this.#hurried = false
    this.#c.lua_sethook(this.#L, this.#instance.hookPointer, onTick === null ? 0 : COUNT_HOOK, count)
  }

  // Time and memory

  /** Adds a cost in instructions; `watch` calls back early where it is high. */
  spend(instructions: number): void {
    this.#spent += instructions
    if (this.#spent < LONG_INSTRUCTION || this.#hurried || this.#onTick === null) return
    this.#hurried = true
    this.#c.lua_sethook(this.#L, this.#instance.hookPointer, COUNT_HOOK, 1)
  }

  /**
   * Counts bytes that the running host function holds outside Lua until it returns. Raises Lua's memory error beyond
   * the limit.
   */
  hold(bytes: number): void {
    this.#held += bytes
    if (this.#held > this.#outside) throw new OutOfMemory()
  }

  /** The memory that Lua uses, in bytes. */
  get memoryInUse(): number {
    return this.#c.lua_gc(this.#L, COUNT_KILOBYTES, 0) * 1024
  }

  collectGarbage(): void {
    this.#c.lua_gc(this.#L, COLLECT, 0)
  }

  /** Returns the chunk name and line at a level of the call stack (0: the running function), or null past its end. */
  position(level: number): Position | null {
    if (this.#c.lua_getstack(this.#L, level, this.#debug) === 0) return null
    this.#c.lua_getinfo(this.#L, this.#write('nSl\0'), this.#debug)
    const view = new DataView(this.#c.memory.buffer)
    const text = (pointer: number): Bytes => {
      const bytes = new Uint8Array(this.#c.memory.buffer)
      return fromUint8(bytes.subarray(pointer, bytes.indexOf(0, pointer)))
    }
    return {
      what: text(view.getUint32(this.#debug + 12, true)),
      source: text(view.getUint32(this.#debug + 16, true)),
      line: view.getInt32(this.#debug + 20, true),
    }
  }

  // Arguments of host functions, with Lua's own errors

  /** Raises `bad argument #n to 'f' (message)`. */
  argumentError(argument: number, message: string): never {
    this.#c.luaL_argerror(this.#L, argument, this.#write(message + '\0'))
    throw LONGJMP
  }
  typeError(argument: number, expected: string): never {
    this.#c.luaL_typerror(this.#L, argument, this.#write(expected + '\0'))
    throw LONGJMP
  }
  checkNumber(argument: number): number {
    if (!this.isNumber(argument)) this.typeError(argument, 'number')
    return this.toNumber(argument)
  }
  checkBytes(argument: number): Bytes {
    return this.toBytes(argument) ?? this.typeError(argument, 'string')
  }
  checkTable(argument: number): void {
    if (this.type(argument) !== TABLE) this.typeError(argument, 'table')
  }

  #absolute(index: number): number {
    return index < 0 && index > REGISTRY ? this.top() + index + 1 : index
  }

  /** Reads the string at a pointer, whose length is in the scratch memory. The running host function holds it. */
  #read(pointer: number): Bytes {
    const size = new DataView(this.#c.memory.buffer).getUint32(this.#scratch.pointer, true)
    if (this.#depth > 0) this.hold(size + STRING_OVERHEAD)
    this.spend(size / BYTES_CONVERTED)
    return fromUint8(new Uint8Array(this.#c.memory.buffer, pointer, size))
  }

  #copyTo(pointer: number, bytes: Bytes): void {
    this.spend(bytes.length / BYTES_CONVERTED)
    const view = new Uint8Array(this.#c.memory.buffer, pointer, bytes.length)
    for (let i = 0; i < bytes.length; i++) view[i] = bytes.charCodeAt(i)
  }

  /** Copies bytes into Lua's memory. The pointer is valid until the next call that writes. */
  #write(bytes: Bytes): number {
    if (bytes.length + 8 > this.#scratch.size) {
      const size = bytes.length + 8 + 4096
      const pointer = this.#c.malloc(size)
      if (pointer === 0) throw new OutOfMemory()
      this.#c.free(this.#scratch.pointer)
      this.#scratch.pointer = pointer
      this.#scratch.size = size
    }
    this.#copyTo(this.#scratch.pointer, bytes)
    return this.#scratch.pointer
  }

  /** Calls into Lua from the host. Anything thrown except a Lua error marks this instance as broken. */
  #guard(run: () => number): number {
    const L = this.#L
    try {
      return run()
    } catch (thrown) {
      this.broken = true
      throw thrown
    } finally {
      this.#L = L
    }
  }

  #dispatch(L: number): number {
    const before = this.#L
    const held = this.#held
    this.#L = L
    this.#depth++
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
      this.#L = before
      this.#held = held
      this.#depth--
    }
  }

  /** Makes Lua allocate more memory than possible, so that it raises its own error. */
  #raiseMemoryError(L: number): number {
    const { exhausted } = this
    try {
      return this.#c.lua_newuserdata(L, 0x7000_0000)
    } finally {
      this.exhausted = exhausted
    }
  }

  #tick(L: number): void {
    const before = this.#L
    this.#L = L
    this.#hurried = false
    if (this.#c.lua_gethookcount(L) !== this.#interval) {
      this.#c.lua_sethook(L, this.#instance.hookPointer, COUNT_HOOK, this.#interval)
    }
    const instructions = this.#interval + this.#spent
    this.#spent = 0
    try {
      this.#onTick?.(instructions)
    } finally {
      this.#L = before
    }
  }
}
