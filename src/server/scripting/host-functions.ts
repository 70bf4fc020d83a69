import type { Lua, LuaFunction } from './lua'

/** Sets a field of the table on top to a host function. */
export function setFunction(lua: Lua, name: string, f: LuaFunction): void {
  lua.pushFunction(f)
  lua.rawSet(-2, name)
}

/** Sets a global to a host function. */
export function setGlobalFunction(lua: Lua, name: string, f: LuaFunction): void {
  lua.pushFunction(f)
  lua.setGlobal(name)
}

/** Calls a referenced function with all the arguments and returns all its results. */
export function passOn(lua: Lua, kept: number): number {
  const count = lua.top()
  lua.pushKept(kept)
  lua.insert(1)
  lua.call(count, -1)
  return lua.top()
}
