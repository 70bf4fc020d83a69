import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { provideLua } from '../server/scripting/load'

/** Lets scripts run in this process: Lua's WebAssembly file is read from the installed package when the first one comes. */
export function provideLuaFromPackage(): void {
  const { resolve } = createRequire(import.meta.url)
  provideLua(() => readFile(resolve('wasmoon-lua5.1/dist/liblua5.1.wasm')))
}
