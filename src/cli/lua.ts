import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { provideLua } from '../server/scripting/load'

const fileName = 'liblua5.1.wasm'

/** Reads Lua's WebAssembly file from beside the built command line, or else from the installed package. */
async function readLua(): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await readFile(join(dirname(fileURLToPath(import.meta.url)), fileName))
  } catch {
    return await readFile(createRequire(import.meta.url).resolve(`wasmoon-lua5.1/dist/${fileName}`))
  }
}

/** Provides Lua for scripts in this process. It is read from disk when the first script runs. */
export function provideLuaFromPackage(): void {
  provideLua(readLua)
}
