import wasm from 'wasmoon-lua5.1/dist/liblua5.1.wasm?url'
import { provideLua } from '../server/scripting/load'

/** Lets scripts run in the page: Lua's WebAssembly file is fetched from the page's own origin when the first one comes. */
export function provideLuaFromOrigin(): void {
  provideLua(async () => {
    const response = await fetch(wasm)
    if (!response.ok) throw new Error(`The Lua engine could not be loaded: the server answered ${response.status}.`)
    return response.arrayBuffer()
  })
}
