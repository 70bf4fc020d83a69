import { type Bytes, lower } from '../../acl/bytes'
import type { Target } from '../../targets/target'
import { fault, luaLog, setConstants } from './api'
import { setFunction } from './host-functions'
import type { Lua } from './lua'
import { RAISE_TOP } from './lua-errors'
import { FUNCTION, NIL, STRING, TABLE } from './lua-stack'
import { missingGlobal } from './readonly'
import { type ScriptFlag, isFunctionName, SCRIPT_FLAGS } from './shebang'
import type { LuaWorld } from './world'

/** The maximum number of instructions, and of milliseconds, that a library's code may run while it is loaded. */
const LOAD_INSTRUCTIONS = 50_000_000
const LOAD_TIME = 500

/** A function that a library registered. */
export interface LibraryFunction {
  readonly name: Bytes
  readonly library: Bytes
  readonly description: Bytes | null
  readonly flags: readonly ScriptFlag[]
  /** The reference to the callback in the library's world. */
  readonly ref: number
}

/** Runs the code of function libraries and collects the functions that it registers. */
export class LibraryRegistrar {
  /** The functions registered so far while a library's code runs; else null. */
  #registering: LibraryFunction[] | null = null
  #registeringFor: Bytes = ''

  constructor(readonly target: Target) {}

  /** Runs a library's code and collects the functions that it registers. Returns its error, or null. */
  run(world: LuaWorld, name: Bytes, code: Bytes, found: LibraryFunction[]): Bytes | null {
    const { lua, globals } = world
    try {
      lua.setTop(0)
      const problem = lua.load(code, '@user_function')
      if (problem !== null) return `ERR Error compiling function: ${problem}`
      this.#registering = found
      this.#registeringFor = name
      this.#pushLibraryGlobals(world)
      const failure =
        globals?.instead(() =>
          world.runOnce({
            instructions: LOAD_INSTRUCTIONS,
            time: LOAD_TIME,
            mostTime: LOAD_TIME,
            mayPause: false,
            message: 'FUNCTION LOAD timeout',
          }),
        ) ?? null
      if (failure === null) return null
      const bare = failure.indexOf(BARE)
      return bare >= 0 ? failure.slice(bare + BARE.length) : `ERR Error registering functions: ${failure}`
    } catch (thrown) {
      lua.broken = true
      return `ERR Error registering functions: ${lua.exhausted ? 'not enough memory' : String(thrown)}`
    } finally {
      this.#registering = null
      if (lua.exhausted) lua.broken = true
    }
  }

  /** Pushes the globals of a library's code while it is loaded: only the API to register functions. */
  #pushLibraryGlobals(world: LuaWorld): void {
    const { lua } = world
    lua.pushTable()
    lua.pushTable()
    setFunction(lua, 'register_function', () => this.#register(world))
    setFunction(lua, 'log', () => luaLog(lua, world))
    setConstants(lua, this.target)
    refuseOthers(lua)
    world.globals?.replaceByProxy()
    if (this.target.behaviours.scriptServerApi) {
      lua.copy(-1)
      lua.rawSet(-3, 'server')
    }
    lua.rawSet(-2, 'redis')
    refuseOthers(lua)
  }

  /** Implements redis.register_function, with positional or named arguments (luaRegisterFunction). */
  #register(world: LuaWorld): number {
    const { lua } = world
    const { scriptWording, scriptEngines } = this.target.behaviours
    const f = `${scriptWording.api}.register_function`
    const refuse = (message: Bytes): typeof RAISE_TOP => fault(lua, world, message)
    if (this.#registering === null) throw refuse(`${f} can only be called on FUNCTION LOAD command`)
    const count = lua.top()
    if (count < 1 || count > 2) throw refuse(`wrong number of arguments to ${f}`)
    const given = count === 1 ? this.#named(world, f) : this.#positional(world, f)
    const bare = scriptEngines ? BARE : ''
    if (!isFunctionName(given.name)) {
      if (scriptEngines)
        throw refuse(
          `${bare}ERR Function names can only contain letters, numbers, or underscores(_) and must be at least one character long`,
        )
      throw refuse(
        'Library names can only contain letters, numbers, or underscores(_) and must be at least one character long',
      )
    }
    if (this.#registering.some((other) => lower(other.name) === lower(given.name))) {
      throw refuse(
        scriptEngines ? `${bare}ERR Function already exists in the library` : 'Function already exists in the library',
      )
    }
    this.#registering.push({ ...given, library: this.#registeringFor })
    return 0
  }

  #positional(world: LuaWorld, f: string): Omit<LibraryFunction, 'library'> {
    const { lua } = world
    const name = lua.isString(1) ? lua.toBytes(1) : null
    if (name === null) throw fault(lua, world, `first argument to ${f} must be a string`)
    if (lua.type(2) !== FUNCTION) throw fault(lua, world, `second argument to ${f} must be a function`)
    lua.copy(2)
    return { name, description: null, flags: [], ref: lua.keep() }
  }

  #named(world: LuaWorld, f: string): Omit<LibraryFunction, 'library'> {
    const { lua } = world
    const refuse = (message: Bytes): typeof RAISE_TOP => fault(lua, world, message)
    if (lua.type(1) !== TABLE) {
      throw refuse(
        `calling ${f} with a single argument is only applicable to Lua table (representing named arguments).`,
      )
    }
    let name: Bytes | null = null
    let description: Bytes | null = null
    let flags: readonly ScriptFlag[] = []
    let ref: number | null = null
    lua.pushNil()
    while (lua.next(1)) {
      // Reads a copy: converting a number to text in place would break the iteration.
      lua.copy(-2)
      const key = lua.isString(-1) ? lua.toBytes(-1) : null
      lua.pop()
      if (key === null) throw refuse(`named argument key given to ${f} is not a string`)
      const text = (): Bytes => {
        const value = lua.isString(-1) ? lua.toBytes(-1) : null
        if (value === null) throw refuse(`${key} argument given to ${f} must be a string`)
        return value
      }
      switch (lower(key)) {
        case 'function_name':
          name = text()
          break
        case 'description':
          description = text()
          break
        case 'callback':
          if (lua.type(-1) !== FUNCTION) throw refuse(`callback argument given to ${f} must be a function`)
          lua.copy(-1)
          ref = lua.keep()
          break
        case 'flags':
          if (lua.type(-1) !== TABLE) throw refuse(`flags argument to ${f} must be a table representing function flags`)
          flags =
            this.#flags(lua) ??
            ((): never => {
              throw refuse('unknown flag given')
            })()
          break
        default:
          throw refuse(`unknown argument given to ${f}`)
      }
      lua.pop()
    }
    if (name === null) throw refuse(`${f} must get a function name argument`)
    if (ref === null) throw refuse(`${f} must get a callback argument`)
    return { name, description, flags, ref }
  }

  /** Reads the flags in the array on top; null where one is unknown. */
  #flags(lua: Lua): readonly ScriptFlag[] | null {
    const found: ScriptFlag[] = []
    for (let i = 1; ; i++) {
      lua.rawGetIndex(-1, i)
      const type = lua.type(-1)
      const text = type === STRING ? lua.toBytes(-1) : null
      lua.pop()
      if (type === NIL) return SCRIPT_FLAGS.filter((flag) => found.includes(flag))
      const flag = SCRIPT_FLAGS.find((flag) => flag === text)
      if (flag === undefined) return null
      found.push(flag)
    }
  }
}

/** Marks errors that are reported without the prefix about registering. */
const BARE = '\0'

function refuseOthers(lua: Lua): void {
  lua.pushTable(0, 1)
  setFunction(lua, '__index', () => missingGlobal(lua))
  lua.setMetatable(-2)
}
