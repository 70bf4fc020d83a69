import { type Bytes, lower } from '../../acl/bytes'
import { type Reply, CommandError } from '../../resp/reply'
import type { Target } from '../../targets/target'
import type { ScriptCaller } from './api'
import { type Compiled, CurrentWorld, loadedRuntime } from './current-world'
import type { Paused } from './paused'
import type { LibraryFunction, LibraryRegistrar } from './registrar'
import { isFunctionName, readLibraryShebang } from './shebang'
import type { LuaWorld } from './world'

export interface Library {
  readonly name: Bytes
  readonly code: Bytes
  readonly functions: readonly LibraryFunction[]
  /** The Lua instance that the library is loaded in; where that was discarded, it is loaded again. */
  readonly world: LuaWorld | null
}

/** The function libraries of one server: FUNCTION and FCALL. */
export class FunctionEngine {
  #libraries = new Map<Bytes, Library>()
  /** Functions by lower-case name: FCALL ignores case. */
  #functions = new Map<Bytes, LibraryFunction>()
  readonly #world: CurrentWorld
  #registrar: LibraryRegistrar | null = null

  constructor(
    readonly target: Target,
    clock: () => number,
  ) {
    this.#world = new CurrentWorld(target, 'function', clock)
  }

  get libraries(): readonly Library[] {
    return [...this.#libraries.values()]
  }

  get functionCount(): number {
    return this.#functions.size
  }

  /** The memory of its Lua instance in bytes, more than that of an empty one. */
  get memory(): number {
    return this.#world.memory
  }

  find(name: Bytes): LibraryFunction | undefined {
    return this.#functions.get(lower(name))
  }

  /** Loads a library and returns its name. On failure, throws the server's error and changes nothing. */
  load(code: Bytes, replace: boolean): Bytes {
    const head = readLibraryShebang(code)
    if (!isFunctionName(head.name))
      throw new CommandError(
        'ERR Library names can only contain letters, numbers, or underscores(_) and must be at least one character long',
      )
    if (lower(head.engine) !== 'lua') throw new CommandError(`ERR Engine '${head.engine}' not found`)
    const old = this.#libraries.get(head.name)
    if (old !== undefined && !replace) throw new CommandError(`ERR Library '${head.name}' already exists`)
    const { functions, world } = this.#runLibrary(head.name, head.code)
    if (functions.length === 0) throw new CommandError('ERR No functions registered')
    for (const { name } of functions) {
      const taken = this.#functions.get(lower(name))
      if (taken !== undefined && taken.library !== head.name)
        throw new CommandError(`ERR Function ${name} already exists`)
    }
    if (old !== undefined) this.#remove(old)
    this.#put({ name: head.name, code, functions, world })
    return head.name
  }

  delete(name: Bytes): void {
    const library = this.#libraries.get(name)
    if (library === undefined) throw new CommandError('ERR Library not found')
    this.#remove(library)
  }

  flush(): void {
    this.#libraries = new Map()
    this.#functions = new Map()
    this.#world.discard()
  }

  /** Loads libraries as FUNCTION RESTORE does: all of them, or none and throws an error. */
  restore(codes: readonly Bytes[], policy: 'flush' | 'append' | 'replace'): void {
    const before = this.libraries
    try {
      if (policy === 'flush') this.flush()
      const taken = codes.map((code) => readLibraryShebang(code).name).find((name) => this.#libraries.has(name))
      if (policy === 'append' && taken !== undefined) throw new CommandError(`ERR Library ${taken} already exists`)
      for (const code of codes) this.load(code, policy === 'replace')
    } catch (thrown) {
      this.flush()
      for (const library of before) this.#put({ ...library, world: null })
      throw thrown
    }
  }

  /** Calls a function. `readOnly`: FCALL_RO. `mayPause`: the function may be returned paused. */
  call(
    f: LibraryFunction,
    keys: readonly Bytes[],
    args: readonly Bytes[],
    readOnly: boolean,
    mayPause: boolean,
    caller: ScriptCaller,
  ): Reply | Paused {
    const noWrites = f.flags.includes('no-writes')
    if (readOnly && !noWrites)
      throw new CommandError('ERR Can not execute a script with write flag using *_ro command.')
    return this.#world.call(this.#ready(f), {
      name: f.name,
      keys,
      args,
      readOnly: noWrites,
      allowsOom: f.flags.includes('allow-oom'),
      mayPause,
      caller,
    })
  }

  /** Discards a Lua instance that a function has broken; libraries are loaded into a new one on demand. */
  mend(): void {
    this.#world.mend()
  }

  #put(library: Library): void {
    this.#libraries.set(library.name, library)
    for (const f of library.functions) this.#functions.set(lower(f.name), f)
  }

  #remove(library: Library): void {
    this.#libraries.delete(library.name)
    for (const f of library.functions) {
      this.#functions.delete(lower(f.name))
      if (library.world !== null) this.#world.drop({ world: library.world, ref: f.ref })
    }
  }

  /** Returns the Lua instance of a function and its callback there. Loads the library again where necessary. */
  #ready(f: LibraryFunction): Compiled {
    const library = this.#libraries.get(f.library)
    if (library !== undefined && (library.world === null || !this.#world.is(library.world)))
      this.#put({ ...library, ...this.#runLibrary(library.name, readLibraryShebang(library.code).code) })
    const world = this.#libraries.get(f.library)?.world
    const ref = this.find(f.name)?.ref
    if (world === undefined || world === null || ref === undefined) throw new CommandError('ERR Function not found')
    return { world, ref }
  }

  /** Runs a library's code; again in a new Lua instance where other libraries left too little memory. */
  #runLibrary(name: Bytes, code: Bytes): { readonly functions: LibraryFunction[]; readonly world: LuaWorld } {
    for (;;) {
      const isFresh = this.#world.isNew
      const world = this.#world.open()
      const found: LibraryFunction[] = []
      const problem = this.#registrarOf().run(world, name, code, found)
      this.mend()
      if (problem === null) return { functions: found, world }
      if (!isFresh && world.lua.exhausted) continue
      if (!world.lua.broken) for (const f of found) world.lua.drop(f.ref)
      throw new CommandError(problem)
    }
  }

  /** Returns the registrar, created with the first library. */
  #registrarOf(): LibraryRegistrar {
    return (this.#registrar ??= new (loadedRuntime().code.LibraryRegistrar)(this.target))
  }
}
