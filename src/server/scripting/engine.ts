import { type Bytes, lower } from '../../acl/bytes'
import { type Reply, CommandError } from '../../resp/reply'
import type { Target } from '../../targets/target'
import type { ScriptCaller } from './api'
import { type Compiled, CurrentWorld } from './current-world'
import type { Paused } from './paused'
import { sha1Hex } from './sha1'
import { type ScriptFlag, readScriptShebang } from './shebang'

/**
 * The maximum number of cached EVAL scripts. The least recently used is evicted first; those of SCRIPT LOAD never are
 * (Redis 7.4).
 */
const EVAL_CACHE = 500
/** The maximum total bytes of cached EVAL scripts. */
const EVAL_CACHE_BYTES = 32 * 1024 * 1024

interface Script {
  readonly body: Bytes
  readonly flags: ReadonlySet<ScriptFlag> | null
  /** The script as it was compiled last; null before. */
  compiled: Compiled | null
  /** True for scripts of SCRIPT LOAD, which are never evicted. */
  loaded: boolean
}

/** The script cache of one server and the Lua that runs it: EVAL, EVALSHA and SCRIPT. */
export class ScriptEngine {
  readonly #scripts = new Map<Bytes, Script>()
  /** The SHA-1 of each script, cached. */
  readonly #known = new Map<Bytes, Bytes>()
  readonly #world: CurrentWorld
  /** The number of evicted scripts, for INFO. */
  evicted = 0

  constructor(
    readonly target: Target,
    clock: () => number,
  ) {
    this.#world = new CurrentWorld(target, 'eval', clock)
  }

  /** The number of cached scripts. */
  get size(): number {
    return this.#scripts.size
  }

  /** Compiles and caches a script. Returns its SHA-1; throws the server's error where it does not compile. */
  load(body: Bytes, loaded: boolean): Bytes {
    const sha = this.#known.get(body) ?? sha1Hex(body)
    const known = this.#scripts.get(sha)
    if (known !== undefined) {
      known.loaded ||= loaded
      return sha
    }
    const script: Script = {
      body,
      flags: readScriptShebang(body, this.target.behaviours).flags,
      compiled: null,
      loaded,
    }
    this.#compile(script)
    this.#scripts.set(sha, script)
    this.#known.set(body, sha)
    if (!loaded) this.#forgetOldest()
    return sha
  }

  has(sha: Bytes): boolean {
    return this.#scripts.has(lower(sha))
  }

  /** Returns the flags that a cached script declares; null where it declares none or is not cached. */
  flagsOf(sha: Bytes): ReadonlySet<ScriptFlag> | null {
    return this.#scripts.get(lower(sha))?.flags ?? null
  }

  /** Returns the text of a script, or undefined. */
  show(sha: Bytes): Bytes | undefined {
    return this.#scripts.get(lower(sha))?.body
  }

  /** The memory of its Lua instance in bytes, more than that of an empty one. */
  get memory(): number {
    return this.#world.memory
  }

  /** Discards all scripts and their Lua instance. */
  flush(): void {
    this.#scripts.clear()
    this.#known.clear()
    this.#world.discard()
  }

  /** Runs a cached script. `readOnly`: EVAL_RO and EVALSHA_RO. `mayPause`: the script may be returned paused. */
  run(
    sha: Bytes,
    keys: readonly Bytes[],
    args: readonly Bytes[],
    readOnly: boolean,
    mayPause: boolean,
    caller: ScriptCaller,
  ): Reply | Paused {
    const script = this.#scripts.get(sha)
    if (script === undefined) throw noScript(this.target)
    this.#scripts.delete(sha)
    this.#scripts.set(sha, script)
    if (script.flags !== null && readOnly && !script.flags.has('no-writes')) {
      throw new CommandError('ERR Can not execute a script with write flag using *_ro command.')
    }
    return this.#world.call(this.#compile(script), {
      name: sha,
      keys,
      args,
      readOnly: readOnly || script.flags?.has('no-writes') === true,
      allowsOom: script.flags?.has('allow-oom') === true,
      mayPause,
      caller,
    })
  }

  /** Discards a Lua instance that a script has broken; the next run creates a new one. */
  mend(): void {
    this.#world.mend()
  }

  #compile(script: Script): Compiled {
    if (script.compiled !== null && this.#world.is(script.compiled.world)) return script.compiled
    const { behaviours } = this.target
    const { code } = readScriptShebang(script.body, behaviours)
    // Before 7.0, a script is compiled as the body of a function definition, which shows in compiler errors at its
    // end.
    const chunk = behaviours.scriptErrorTables ? code : `return function () ${code}\nend`
    for (;;) {
      const isFresh = this.#world.isNew
      const world = this.#world.open()
      const compiled = world.compile(chunk, '@user_script', behaviours.scriptErrorTables ? 'function' : 'result')
      if ('ref' in compiled) return (script.compiled = { world, ref: compiled.ref })
      this.mend()
      // Other scripts may have left too little memory: try again in a new Lua instance.
      if (isFresh || !world.lua.broken)
        throw new CommandError(`ERR Error compiling script (new function): ${compiled.problem}`)
    }
  }

  #forgetOldest(): void {
    let count = 0
    let bytes = 0
    for (const [sha, script] of [...this.#scripts].reverse()) {
      if (script.loaded) continue
      bytes += script.body.length
      if (++count === 1 || (count <= EVAL_CACHE && bytes <= EVAL_CACHE_BYTES)) continue
      this.#scripts.delete(sha)
      this.#known.delete(script.body)
      this.evicted++
      if (script.compiled !== null) this.#world.drop(script.compiled)
    }
  }
}

/** Returns the error for an unknown SHA-1. */
export function noScript(target: Target): CommandError {
  return new CommandError(`NOSCRIPT No matching script.${target.behaviours.scriptServerApi ? '' : ' Please use EVAL.'}`)
}
