/**
 * Where the Lua engine comes from. The engine is a WebAssembly file of some 200 kB, fetched only when the first script
 * runs. How a file is fetched differs between a page and a process, so each face of the product hands in its own way.
 */
type LuaSource = () => Promise<BufferSource>

let source: LuaSource | null = null
let compiled: WebAssembly.Module | null = null
let loading: Promise<void> | null = null

/** Says how the bytes of Lua's WebAssembly file are to be got, when they are first needed. */
export function provideLua(from: LuaSource): void {
  source = from
}

/**
 * Loads and compiles the Lua engine, once for all servers; afterwards scripts run synchronously. Fails where no source
 * was provided or it could not be read; the next call then tries again.
 */
export function prepareScripting(): Promise<void> {
  loading ??= load().catch((reason: unknown) => {
    loading = null
    throw reason
  })
  return loading
}

/** Whether scripts can run now. */
export function scriptingIsPrepared(): boolean {
  return compiled !== null
}

/** The compiled engine, or null before prepareScripting has done its work. */
export function luaModule(): WebAssembly.Module | null {
  return compiled
}

async function load(): Promise<void> {
  if (source === null)
    throw new Error('The Lua engine cannot be loaded: no source for it was provided (see provideLua).')
  compiled = await WebAssembly.compile(await source())
}
