/**
 * The WebAssembly side of Lua: instantiates the unmodified Lua 5.1 of the wasmoon-lua5.1 package in a custom
 * environment without access to the host. Functions for files, the clock, processes and the locale all fail.
 */

/** Lua's C API as exported by the WebAssembly module: pointers and numbers only. */
export interface LuaExports {
  readonly memory: WebAssembly.Memory
  readonly __indirect_function_table: WebAssembly.Table
  malloc(size: number): number
  free(pointer: number): void
  __wasm_call_ctors(): void
  emscripten_stack_init(): void
  stackSave(): number
  stackRestore(pointer: number): void
  setThrew(threw: number, value: number): void
  luaL_newstate(): number
  luaopen_base(L: number): number
  luaopen_table(L: number): number
  luaopen_string(L: number): number
  luaopen_math(L: number): number
  luaopen_debug(L: number): number
  luaL_loadbuffer(L: number, buffer: number, size: number, name: number): number
  luaL_where(L: number, level: number): void
  luaL_argerror(L: number, argument: number, message: number): number
  luaL_typerror(L: number, argument: number, name: number): number
  luaL_ref(L: number, table: number): number
  luaL_unref(L: number, table: number, ref: number): void
  lua_call(L: number, args: number, results: number): void
  lua_pcall(L: number, args: number, results: number, handler: number): number
  lua_checkstack(L: number, extra: number): number
  lua_concat(L: number, n: number): void
  lua_createtable(L: number, array: number, record: number): void
  lua_error(L: number): number
  lua_gc(L: number, what: number, data: number): number
  lua_getfield(L: number, index: number, key: number): void
  lua_gethookcount(L: number): number
  lua_getinfo(L: number, what: number, record: number): number
  lua_getmetatable(L: number, index: number): number
  lua_getstack(L: number, level: number, record: number): number
  lua_gettable(L: number, index: number): void
  lua_gettop(L: number): number
  lua_insert(L: number, index: number): void
  lua_isnumber(L: number, index: number): number
  lua_newthread(L: number): number
  lua_newuserdata(L: number, size: number): number
  lua_next(L: number, index: number): number
  lua_objlen(L: number, index: number): number
  lua_pushboolean(L: number, value: number): void
  lua_pushcclosure(L: number, f: number, n: number): void
  lua_pushlightuserdata(L: number, pointer: number): void
  lua_pushlstring(L: number, buffer: number, size: number): void
  lua_pushnil(L: number): void
  lua_pushnumber(L: number, value: number): void
  lua_pushvalue(L: number, index: number): void
  lua_rawequal(L: number, a: number, b: number): number
  lua_rawget(L: number, index: number): void
  lua_rawgeti(L: number, index: number, n: number): void
  lua_rawset(L: number, index: number): void
  lua_rawseti(L: number, index: number, n: number): void
  lua_remove(L: number, index: number): void
  lua_replace(L: number, index: number): void
  lua_resume(L: number, args: number): number
  lua_sethook(L: number, hook: number, mask: number, count: number): number
  lua_setfield(L: number, index: number, key: number): void
  lua_setmetatable(L: number, index: number): number
  lua_settable(L: number, index: number): void
  lua_settop(L: number, index: number): void
  lua_toboolean(L: number, index: number): number
  lua_tolstring(L: number, index: number, size: number): number
  lua_tonumber(L: number, index: number): number
  lua_topointer(L: number, index: number): number
  lua_touserdata(L: number, index: number): number
  lua_type(L: number, index: number): number
  lua_xmove(from: number, to: number, n: number): void
  lua_yield(L: number, results: number): number
}

/**
 * The value that Lua's longjmp throws: thrown by the engine, caught by the nearest protected call. Host code must
 * rethrow it.
 */
export const LONGJMP = Infinity

/** The functions of the host that the engine calls. */
export interface LuaHost {
  /** Runs a host function for Lua; returns the number of results. */
  call(L: number): number
  /** Called after every so many Lua instructions. */
  tick(L: number): void
  /** Called after many bytes at once were copied within Lua's memory. */
  moved(bytes: number): void
  /** Called when an allocation in Lua failed. */
  refused(): void
  /** Called when Lua aborts (on an error outside any protected call); an exception follows. */
  ended(): void
}

export interface LuaInstance {
  readonly lua: LuaExports
  /** Table indices of the functions through which Lua calls the host. */
  readonly callPointer: number
  readonly hookPointer: number
}

/*
 * A WebAssembly table takes only WebAssembly functions. This module (written out by hand) does nothing but import two
 * functions, `call(i32) -> i32` and `tick(i32, i32)`, and export them again, which makes them such functions.
 */
const TRAMPOLINE = new Uint8Array([
  0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 11, 2, 0x60, 1, 0x7f, 1, 0x7f, 0x60, 2, 0x7f, 0x7f, 0, 2, 13, 2, 1, 0x65, 1, 0x63,
  0, 0, 1, 0x65, 1, 0x74, 0, 1, 7, 9, 2, 1, 0x63, 0, 0, 1, 0x74, 0, 1,
])

/** Instantiates Lua with its own memory of at most `memoryLimit` bytes: allocations beyond it fail inside Lua. */
export function instantiate(module: WebAssembly.Module, host: LuaHost, memoryLimit: number): LuaInstance {
  let lua: LuaExports | null = null
  const exports = (): LuaExports => lua as LuaExports
  const refuse = (): number => -1
  const none = (): number => 0
  const environment: Record<string, (...args: number[]) => number | void> = {
    invoke_vii(f = 0, a = 0, b = 0) {
      const stack = exports().stackSave()
      try {
        const run = exports().__indirect_function_table.get(f) as (a: number, b: number) => void
        run(a, b)
      } catch (thrown) {
        if (thrown !== LONGJMP) throw thrown
        exports().stackRestore(stack)
        exports().setThrew(1, 0)
      }
    },
    _emscripten_throw_longjmp() {
      throw LONGJMP
    },
    emscripten_memcpy_js(to = 0, from = 0, size = 0) {
      new Uint8Array(exports().memory.buffer).copyWithin(to, from, from + size)
      host.moved(size >>> 0)
    },
    emscripten_resize_heap(size = 0) {
      const { memory } = exports()
      const wanted = size >>> 0
      if (wanted > memoryLimit) {
        host.refused()
        return 0
      }
      const missing = Math.ceil((wanted - memory.buffer.byteLength) / 65536)
      try {
        memory.grow(Math.max(missing, Math.min(64, Math.floor((memoryLimit - memory.buffer.byteLength) / 65536))))
        return 1
      } catch {
        host.refused()
        return 0
      }
    },
    exit() {
      host.ended()
      throw new Error('Lua asked to end the process')
    },
  }
  const imports: Record<string, Record<string, (...args: number[]) => number | void>> = {}
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    // Scripts can reach no other import; the C library's startup reads its (empty) environment.
    const answer = environment[name] ?? (name.startsWith('environ') ? none : refuse)
    imports[from] = { ...imports[from], [name]: answer }
  }
  lua = new WebAssembly.Instance(module, imports).exports as unknown as LuaExports
  lua.__wasm_call_ctors()
  lua.emscripten_stack_init()

  const trampoline = new WebAssembly.Instance(new WebAssembly.Module(TRAMPOLINE), {
    e: { c: (L: number) => host.call(L), t: (L: number) => host.tick(L) },
  })
  const table = lua.__indirect_function_table
  const callPointer = table.grow(2)
  table.set(callPointer, trampoline.exports['c'])
  table.set(callPointer + 1, trampoline.exports['t'])
  return { lua, callPointer, hookPointer: callPointer + 1 }
}
