import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { provideLua } from '../server/scripting/load'

const fileName = 'liblua5.1.wasm'

/** Reads Lua's WebAssembly file from beside the built command line, or else from the installed package. */
async function readLua(): Promise<Uint8Array<ArrayBuffer>> {
  // This module is in the program itself, or in the folder of its chunks.
  const folder = dirname(fileURLToPath(import.meta.url))
  const path = [folder, dirname(folder)].map((one) => join(one, fileName)).find((one) => existsSync(one))
  return readFile(path ?? createRequire(import.meta.url).resolve(`wasmoon-lua5.1/dist/${fileName}`))
}

/** Provides Lua for scripts in this process. It is read from disk when the first script runs. */
export function provideLuaFromPackage(): void {
  provideLua(readLua)
}
