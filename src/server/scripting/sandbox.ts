import type { Behaviours } from '../../targets/behaviours'
import { pushBit } from './libraries/bit'
import { pushCjson } from './libraries/cjson'
import { pushCmsgpack } from './libraries/cmsgpack'
import { setPatternFunctions } from './libraries/patterns'
import { pushStruct } from './libraries/struct'
import { passOn, setFunction, setGlobalFunction } from './host-functions'
import { type Lua, OWN_CHUNK } from './lua'
import { LuaError, OutOfMemory } from './lua-errors'
import { FUNCTION, NIL, STRING, TABLE } from './lua-stack'
import type { Rand48 } from './numbers'
import { Output } from './output'
import { LONGJMP } from './wasm'

/** The maximum length of a string that a library function creates. */
const LONGEST = 64 * 1024 * 1024

/** The cost of moving a table element within a library function, in instructions. */
const MOVE = 3

/** The bytes that table.sort compares on its own: where it might be more, a function of Lua compares, so that time is checked in between. */
const BYTES_COMPARED = 100_000_000

/** The bytes of memory whose collection costs as much time as one instruction. */
const BYTES_COLLECTED = 8

const DISORDER = 'invalid order function for sorting'

/** The dependencies of a sandbox. */
export interface SandboxNeeds {
  readonly behaviours: Behaviours
  readonly random: Rand48
  /** Returns the processor time in seconds, for os.clock. */
  readonly clock: () => number
}

/**
 * Sets up the globals of scripts in a new Lua instance: its own libraries without outside access, and the four that
 * servers add.
 */
export function furnish(lua: Lua, needs: SandboxNeeds): void {
  const { behaviours } = needs
  for (const library of ['base', 'table', 'string', 'math'] as const) lua.open(library)
  const removed = ['dofile', 'loadfile', 'debug']
  if (behaviours.scriptReadonlyGlobals) removed.push('print')
  else setGlobalFunction(lua, 'print', () => 0)
  if (!behaviours.scriptInsecureApi) removed.push('getfenv', 'setfenv', 'newproxy')
  for (const name of removed) {
    lua.pushNil()
    lua.setGlobal(name)
  }
  const libraries = { cjson: pushCjson, cmsgpack: pushCmsgpack, struct: pushStruct, bit: pushBit }
  for (const [name, push] of Object.entries(libraries)) {
    push(lua)
    lua.setGlobal(name)
  }
  if (behaviours.scriptOsClock) {
    lua.pushTable()
    setFunction(lua, 'clock', () => {
      lua.pushNumber(needs.clock())
      return 1
    })
    lua.setGlobal('os')
  }
  lua.pushGlobal('math')
  setFunction(lua, 'random', () => random(lua, needs.random))
  setFunction(lua, 'randomseed', () => {
    needs.random.seed(Math.trunc(lua.checkNumber(1)))
    return 0
  })
  lua.pop()
  boundLibrary(lua)
  countCollections(lua)
  textChunksOnly(lua)
  hideMainCoroutine(lua)
  if (behaviours.scriptErrorTables) setGlobalFunction(lua, 'pcall', () => protectedCall(lua))
}

/** Implements math.random with the server's own generator and Lua's errors. */
function random(lua: Lua, generator: Rand48): number {
  const r = (generator.next() % 2147483647) / 2147483647
  if (lua.top() > 2) throw new LuaError('wrong number of arguments')
  if (lua.top() === 0) {
    lua.pushNumber(r)
    return 1
  }
  const low = lua.top() === 1 ? 1 : Math.trunc(lua.checkNumber(1))
  const high = Math.trunc(lua.checkNumber(lua.top()))
  if (low > high) lua.argumentError(lua.top(), 'interval is empty')
  lua.pushNumber(Math.floor(r * (high - low + 1)) + low)
  return 1
}

/** Adds limits to library functions that could run long without executing Lua instructions. */
function boundLibrary(lua: Lua): void {
  lua.pushGlobal('string')
  setPatternFunctions(lua)
  lua.rawGet(-1, 'rep')
  const rep = lua.keep()
  setFunction(lua, 'rep', () => {
    const text = lua.checkBytes(1)
    const times = Math.trunc(lua.checkNumber(2))
    if (text.length * times > LONGEST) throw new OutOfMemory()
    if (text === '') {
      lua.pushBytes('')
      return 1
    }
    lua.spend(times)
    return passOn(lua, rep)
  })
  lua.pop()
  lua.pushGlobal('table')
  lua.rawGet(-1, 'insert')
  const insert = lua.keep()
  setFunction(lua, 'insert', () => {
    lua.checkTable(1)
    if (lua.top() < 2 || lua.top() > 3) throw new LuaError("wrong number of arguments to 'insert'")
    if (lua.top() === 3) {
      const place = lua.checkNumber(2)
      if (place < -LONGEST) throw new OutOfMemory()
      lua.spend(Math.max(0, lua.length(1) - place) * MOVE)
    }
    return passOn(lua, insert)
  })
  lua.rawGet(-1, 'remove')
  const remove = lua.keep()
  setFunction(lua, 'remove', () => {
    lua.checkTable(1)
    if (lua.top() > 1 && lua.type(2) !== NIL) lua.spend(Math.max(0, lua.length(1) - lua.checkNumber(2)) * MOVE)
    return passOn(lua, remove)
  })
  lua.rawGet(-1, 'sort')
  const sort = lua.keep()
  lua.load('local a, b = ... return a < b', OWN_CHUNK)
  const less = lua.keep()
  setFunction(lua, 'sort', () => {
    lua.checkTable(1)
    if (lua.top() > 1 && lua.type(2) !== NIL && lua.type(2) !== FUNCTION) lua.typeError(2, 'function')
    const comparisons = lua.length(1) * Math.log2(lua.length(1) + 1)
    lua.spend(comparisons)
    if (lua.type(2) <= NIL && comparisons * longestOf(lua, 1) > BYTES_COMPARED) {
      lua.setTop(1)
      lua.pushKept(less)
    }
    try {
      return passOn(lua, sort)
    } catch (thrown) {
      // Its only error of its own names the position of its caller, which is this function.
      if (thrown === LONGJMP && lua.type(-1) === STRING && lua.toBytes(-1) === DISORDER) throw new LuaError(DISORDER)
      throw thrown
    }
  })
  lua.pop()
}

/** Returns the length of the longest string in the table at an index; 0 where anything else is in it. */
function longestOf(lua: Lua, index: number): number {
  let longest = 0
  for (let i = lua.length(index); i > 0; i--) {
    lua.rawGetIndex(index, i)
    const length = lua.type(-1) === STRING ? lua.length(-1) : null
    lua.pop()
    if (length === null) return 0
    longest = Math.max(longest, length)
  }
  return longest
}

/** Has the time checked after a collection of much garbage, a single instruction that may take longer than any other. */
function countCollections(lua: Lua): void {
  lua.pushGlobal('collectgarbage')
  const original = lua.keep()
  setGlobalFunction(lua, 'collectgarbage', () => {
    lua.spend(lua.memoryInUse / BYTES_COLLECTED)
    return passOn(lua, original)
  })
}

/** Rejects precompiled chunks, which could break out of Lua: the servers' Lua cannot load them at all. */
function textChunksOnly(lua: Lua): void {
  lua.pushGlobal('loadstring')
  const original = lua.keep()
  setGlobalFunction(lua, 'loadstring', () => {
    const code = lua.checkBytes(1)
    if (code.startsWith('\x1b')) {
      lua.pushNil()
      lua.pushBytes(`[string "${code.slice(0, 4)}..."]:1: unexpected symbol near '\x1b'`)
      return 2
    }
    return passOn(lua, original)
  })
  setGlobalFunction(lua, 'load', () => {
    // Collects the pieces first, so that they can be checked and no reader is left over.
    if (lua.type(1) !== FUNCTION) lua.typeError(1, 'function')
    const name = lua.top() < 2 || lua.type(2) === NIL ? '=(load)' : lua.checkBytes(2)
    const pieces = new Output(lua)
    for (;;) {
      lua.copy(1)
      lua.call(0, 1)
      const piece = lua.type(-1) === STRING ? (lua.toBytes(-1) ?? '') : ''
      lua.pop()
      if (piece === '') break
      pieces.add(piece)
    }
    const code = pieces.text()
    const problem = code.startsWith('\x1b') ? "unexpected symbol near '\x1b'" : lua.load(code, name)
    if (problem === null) return 1
    lua.pushNil()
    lua.pushBytes(problem)
    return 2
  })
}

/** Hides the coroutine in which the host runs scripts, so that they can be paused: on a server there is none. */
function hideMainCoroutine(lua: Lua): void {
  lua.pushGlobal('coroutine')
  for (const name of ['yield', 'running'] as const) {
    lua.rawGet(-1, name)
    const original = lua.keep()
    setFunction(lua, name, () => {
      if (!lua.isHostThread) return name === 'yield' ? lua.yieldAll() : passOn(lua, original)
      if (name === 'yield') throw new LuaError('attempt to yield across metamethod/C-call boundary', false)
      lua.pushNil()
      return 1
    })
  }
  lua.pop()
}

/** Implements pcall of Redis 7: returns the `err` field of an error that is a table. */
function protectedCall(lua: Lua): number {
  if (lua.top() === 0) {
    lua.pushBoolean(false)
    return 1
  }
  const ok = lua.protectedCall(lua.top() - 1, -1)
  if (!ok && lua.type(-1) === TABLE) {
    lua.rawGet(-1, 'err')
    if (lua.isString(-1)) lua.replace(-2)
    else lua.pop()
  }
  lua.pushBoolean(ok)
  lua.insert(1)
  return lua.top()
}

/**
 * The older protection (6.x): a script may not create or read undefined globals. Implemented in Lua, because its
 * positions show in error messages: a rejected write is in line 8 of `enable_strict_lua`, a rejected read in line 15.
 */
export function refuseNewGlobals(lua: Lua): void {
  lua.open('debug')
  const code = [
    'local info = debug.getinfo',
    'local guard = {}',
    'setmetatable(_G, guard)',
    'function guard.__newindex(globals, name, value)',
    '  local caller = info(2, "S")',
    '  local what = caller and caller.what',
    '  if caller and what ~= "main" and what ~= "C" then',
    '    error("Script attempted to create global variable \'" .. tostring(name) .. "\'", 2)',
    '  end',
    '  rawset(globals, name, value)',
    'end',
    'function guard.__index(globals, name)',
    '  local caller = info(2, "S")',
    '  if caller and caller.what ~= "C" then',
    '    error("Script attempted to access nonexistent global variable \'" .. tostring(name) .. "\'", 2)',
    '  end',
    '  return rawget(globals, name)',
    'end',
    'debug = nil',
  ]
  lua.load(code.join('\n'), '@enable_strict_lua')
  lua.protectedCall(0, 0)
}
