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
/** Longer strings are copied through memory of their own, which is freed at once. */
const SCRATCH_SIZE = 4096
/** What a JavaScript string takes besides its bytes, in a list. */
const STRING_OVERHEAD = 32
/** Bytes that cost as much time as one Lua instruction: copied within Lua's memory, and between Lua and JavaScript. */
const BYTES_MOVED = 25
const BYTES_CONVERTED = 4
/** Instructions' worth of calling a host function. */
const HOST_CALL = 10
/** Instructions' worth of time after which `watch` calls back early. */
const LONG_INSTRUCTION = 500_000
/** Strings shorter than this are read again rather than cached. */
const CACHED_LENGTH = 256
/** More functions than this made while scripts run (by cjson.new) are refused. */
const MOST_FUNCTIONS = 20_000

export interface MemoryLimits {
  /** Bytes of Lua's own memory. */
  readonly inside: number
  /** Bytes of JavaScript copies that the host functions running at one time may hold. */
  readonly outside: number
}
/** sizeof(lua_Debug) is 100; the fields used here are at fixed places in it. */
const DEBUG_SIZE = 128

/** Where something runs; `what` is `C` for host functions and Lua's own library. */
export interface Position {
  readonly source: Bytes
  readonly line: number
  readonly what: string
}

/** A host function that Lua calls: arguments are on the stack from 1; returns how many results it pushed. */
export type LuaFunction = (lua: Lua) => number

/** Thrown by a host function to raise a Lua error; `where` puts the caller's `chunk:line: ` before the message. */
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

/** Thrown through all of Lua to end a script that may not go on. The Lua it ran in is of no use afterwards. */
export class ScriptStopped extends Error {
  constructor(
    readonly line: number,
    readonly source: Bytes,
  ) {
    super('stopped')
  }
}

/** Ends the script where it is: at the innermost line of Lua that runs. */
export function stoppedHere(lua: Lua): ScriptStopped {
  let place = lua.position(0)
  if (place?.what === 'C') place = lua.position(1)
  return new ScriptStopped(place?.line ?? 0, place?.source ?? '')
}

/**
 * One Lua with its memory: the C API in terms of byte strings. Stack indices are Lua's own. Methods that raise Lua errors
 * (call, get, set through metamethods) may only be used inside a host function or a protected call.
 */
export class Lua {
  readonly #c: LuaExports
  readonly #instance: LuaInstance
  readonly #functions: LuaFunction[] = []
  readonly #scratch: { pointer: number; size: number }
  readonly #debug: number
  /** The running state: a coroutine has its own. */
  #L: number
  readonly #main: number
  /** The coroutine in which the host runs a script, or 0. */
  hostThread = 0
  /** Called every so many instructions while a limit is set. */
  #onTick: ((instructions: number) => void) | null = null
  #interval = 0
  /** Time that single instructions took since the last tick, in instructions' worth. */
  #spent = 0
  /** Whether a state ticks at its next instruction, because much was spent. */
  #hurried = false
  /** Bytes of JavaScript copies held by the host functions that run now. */
  #held = 0
  readonly #outside: number
  /** How many host functions are running, one within another. */
  #depth = 0
  /** Kept value whose text was read last, and that text; see `upvalueBytes`. */
  #cached: { readonly ref: number; readonly pointer: number; readonly text: Bytes } | null = null
  /** Set once something other than Lua's own errors left this Lua: it must be thrown away. */
  broken = false
  /** Set once Lua was refused memory: what it holds then may leave no room for anything else. */
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

  /** Opens one of Lua's standard libraries, as `require` of the host program would. */
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
  /** Makes room for n more values; false where Lua has none left. */
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
  /** A number or a string: what lua_isstring calls a string. */
  isString(index: number): boolean {
    const type = this.type(index)
    return type === STRING || type === NUMBER
  }
  /** The string at index; a number there becomes a string, in place, as in C. Null for other types. */
  toBytes(index: number): Bytes | null {
    const pointer = this.#c.lua_tolstring(this.#L, index, this.#scratch.pointer)
    if (pointer === 0) return null
    return this.#read(pointer)
  }
  /** An upvalue of the running host function that is a string; where it is the same as the last time it is not read again. */
  upvalueBytes(n: number): Bytes {
    const index = FIRST_UPVALUE - n
    const pointer = this.#c.lua_tolstring(this.#L, index, this.#scratch.pointer)
    if (this.#cached?.pointer === pointer) return this.#cached.text
    const text = this.#read(pointer)
    if (text.length < CACHED_LENGTH) return text
    this.forgetText()
    // Kept, so that the pointer cannot come to mean another string.
    this.copy(index)
    this.#cached = { ref: this.keep(), pointer, text }
    return text
  }
  /** Lets go of the string that `upvalueBytes` read last. */
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
  /** Pushes a host function. It lives as long as this Lua: for functions made again and again see `register`. */
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
  /** Pops a value and keeps it; the number leads back to it. */
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

  /** Compiles a chunk and pushes the function; the error message where it does not compile (nothing is pushed then). */
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

  /** Calls the function below its arguments; errors pass on. */
  call(args: number, results: number): void {
    this.#c.lua_call(this.#L, args, results)
  }

  /** Calls the function below its arguments, with an error handler at `handler` (0: none). True where it succeeded; else the error is on top. */
  protectedCall(args: number, results: number, handler = 0): boolean {
    return this.#guard(() => this.#c.lua_pcall(this.#L, args, results, handler)) === 0
  }

  // Coroutines of the host's own

  /** The state that runs now: a number that stands for the main one or a coroutine. */
  get thread(): number {
    return this.#L
  }

  get main(): number {
    return this.#main
  }

  /** Pushes a fresh coroutine and gives the number that stands for it. */
  pushThread(): number {
    return this.#c.lua_newthread(this.#L)
  }

  /** Everything that `run` does with this Lua happens in that coroutine. */
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

  /** Starts or goes on with this coroutine. After a failure the error is on top, and positions tell where it happened. */
  resume(args: number): 'done' | 'yielded' | 'failed' | 'out of memory' {
    const status = this.#guard(() => this.#c.lua_resume(this.#L, args))
    if (status === MEMORY_ERROR) return 'out of memory'
    return status === 0 ? 'done' : status === 1 ? 'yielded' : 'failed'
  }

  /** Whether the running coroutine may be paused here: not while a C function such as pcall waits for it (nCcalls and baseCcalls of lua_State). */
  get canPause(): boolean {
    const view = new DataView(this.#c.memory.buffer)
    return view.getUint16(this.#L + 52, true) <= view.getUint16(this.#L + 54, true)
  }

  /** Whether what runs is not a coroutine that a script made. */
  get isHostThread(): boolean {
    return this.#L === this.#main || this.#L === this.hostThread
  }

  /** coroutine.yield with all arguments: its value is what the host function must return. */
  yieldAll(): number {
    return this.#c.lua_yield(this.#L, this.top())
  }

  /** Pauses the running coroutine, from within the callback of `watch`: resume then answers 'yielded'. */
  pause(): void {
    this.#c.lua_yield(this.#L, 0)
  }

  /** From now on calls back every `count` instructions of this Lua (and of coroutines made from now on); null ends it. */
  watch(count: number, onTick: ((instructions: number) => void) | null): void {
    this.#onTick = onTick
    this.#interval = count
    this.#spent = 0
    this.#hurried = false
    this.#c.lua_sethook(this.#L, this.#instance.hookPointer, onTick === null ? 0 : COUNT_HOOK, count)
  }

  // Time and memory

  /** Counts time that one instruction takes, in instructions' worth: `watch` calls back early where it is much. */
  spend(instructions: number): void {
    this.#spent += instructions
    if (this.#spent < LONG_INSTRUCTION || this.#hurried || this.#onTick === null) return
    this.#hurried = true
    this.#c.lua_sethook(this.#L, this.#instance.hookPointer, COUNT_HOOK, 1)
  }

  /** Counts bytes that the running host function holds outside Lua until it returns; raises Lua's memory error past the limit. */
  hold(bytes: number): void {
    this.#held += bytes
    if (this.#held > this.#outside) throw new OutOfMemory()
  }

  /** Bytes of memory that Lua uses. */
  get memoryInUse(): number {
    return this.#c.lua_gc(this.#L, COUNT_KILOBYTES, 0) * 1024
  }

  collectGarbage(): void {
    this.#c.lua_gc(this.#L, COLLECT, 0)
  }

  /** The chunk name and line that run at a level of the call stack (0: what runs now), or null past its end. */
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

  // Arguments of host functions, with Lua's own complaints

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

  /** The string at a pointer, whose length stands in the scratch memory; the running host function holds it. */
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

  /** Copies bytes into Lua's memory; good until the next call that writes. */
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

  /** Runs into Lua from the host. Whatever but a Lua error comes out marks this Lua as broken. */
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

  /** Has Lua ask for more memory than there can be: it raises the error itself. */
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
