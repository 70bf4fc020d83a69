/**
 * Returns the bytes of the Lua engine, a WebAssembly file of some 200 kB that is fetched when the first script runs. The page
 * and the command line each provide their own way to fetch it.
 */
type LuaSource = () => Promise<BufferSource>

/** The engine and the code that runs scripts in it, loaded when the first script runs. */
export interface LuaRuntime {
  /** The compiled engine. */
  readonly module: WebAssembly.Module
  readonly code: typeof import('./runtime')
}

let source: LuaSource | null = null
let runtime: LuaRuntime | null = null
let loading: Promise<void> | null = null

/** Sets the source of Lua's WebAssembly file. */
export function provideLua(from: LuaSource): void {
  source = from
}

/**
 * Loads and compiles the Lua engine, once for all servers; afterwards scripts run synchronously. Rejects where no
 * source was provided or it could not be read; the next call then tries again.
 */
export function prepareScripting(): Promise<void> {
  loading ??= load().catch((reason: unknown) => {
    loading = null
    throw reason
  })
  return loading
}

/** Returns true once the engine is loaded. */
export function scriptingIsPrepared(): boolean {
  return runtime !== null
}

/** Returns the engine and its code, or null before prepareScripting has loaded them. */
export function luaRuntime(): LuaRuntime | null {
  return runtime
}

async function load(): Promise<void> {
  if (source === null)
    throw new Error('The Lua engine cannot be loaded: no source for it was provided (see provideLua).')
  const [module, code] = await Promise.all([source().then((bytes) => WebAssembly.compile(bytes)), import('./runtime')])
  runtime = { module, code }
}
