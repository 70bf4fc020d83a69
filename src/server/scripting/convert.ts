import type { Bytes } from '../../acl/bytes'
import { doubleReply } from '../../keyspace/numbers'
import { type Reply, bool, error, isError, map, oneLine, set, simple, verbatim } from '../../resp/reply'
import type { Behaviours } from '../../targets/behaviours'
import type { Lua } from './lua'
import { BOOLEAN, NIL, NUMBER, STRING, TABLE } from './lua-stack'
import { integerReply, toLongLong } from './numbers'

/**
 * Pushes a command's reply as a Lua value. Protocol 2 has no maps, sets, doubles, booleans or nulls of RESP3: they are
 * converted to arrays, strings, 1, 0 and false, as on the wire.
 */
export function pushReply(lua: Lua, reply: Reply, protocol: 2 | 3): void {
  lua.reserve(6)
  if (typeof reply === 'string') lua.pushBytes(reply)
  else if (typeof reply === 'number' || typeof reply === 'bigint') lua.pushNumber(Number(reply))
  else if (reply === null) pushNull(lua, protocol)
  else if (isArray(reply)) pushItems(lua, reply, protocol)
  else if (isError(reply)) {
    pushField(lua, 'err', reply.text)
    lua.pushBoolean(true)
    lua.rawSet(-2, 'ignore_error_stats_update')
  } else {
    switch (reply.type) {
      case 'simple':
        pushField(lua, 'ok', reply.text)
        return
      case 'null-array':
        pushNull(lua, protocol)
        return
      case 'map':
        pushMap(lua, reply.pairs, protocol)
        return
      case 'set':
        pushSet(lua, reply.items, protocol)
        return
      case 'push':
        pushItems(lua, reply.items, protocol)
        return
      case 'double':
        if (protocol === 2) lua.pushBytes(reply.text)
        else {
          lua.pushTable(0, 1)
          lua.pushNumber(doubleValue(reply.text))
          lua.rawSet(-2, 'double')
        }
        return
      case 'boolean':
        if (protocol === 3) lua.pushBoolean(reply.value)
        else lua.pushNumber(reply.value ? 1 : 0)
        return
      case 'attributed':
        pushReply(lua, reply.reply, protocol)
        return
      case 'big-number':
        if (protocol === 2) lua.pushBytes(reply.text)
        else pushField(lua, 'big_number', reply.text)
        return
      case 'verbatim':
        if (protocol === 2) {
          lua.pushBytes(reply.text)
          return
        }
        lua.pushTable(0, 1)
        pushField(lua, 'string', reply.text)
        lua.pushBytes(reply.format)
        lua.rawSet(-2, 'format')
        lua.rawSet(-2, 'verbatim_string')
    }
  }
}

function isArray(reply: Reply): reply is readonly Reply[] {
  return Array.isArray(reply)
}

/** Pushes `{ name = text }`. */
export function pushField(lua: Lua, name: string, text: Bytes): void {
  lua.pushTable(0, 1)
  lua.pushBytes(text)
  lua.rawSet(-2, name)
}

function pushNull(lua: Lua, protocol: 2 | 3): void {
  if (protocol === 3) lua.pushNil()
  else lua.pushBoolean(false)
}

function pushItems(lua: Lua, items: readonly Reply[], protocol: 2 | 3): void {
  lua.pushTable(items.length)
  for (let i = 0; i < items.length; i++) {
    pushReply(lua, items[i] ?? null, protocol)
    lua.rawSetIndex(-2, i + 1)
  }
}

function pushMap(lua: Lua, pairs: readonly (readonly [Reply, Reply])[], protocol: 2 | 3): void {
  if (protocol === 2) {
    pushItems(lua, pairs.flat(), protocol)
    return
  }
  lua.pushTable(0, 1)
  lua.pushTable(0, pairs.length)
  for (const [key, value] of pairs) {
    pushReply(lua, key, protocol)
    pushReply(lua, value, protocol)
    lua.rawSetTop(-3)
  }
  lua.rawSet(-2, 'map')
}

function pushSet(lua: Lua, items: readonly Reply[], protocol: 2 | 3): void {
  if (protocol === 2) {
    pushItems(lua, items, protocol)
    return
  }
  lua.pushTable(0, 1)
  lua.pushTable(0, items.length)
  for (const item of items) {
    pushReply(lua, item, protocol)
    lua.pushBoolean(true)
    lua.rawSetTop(-3)
  }
  lua.rawSet(-2, 'set')
}

function doubleValue(text: Bytes): number {
  return text === 'inf' ? Infinity : text === '-inf' ? -Infinity : Number(text)
}

/** The settings that determine how a script's result is sent. */
export interface ResultForm {
  readonly behaviours: Behaviours
  /** The protocol set by redis.setresp: below 3, a boolean is 1 or null. */
  readonly scriptProtocol: 2 | 3
}

/**
 * Limits on the depth of a reply and on the number of its values. Real servers allow a depth of about 8000 and any
 * size.
 */
const DEEPEST = 500
const MOST_VALUES = 1_000_000
/** Limits on the total bytes of a reply's strings, and the additional bytes that each value counts for. */
const MOST_BYTES = 64 * 1024 * 1024
const VALUE_OVERHEAD = 32

/** Pops the value on top and converts it to a reply, by the rules of luaReplyToRedisReply. */
export function popResult(lua: Lua, form: ResultForm): Reply {
  try {
    return new ResultReader(lua, form).pop()
  } catch (thrown) {
    if (thrown instanceof TooLarge) return error('ERR reply is too large for the simulator')
    throw thrown
  }
}

class TooLarge extends Error {}

/** Converts a Lua value to a reply, within the limits. */
class ResultReader {
  #depth = 0
  #values = 0
  #bytes = 0

  constructor(
    readonly lua: Lua,
    readonly form: ResultForm,
  ) {}

  pop(): Reply {
    this.#depth++
    const reply = this.#read()
    this.#depth--
    this.lua.pop()
    return reply
  }

  #read(): Reply {
    const { lua, form } = this
    if (this.#depth > DEEPEST || !lua.reserve(6)) return error('ERR reached lua stack limit')
    if (++this.#values > MOST_VALUES) throw new TooLarge()
    switch (lua.type(-1)) {
      case STRING:
        return this.#string()
      case NUMBER:
        return integerReply(toLongLong(lua.toNumber(-1)))
      case BOOLEAN:
        if (form.scriptProtocol === 3) return bool(lua.toBoolean(-1))
        return lua.toBoolean(-1) ? 1 : null
      case TABLE:
        return this.#table()
      default:
        return null
    }
  }

  /** Returns the string on top. */
  #string(): Bytes {
    this.#bytes += this.lua.length(-1) + VALUE_OVERHEAD
    if (this.#bytes > MOST_BYTES) throw new TooLarge()
    return this.lua.toBytes(-1) ?? ''
  }

  #table(): Reply {
    const { lua, form } = this
    if (lua.isPlainArray(-1)) return this.#array()
    const field = <T>(name: string, type: number, read: () => T): T | undefined => {
      lua.rawGet(-1, name)
      const value = lua.type(-1) === type ? read() : undefined
      lua.pop()
      return value
    }
    const text = (): Bytes => this.#string()
    const err = field('err', STRING, text)
    if (err !== undefined)
      return error(oneLine(err.startsWith('-') && form.behaviours.scriptErrorTables ? err.slice(1) : err))
    const ok = field('ok', STRING, text)
    if (ok !== undefined) return simple(oneLine(ok))
    const number = field('double', NUMBER, () => lua.toNumber(-1))
    if (number !== undefined) return doubleReply(number, form.behaviours)
    const pairs = field('map', TABLE, () => {
      const pairs: [Reply, Reply][] = []
      lua.pushNil()
      while (lua.next(-2)) {
        lua.copy(-2)
        const key = this.pop()
        pairs.push([key, this.pop()])
      }
      return map(pairs)
    })
    if (pairs !== undefined) return pairs
    const items = field('set', TABLE, () => {
      const items: Reply[] = []
      lua.pushNil()
      while (lua.next(-2)) {
        lua.pop()
        lua.copy(-1)
        items.push(this.pop())
      }
      return set(items)
    })
    if (items !== undefined) return items
    const big = field('big_number', STRING, text)
    if (big !== undefined) return { type: 'big-number', text: oneLine(big) }
    const verbatimText = field('verbatim_string', TABLE, () => {
      const string = field('string', STRING, text)
      const format = field('format', STRING, text)
      if (string === undefined || format === undefined) return undefined
      return verbatim(string, format.startsWith('mkd') ? 'mkd' : 'txt')
    })
    if (verbatimText !== undefined) return verbatimText
    return this.#array()
  }

  #array(): Reply {
    const { lua } = this
    const items: Reply[] = []
    for (let i = 1; ; i++) {
      lua.rawGetIndex(-1, i)
      if (lua.type(-1) === NIL) {
        lua.pop()
        return items
      }
      items.push(this.pop())
    }
  }
}
