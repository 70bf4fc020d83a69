import type { Bytes } from '../../../acl/bytes'
import { type Lua, BOOLEAN, LuaError, NUMBER, STRING, TABLE } from '../lua'
import { Output } from '../output'

/** The maximum depth of tables: deeper ones are packed as nil. */
const DEEPEST = 16

const view = new DataView(new ArrayBuffer(8))

function viewBytes(size: number): Bytes {
  let out = ''
  for (let i = 0; i < size; i++) out += String.fromCharCode(view.getUint8(i))
  return out
}

function tagged(tag: number, n: number, size: 1 | 2 | 4): Bytes {
  view.setUint32(0, n * 2 ** (8 * (4 - size)))
  return String.fromCharCode(tag) + viewBytes(size)
}

function integer(n: number): Bytes {
  if (n >= 0) {
    if (n <= 127) return String.fromCharCode(n)
    if (n <= 0xff) return tagged(0xcc, n, 1)
    if (n <= 0xffff) return tagged(0xcd, n, 2)
    if (n <= 0xffffffff) return tagged(0xce, n, 4)
    view.setBigUint64(0, BigInt(n))
    return '\xcf' + viewBytes(8)
  }
  if (n >= -32) return String.fromCharCode(256 + n)
  if (n >= -128) return tagged(0xd0, n + 0x100, 1)
  if (n >= -32768) return tagged(0xd1, n + 0x10000, 2)
  if (n >= -2147483648) return tagged(0xd2, n + 0x100000000, 4)
  view.setBigInt64(0, BigInt(n))
  return '\xd3' + viewBytes(8)
}

function number(n: number): Bytes {
  if (Number.isInteger(n) && n >= -9223372036854775808 && n < 9223372036854775808) return integer(n)
  if (Math.fround(n) === n || Number.isNaN(n)) {
    if (!Number.isNaN(n)) {
      view.setFloat32(0, n)
      return '\xca' + viewBytes(4)
    }
  }
  view.setFloat64(0, n)
  return '\xcb' + viewBytes(8)
}

function string(bytes: Bytes): Bytes {
  const size = bytes.length
  if (size < 32) return String.fromCharCode(0xa0 + size) + bytes
  if (size <= 0xff) return tagged(0xd9, size, 1) + bytes
  if (size <= 0xffff) return tagged(0xda, size, 2) + bytes
  return tagged(0xdb, size, 4) + bytes
}

/** Returns the number of elements where the table on top is an array (an empty table is), else -1. */
function arrayLength(lua: Lua): number {
  let count = 0
  let most = 0
  lua.pushNil()
  while (lua.next(-2)) {
    lua.pop()
    const n = lua.type(-1) === NUMBER ? lua.toNumber(-1) : 0
    if (!(n > 0 && Number.isInteger(n))) {
      lua.pop()
      return -1
    }
    most = Math.max(most, n)
    count++
  }
  return most === count ? count : -1
}

/** Packs the value on top of the stack. */
function packTop(lua: Lua, out: Output, level: number): void {
  switch (lua.type(-1)) {
    case STRING:
      out.add(string(lua.toBytes(-1) ?? ''))
      return
    case BOOLEAN:
      out.add(lua.toBoolean(-1) ? '\xc3' : '\xc2')
      return
    case NUMBER:
      out.add(number(lua.toNumber(-1)))
      return
    case TABLE:
      if (level < DEEPEST) {
        packTable(lua, out, level)
        return
      }
  }
  out.add('\xc0')
}

function packTable(lua: Lua, out: Output, level: number): void {
  if (!lua.reserve(4)) throw new LuaError('stack overflow')
  const length = arrayLength(lua)
  if (length >= 0) {
    out.add(container(length, 0x90, 0xdc))
    for (let i = 1; i <= length; i++) {
      lua.rawGetIndex(-1, i)
      packTop(lua, out, level + 1)
      lua.pop()
    }
    return
  }
  out.add(container(pairCount(lua), 0x80, 0xde))
  lua.pushNil()
  while (lua.next(-2)) {
    lua.copy(-2)
    packTop(lua, out, level + 1)
    lua.pop()
    packTop(lua, out, level + 1)
    lua.pop()
  }
}

/** Returns the number of pairs in the table on top. */
function pairCount(lua: Lua): number {
  let pairs = 0
  lua.pushNil()
  while (lua.next(-2)) {
    lua.pop()
    pairs++
  }
  return pairs
}

function container(count: number, small: number, tag: number): Bytes {
  if (count <= 15) return String.fromCharCode(small + count)
  return count <= 0xffff ? tagged(tag, count, 2) : tagged(tag + 1, count, 4)
}

function pack(lua: Lua): number {
  const count = lua.top()
  if (count === 0) lua.argumentError(0, 'MessagePack pack needs input.')
  const out = new Output(lua)
  for (let i = 1; i <= count; i++) {
    lua.copy(i)
    packTop(lua, out, 0)
    lua.pop()
  }
  lua.pushBytes(out.text())
  return 1
}

/** Reads packed values from a byte string. */
class Reader {
  at: number

  constructor(
    readonly lua: Lua,
    readonly data: Bytes,
    at: number,
  ) {
    this.at = at
  }

  #take(size: number): Bytes {
    if (this.at + size > this.data.length) throw new LuaError('Missing bytes in input.')
    const bytes = this.data.slice(this.at, this.at + size)
    this.at += size
    return bytes
  }

  #unsigned(size: number): number {
    let n = 0
    for (const c of this.#take(size)) n = n * 256 + c.charCodeAt(0)
    return n
  }

  #fill(size: number): DataView {
    const bytes = this.#take(size)
    for (let i = 0; i < size; i++) view.setUint8(i, bytes.charCodeAt(i))
    return view
  }

  /** Pushes the next value. */
  value(): void {
    const { lua } = this
    if (!lua.reserve(4)) throw new LuaError('too many return values at once; use unpack_one or unpack_limit instead.')
    const tag = this.#unsigned(1)
    if (tag < 0x80) lua.pushNumber(tag)
    else if (tag < 0x90) this.#map(tag & 15)
    else if (tag < 0xa0) this.#array(tag & 15)
    else if (tag < 0xc0) lua.pushBytes(this.#take(tag & 31))
    else if (tag >= 0xe0) lua.pushNumber(tag - 256)
    else this.#tagged(tag)
  }

  #tagged(tag: number): void {
    const { lua } = this
    switch (tag) {
      case 0xc0:
        lua.pushNil()
        return
      case 0xc2:
        lua.pushBoolean(false)
        return
      case 0xc3:
        lua.pushBoolean(true)
        return
      case 0xd9:
        lua.pushBytes(this.#take(this.#unsigned(1)))
        return
      case 0xda:
        lua.pushBytes(this.#take(this.#unsigned(2)))
        return
      case 0xdb:
        lua.pushBytes(this.#take(this.#unsigned(4)))
        return
      case 0xca:
        lua.pushNumber(this.#fill(4).getFloat32(0))
        return
      case 0xcb:
        lua.pushNumber(this.#fill(8).getFloat64(0))
        return
      case 0xcc:
        lua.pushNumber(this.#unsigned(1))
        return
      case 0xcd:
        lua.pushNumber(this.#unsigned(2))
        return
      case 0xce:
        lua.pushNumber(this.#unsigned(4))
        return
      // Reads a signed number, as the library does.
      case 0xcf:
        lua.pushNumber(Number(this.#fill(8).getBigInt64(0)))
        return
      case 0xd0:
        lua.pushNumber(this.#fill(1).getInt8(0))
        return
      case 0xd1:
        lua.pushNumber(this.#fill(2).getInt16(0))
        return
      case 0xd2:
        lua.pushNumber(this.#fill(4).getInt32(0))
        return
      case 0xd3:
        lua.pushNumber(Number(this.#fill(8).getBigInt64(0)))
        return
      case 0xdc:
        this.#array(this.#unsigned(2))
        return
      case 0xdd:
        this.#array(this.#unsigned(4))
        return
      case 0xde:
        this.#map(this.#unsigned(2))
        return
      case 0xdf:
        this.#map(this.#unsigned(4))
        return
      default:
        throw new LuaError('Bad data format in input.')
    }
  }

  #array(count: number): void {
    this.lua.pushTable()
    for (let i = 1; i <= count; i++) {
      this.value()
      this.lua.rawSetIndex(-2, i)
    }
  }

  #map(count: number): void {
    this.lua.pushTable()
    for (let i = 0; i < count; i++) {
      this.value()
      if (this.lua.type(-1) === 0) throw new LuaError('table index is nil', false)
      this.value()
      this.lua.rawSetTop(-3)
    }
  }
}

/** Unpacks up to `limit` values from an offset (null: all, without returning the next offset). */
function unpackFrom(lua: Lua, limit: number | null, offset: number): number {
  const data = lua.checkBytes(1)
  if (offset < 0 || (limit ?? 0) < 0) {
    throw new LuaError(`Invalid request to unpack with offset of ${offset} and limit of ${data.length}.`)
  }
  if (offset > data.length) throw new LuaError(`Start offset ${offset} greater than input length ${data.length}.`)
  lua.setTop(1)
  const reader = new Reader(lua, data, offset)
  let count = 0
  while (reader.at < data.length && count < (limit ?? Infinity)) {
    reader.value()
    count++
  }
  if (limit === null) return count
  lua.pushNumber(reader.at === data.length ? -1 : reader.at)
  lua.insert(2)
  return count + 1
}

function optionalInteger(lua: Lua, index: number): number {
  return lua.type(index) <= 0 ? 0 : Math.trunc(lua.checkNumber(index))
}

/** Pushes the `cmsgpack` table: lua-cmsgpack 0.4.0. */
export function pushCmsgpack(lua: Lua): void {
  const functions = {
    pack,
    unpack: () => unpackFrom(lua, null, 0),
    unpack_one: () => unpackFrom(lua, 1, optionalInteger(lua, 2)),
    unpack_limit: () => unpackFrom(lua, Math.trunc(lua.checkNumber(2)), optionalInteger(lua, 3)),
  }
  lua.pushTable()
  for (const [name, f] of Object.entries(functions)) {
    lua.pushFunction(f)
    lua.rawSet(-2, name)
  }
  const about = {
    _NAME: 'cmsgpack',
    _VERSION: 'lua-cmsgpack 0.4.0',
    _COPYRIGHT: 'Copyright (C) 2012, Redis Ltd.',
    _DESCRIPTION: 'MessagePack C implementation for Lua',
  }
  for (const [name, text] of Object.entries(about)) {
    lua.pushBytes(text)
    lua.rawSet(-2, name)
  }
}
