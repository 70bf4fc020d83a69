import type { Bytes } from '../../acl/bytes'
import { type LuaCore, SCRATCH_SIZE } from './lua-core'
import { OutOfMemory } from './lua-errors'
import { type LuaExports, LONGJMP } from './wasm'

const REGISTRY = -10000
export const GLOBALS = -10002
export const FIRST_UPVALUE = -10003

export const NIL = 0
export const BOOLEAN = 1
export const LIGHTUSERDATA = 2
export const NUMBER = 3
export const STRING = 4
export const TABLE = 5
export const FUNCTION = 6

/** The place of a table's hash part in Lua's `Table`. */
const TABLE_NODES = 16

/** The minimum length of cached strings: shorter ones are read again. */
const CACHED_LENGTH = 256

/**
 * The stack of a Lua instance and the values on it: the C API in terms of byte strings. Stack indices are Lua's own. Methods
 * that raise Lua errors (get through metamethods, the checks of arguments) may only be used inside a host function or a
 * protected call.
 */
export class LuaStack {
  readonly #core: LuaCore
  readonly #c: LuaExports
  /** The referenced value that was read last, with its text; see `upvalueBytes`. */
  #cached: { readonly ref: number; readonly pointer: number; readonly text: Bytes } | null = null

  /** The hash part that all tables share which have none. */
  readonly #noNodes: number

  constructor(core: LuaCore) {
    this.#core = core
    this.#c = core.c
    this.pushTable()
    this.#noNodes = this.#nodesOf(-1)
    this.pop()
  }

  // The stack

  top(): number {
    return this.#c.lua_gettop(this.#core.L)
  }
  setTop(index: number): void {
    this.#c.lua_settop(this.#core.L, index)
  }
  pop(n = 1): void {
    this.#c.lua_settop(this.#core.L, -n - 1)
  }
  copy(index: number): void {
    this.#c.lua_pushvalue(this.#core.L, index)
  }
  remove(index: number): void {
    this.#c.lua_remove(this.#core.L, index)
  }
  insert(index: number): void {
    this.#c.lua_insert(this.#core.L, index)
  }
  replace(index: number): void {
    this.#c.lua_replace(this.#core.L, index)
  }
  /** Reserves stack space for n more values; false where there is none. */
  reserve(n: number): boolean {
    return this.#c.lua_checkstack(this.#core.L, n) !== 0
  }

  // Values from Lua

  type(index: number): number {
    return this.#c.lua_type(this.#core.L, index)
  }
  typeName(index: number): string {
    return (
      ['nil', 'boolean', 'userdata', 'number', 'string', 'table', 'function', 'userdata', 'thread'][this.type(index)] ??
      'no value'
    )
  }
  toBoolean(index: number): boolean {
    return this.#c.lua_toboolean(this.#core.L, index) !== 0
  }
  toNumber(index: number): number {
    return this.#c.lua_tonumber(this.#core.L, index)
  }
  isNumber(index: number): boolean {
    return this.#c.lua_isnumber(this.#core.L, index) !== 0
  }
  /** Returns true for a number or a string, like lua_isstring. */
  isString(index: number): boolean {
    const type = this.type(index)
    return type === STRING || type === NUMBER
  }
  /** Returns the string at the index; null for other types. Converts a number to a string in place, as C does. */
  toBytes(index: number): Bytes | null {
    const pointer = this.#c.lua_tolstring(this.#core.L, index, this.#core.lengthPointer)
    if (pointer === 0) return null
    return this.#core.read(pointer)
  }
  /** Returns a string upvalue of the running host function. Cached while it is the same as in the last call. */
  upvalueBytes(n: number): Bytes {
    const index = FIRST_UPVALUE - n
    const pointer = this.#c.lua_tolstring(this.#core.L, index, this.#core.lengthPointer)
    if (this.#cached?.pointer === pointer) return this.#cached.text
    const text = this.#core.read(pointer)
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
    return this.#c.lua_objlen(this.#core.L, index)
  }
  pointer(index: number): number {
    return this.#c.lua_topointer(this.#core.L, index)
  }
  lightPointer(index: number): number {
    return this.#c.lua_touserdata(this.#core.L, index)
  }
  rawEqual(a: number, b: number): boolean {
    return this.#c.lua_rawequal(this.#core.L, a, b) !== 0
  }

  // Values to Lua

  pushNil(): void {
    this.#c.lua_pushnil(this.#core.L)
  }
  pushBoolean(value: boolean): void {
    this.#c.lua_pushboolean(this.#core.L, value ? 1 : 0)
  }
  pushNumber(value: number): void {
    this.#c.lua_pushnumber(this.#core.L, value)
  }
  pushLightPointer(pointer: number): void {
    this.#c.lua_pushlightuserdata(this.#core.L, pointer)
  }
  pushBytes(bytes: Bytes): void {
    if (bytes.length < SCRATCH_SIZE) {
      this.#c.lua_pushlstring(this.#core.L, this.#core.write(bytes), bytes.length)
      return
    }
    const copy = this.#c.malloc(bytes.length)
    if (copy === 0) throw new OutOfMemory()
    try {
      this.#core.copyTo(copy, bytes)
      this.#c.lua_pushlstring(this.#core.L, copy, bytes.length)
    } finally {
      this.#c.free(copy)
    }
  }
  pushTable(array = 0, record = 0): void {
    this.#c.lua_createtable(this.#core.L, array, record)
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
    this.#c.lua_rawget(this.#core.L, at)
  }
  /** Pops a value into t[key] without metamethods. */
  rawSet(table: number, key: Bytes): void {
    const at = this.#absolute(table)
    this.pushBytes(key)
    this.insert(-2)
    this.#c.lua_rawset(this.#core.L, at)
  }
  /** Returns true for a table that has an array part only, and so no key that is a string. */
  isPlainArray(table: number): boolean {
    return this.#nodesOf(table) === this.#noNodes
  }
  /** Pops a key, pushes t[key] without metamethods. */
  rawGetTop(table: number): void {
    this.#c.lua_rawget(this.#core.L, table)
  }
  /** Pops a value and a key below it into t, without metamethods. */
  rawSetTop(table: number): void {
    this.#c.lua_rawset(this.#core.L, table)
  }
  rawGetIndex(table: number, n: number): void {
    this.#c.lua_rawgeti(this.#core.L, table, n)
  }
  rawSetIndex(table: number, n: number): void {
    this.#c.lua_rawseti(this.#core.L, table, n)
  }
  /** Pops a key, pushes t[key]; metamethods run. */
  getTop(table: number): void {
    this.#c.lua_gettable(this.#core.L, table)
  }
  /** Pops a key and pushes the next key and value, or nothing at the end (false). */
  next(table: number): boolean {
    return this.#c.lua_next(this.#core.L, table) !== 0
  }
  /** Pushes the metatable, or nothing where there is none (false). */
  pushMetatable(index: number): boolean {
    return this.#c.lua_getmetatable(this.#core.L, index) !== 0
  }
  /** Pops a table and makes it the metatable of the value at index. */
  setMetatable(index: number): void {
    this.#c.lua_setmetatable(this.#core.L, index)
  }
  setGlobal(name: Bytes): void {
    this.rawSet(GLOBALS, name)
  }
  pushGlobal(name: Bytes): void {
    this.rawGet(GLOBALS, name)
  }
  /** Pops a value and returns a reference to it. */
  keep(): number {
    return this.#c.luaL_ref(this.#core.L, REGISTRY)
  }
  pushKept(ref: number): void {
    this.#c.lua_rawgeti(this.#core.L, REGISTRY, ref)
  }
  drop(ref: number): void {
    this.#c.luaL_unref(this.#core.L, REGISTRY, ref)
  }

  // Arguments of host functions, with Lua's own errors

  /** Raises `bad argument #n to 'f' (message)`. */
  argumentError(argument: number, message: string): never {
    this.#c.luaL_argerror(this.#core.L, argument, this.#core.write(message + '\0'))
    throw LONGJMP
  }
  typeError(argument: number, expected: string): never {
    this.#c.luaL_typerror(this.#core.L, argument, this.#core.write(expected + '\0'))
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

  #nodesOf(table: number): number {
    return new DataView(this.#c.memory.buffer).getUint32(this.pointer(table) + TABLE_NODES, true)
  }

  #absolute(index: number): number {
    return index < 0 && index > REGISTRY ? this.top() + index + 1 : index
  }
}
