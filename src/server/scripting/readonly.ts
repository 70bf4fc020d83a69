import type { Lua } from './lua'
import { LuaError } from './lua-errors'
import { GLOBALS, NIL, TABLE } from './lua-stack'
import { passOn, setFunction, setGlobalFunction } from './host-functions'

const READONLY = 'Attempt to modify a readonly table'

/**
 * Makes the globals, and every table reachable from them, read-only, which Redis 7 does inside its Lua. Scripts get
 * empty proxy tables whose metatables read from the real tables and reject writes; next, pairs, rawget and similar
 * functions access the real table of a proxy.
 */
export class ReadonlyGlobals {
  /** References to the real tables, by the pointer of their proxy. */
  readonly #real = new Map<number, number>()
  /** References to the proxies, by the pointer of their real table. */
  readonly #proxies = new Map<number, number>()
  /** The registered function that is the `__newindex` of every proxy. */
  readonly #refuseWrite: number
  #realGlobals = 0

  constructor(readonly lua: Lua) {
    this.#refuseWrite = lua.register(() => {
      throw new LuaError(READONLY)
    })
    this.#lookThrough()
    this.#protectGlobals()
  }

  /** Replaces the table on top by its proxy. */
  replaceByProxy(): void {
    const { lua } = this
    const known = this.#proxies.get(lua.pointer(-1))
    if (known !== undefined) {
      lua.pop()
      lua.pushKept(known)
      return
    }
    const pointer = lua.pointer(-1)
    lua.copy(-1)
    const real = lua.keep()
    lua.pushTable()
    lua.pushTable(0, 2)
    lua.copy(-3)
    lua.rawSet(-2, '__index')
    lua.pushClosure(this.#refuseWrite, 0)
    lua.rawSet(-2, '__newindex')
    lua.setMetatable(-2)
    this.#real.set(lua.pointer(-1), real)
    // Both are referenced forever, so that the pointers are never reused.
    lua.copy(-1)
    this.#proxies.set(pointer, lua.keep())
    lua.remove(-2)
  }

  #isStandIn(index: number): boolean {
    return this.lua.type(index) === TABLE && this.#real.has(this.lua.pointer(index))
  }

  /** Replaces a proxy among the arguments by its real table. */
  #seeThrough(index: number): void {
    if (this.lua.type(index) !== TABLE) return
    const real = this.#real.get(this.lua.pointer(index))
    if (real === undefined) return
    this.lua.pushKept(real)
    this.lua.replace(index)
  }

  #lookThrough(): void {
    const { lua } = this
    for (const name of ['rawget', 'ipairs']) {
      lua.pushGlobal(name)
      const original = lua.keep()
      setGlobalFunction(lua, name, () => {
        lua.checkTable(1)
        this.#seeThrough(1)
        return passOn(lua, original)
      })
    }
    setGlobalFunction(lua, 'next', () => {
      lua.checkTable(1)
      this.#seeThrough(1)
      lua.setTop(2)
      if (lua.next(1)) return 2
      lua.pushNil()
      return 1
    })
    lua.pushGlobal('pairs')
    const pairs = lua.keep()
    setGlobalFunction(lua, 'pairs', () => {
      lua.checkTable(1)
      this.#seeThrough(1)
      return passOn(lua, pairs)
    })
    setGlobalFunction(lua, 'rawset', () => {
      lua.checkTable(1)
      if (lua.top() < 3) lua.argumentError(lua.top() + 1, 'value expected')
      if (this.#isStandIn(1)) throw new LuaError(READONLY, false)
      lua.setTop(3)
      lua.rawSetTop(1)
      return 1
    })
    setGlobalFunction(lua, 'setmetatable', () => {
      lua.checkTable(1)
      if (lua.top() < 2 || (lua.type(2) !== NIL && lua.type(2) !== TABLE)) lua.argumentError(2, 'nil or table expected')
      if (lua.pushMetatable(1)) {
        lua.rawGet(-1, '__metatable')
        if (lua.type(-1) !== NIL && !this.#isStandIn(1)) throw new LuaError('cannot change a protected metatable')
      }
      if (this.#isStandIn(1)) throw new LuaError(READONLY, false)
      this.#seeThrough(2)
      lua.setTop(2)
      lua.setMetatable(1)
      return 1
    })
    lua.pushGlobal('getmetatable')
    const getmetatable = lua.keep()
    setGlobalFunction(lua, 'getmetatable', () => {
      if (lua.top() === 0) lua.argumentError(1, 'value expected')
      if (this.#isStandIn(1)) {
        this.#seeThrough(1)
        if (!lua.pushMetatable(1)) lua.pushNil()
        else this.replaceByProxy()
        return 1
      }
      const plain = lua.type(1) === TABLE
      const count = passOn(lua, getmetatable)
      if (!plain && lua.type(-1) === TABLE) this.replaceByProxy()
      return count
    })
  }

  /** Replaces the tables among the globals by proxies, and the globals themselves. */
  #protectGlobals(): void {
    const { lua } = this
    lua.pushTable()
    const real = lua.top()
    lua.pushNil()
    while (lua.next(GLOBALS)) {
      lua.copy(-2)
      lua.insert(-2)
      const isGlobals = lua.rawEqual(-1, GLOBALS)
      if (lua.type(-1) === TABLE && !isGlobals) this.replaceByProxy()
      lua.rawSetTop(real)
    }
    lua.copy(real)
    lua.pushNil()
    while (lua.next(real)) {
      lua.pop()
      lua.copy(-1)
      lua.pushNil()
      lua.rawSetTop(GLOBALS)
    }
    // The methods of strings come from the table that scripts access as `string`.
    lua.pushBytes('')
    lua.pushMetatable(-1)
    lua.rawGet(real, 'string')
    lua.rawSet(-2, '__index')
    lua.pop(2)
    lua.pushTable(0, 1)
    setFunction(lua, '__index', () => missingGlobal(lua))
    lua.setMetatable(real)
    lua.pushTable(0, 2)
    lua.copy(real)
    lua.rawSet(-2, '__index')
    setFunction(lua, '__newindex', () => {
      throw new LuaError(READONLY)
    })
    lua.setMetatable(GLOBALS)
    lua.copy(real)
    this.#realGlobals = lua.keep()
    this.#real.set(lua.pointer(GLOBALS), this.#realGlobals)
    lua.setTop(real - 1)
  }

  /** Pops the table on top and calls `run`, during which globals are read from that table instead of the real ones. */
  instead<T>(run: () => T): T {
    const { lua } = this
    lua.pushMetatable(GLOBALS)
    lua.insert(-2)
    lua.rawSet(-2, '__index')
    lua.pop()
    try {
      return run()
    } finally {
      if (!lua.broken) {
        lua.pushMetatable(GLOBALS)
        lua.pushKept(this.#realGlobals)
        lua.rawSet(-2, '__index')
        lua.pop()
      }
    }
  }

  /** Sets a field of the real globals to the value on top (KEYS and ARGV of each run), and pops it. */
  setGlobal(name: string): void {
    const { lua } = this
    lua.pushKept(this.#realGlobals)
    lua.insert(-2)
    lua.rawSet(-2, name)
    lua.pop()
  }
}

/** Implements `__index` of closed tables: reading a missing field is an error. */
export function missingGlobal(lua: Lua): number {
  const name = lua.toBytes(2)
  throw new LuaError(`Script attempted to access nonexistent global variable '${name ?? lua.typeName(2)}'`)
}
