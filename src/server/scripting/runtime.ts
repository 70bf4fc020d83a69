/** The code that runs scripts, which is loaded together with the Lua engine. */
export { flagsOf } from './flags'
export { LibraryRegistrar } from './registrar'
export { LuaWorld } from './world'
