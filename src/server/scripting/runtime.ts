/** The code that runs scripts, which is loaded together with the Lua engine. */
export { LibraryRegistrar } from './registrar'
export { LuaWorld } from './world'
