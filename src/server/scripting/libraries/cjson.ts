import type { Bytes } from '../../../acl/bytes'
import type { Lua, LuaFunction } from '../lua'
import { LuaError } from '../lua-errors'
import { BOOLEAN, LIGHTUSERDATA, NIL, NUMBER, STRING, TABLE } from '../lua-stack'
import { formatGeneral } from '../numbers'
import { Output } from '../output'
import { decodeJson } from './cjson-decode'
import type { JsonSettings } from './cjson-settings'

/** Pushes a `cjson` table that has its own settings. */
export function pushCjson(lua: Lua): void {
  const settings: JsonSettings = {
    sparseConvert: false,
    sparseRatio: 2,
    sparseSafe: 10,
    encodeMaxDepth: 1000,
    decodeMaxDepth: 1000,
    numberPrecision: 14,
    keepBuffer: true,
    encodeInvalid: 'off',
    decodeInvalid: true,
  }
  const functions: Record<string, LuaFunction> = {
    encode: () => {
      if (lua.top() !== 1) lua.argumentError(1, 'expected 1 argument')
      lua.pushBytes(encode(lua, settings))
      return 1
    },
    decode: () => {
      if (lua.top() !== 1) lua.argumentError(1, 'expected 1 argument')
      decodeJson(lua, settings, lua.checkBytes(1))
      return 1
    },
    encode_sparse_array: () => {
      fillArguments(lua, 3)
      settings.sparseConvert = switchOption(lua, 1, settings.sparseConvert)
      settings.sparseRatio = integerOption(lua, 2, settings.sparseRatio, 0, 2147483647)
      settings.sparseSafe = integerOption(lua, 3, settings.sparseSafe, 0, 2147483647)
      return 3
    },
    encode_max_depth: () => {
      fillArguments(lua, 1)
      settings.encodeMaxDepth = integerOption(lua, 1, settings.encodeMaxDepth, 1, 2147483647)
      return 1
    },
    decode_max_depth: () => {
      fillArguments(lua, 1)
      settings.decodeMaxDepth = integerOption(lua, 1, settings.decodeMaxDepth, 1, 2147483647)
      return 1
    },
    encode_number_precision: () => {
      fillArguments(lua, 1)
      settings.numberPrecision = integerOption(lua, 1, settings.numberPrecision, 1, 14)
      return 1
    },
    encode_keep_buffer: () => {
      fillArguments(lua, 1)
      settings.keepBuffer = switchOption(lua, 1, settings.keepBuffer)
      return 1
    },
    encode_invalid_numbers: () => {
      fillArguments(lua, 1)
      if (lua.type(1) !== NIL) {
        if (lua.type(1) === BOOLEAN) settings.encodeInvalid = lua.toBoolean(1) ? 'on' : 'off'
        else settings.encodeInvalid = chosen(lua, ['off', 'on', 'null'])
      }
      if (settings.encodeInvalid === 'null') lua.pushBytes('null')
      else lua.pushBoolean(settings.encodeInvalid === 'on')
      lua.replace(1)
      return 1
    },
    decode_invalid_numbers: () => {
      fillArguments(lua, 1)
      settings.decodeInvalid = switchOption(lua, 1, settings.decodeInvalid)
      return 1
    },
    new: () => {
      pushCjson(lua)
      return 1
    },
  }
  lua.pushTable()
  for (const [name, f] of Object.entries(functions)) {
    lua.pushFunction(f)
    lua.rawSet(-2, name)
  }
  lua.pushLightPointer(0)
  lua.rawSet(-2, 'null')
  lua.pushBytes('cjson')
  lua.rawSet(-2, '_NAME')
  lua.pushBytes('2.1.0')
  lua.rawSet(-2, '_VERSION')
}

function fillArguments(lua: Lua, most: number): void {
  if (lua.top() > most) lua.argumentError(most + 1, 'found too many arguments')
  while (lua.top() < most) lua.pushNil()
}

/** Reads an on/off option, if given, and leaves the current value in its place. */
function switchOption(lua: Lua, index: number, present: boolean): boolean {
  let value = present
  if (lua.type(index) !== NIL)
    value = lua.type(index) === BOOLEAN ? lua.toBoolean(index) : chosen(lua, ['off', 'on'], index) === 'on'
  lua.pushBoolean(value)
  lua.replace(index)
  return value
}

function chosen<T extends string>(lua: Lua, options: readonly T[], index = 1): T {
  const given = lua.checkBytes(index)
  return options.find((option) => option === given) ?? lua.argumentError(index, `invalid option '${given}'`)
}

function integerOption(lua: Lua, index: number, present: number, least: number, most: number): number {
  let value = present
  if (lua.type(index) !== NIL) {
    value = Math.trunc(lua.checkNumber(index))
    if (!(value >= least && value <= most)) lua.argumentError(index, `expected integer between ${least} and ${most}`)
  }
  lua.pushNumber(value)
  lua.replace(index)
  return value
}

function encode(lua: Lua, settings: JsonSettings): Bytes {
  const out = new Output(lua)
  append(lua, settings, out, 0)
  return out.text()
}

/** Appends the value on top of the stack to the output. */
function append(lua: Lua, settings: JsonSettings, out: Output, depth: number): void {
  switch (lua.type(-1)) {
    case STRING:
      out.add(quoted(lua.toBytes(-1) ?? ''))
      return
    case NUMBER:
      out.add(number(lua, settings))
      return
    case BOOLEAN:
      out.add(lua.toBoolean(-1) ? 'true' : 'false')
      return
    case NIL:
      out.add('null')
      return
    case TABLE:
      table(lua, settings, out, depth + 1)
      return
    case LIGHTUSERDATA:
      if (lua.lightPointer(-1) === 0) {
        out.add('null')
        return
      }
  }
  throw refusal(lua, 'type not supported')
}

function refusal(lua: Lua, reason: string): LuaError {
  return new LuaError(`Cannot serialise ${lua.typeName(-1)}: ${reason}`)
}

function number(lua: Lua, settings: JsonSettings): Bytes {
  const n = lua.toNumber(-1)
  if (!Number.isFinite(n)) {
    if (settings.encodeInvalid === 'off') throw refusal(lua, 'must not be NaN or Inf')
    if (settings.encodeInvalid === 'null') return 'null'
    return Number.isNaN(n) ? 'nan' : n < 0 ? '-inf' : 'inf'
  }
  return formatGeneral(n, settings.numberPrecision)
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '/': '\\/',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
}

function quoted(bytes: Bytes): Bytes {
  const escaped = bytes.replace(
    /["\\/\u0000-\u001f\u007f]/g,
    (c) => ESCAPES[c] ?? `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return `"${escaped}"`
}

function table(lua: Lua, settings: JsonSettings, out: Output, depth: number): void {
  if (depth > settings.encodeMaxDepth || !lua.reserve(3))
    throw new LuaError(`Cannot serialise, excessive nesting (${depth})`)
  const length = arrayLength(lua, settings)
  if (length > 0) {
    out.add('[')
    for (let i = 1; i <= length; i++) {
      if (i > 1) out.add(',')
      lua.rawGetIndex(-1, i)
      append(lua, settings, out, depth)
      lua.pop()
    }
    out.add(']')
    return
  }
  out.add('{')
  let first = true
  lua.pushNil()
  while (lua.next(-2)) {
    if (!first) out.add(',')
    first = false
    const keyType = lua.type(-2)
    if (keyType === NUMBER) {
      lua.copy(-2)
      out.add(`"${number(lua, settings)}":`)
      lua.pop()
    } else if (keyType === STRING) {
      out.add(`${quoted(lua.toBytes(-2) ?? '')}:`)
    } else {
      lua.pop()
      throw refusal(lua, 'table key must be a number or string')
    }
    append(lua, settings, out, depth)
    lua.pop()
  }
  out.add('}')
}

/** Returns the length of the table on top where it is an array, -1 where it is an object. */
function arrayLength(lua: Lua, settings: JsonSettings): number {
  let most = 0
  let items = 0
  lua.pushNil()
  while (lua.next(-2)) {
    const key = lua.type(-2) === NUMBER ? lua.toNumber(-2) : 0
    lua.pop()
    if (!(key >= 1 && Number.isInteger(key))) {
      lua.pop()
      return -1
    }
    most = Math.max(most, key)
    items++
  }
  if (settings.sparseRatio > 0 && most > items * settings.sparseRatio && most > settings.sparseSafe) {
    if (!settings.sparseConvert) throw refusal(lua, 'excessively sparse array')
    return -1
  }
  return most
}
