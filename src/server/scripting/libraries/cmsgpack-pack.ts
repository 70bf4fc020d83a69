import type { Bytes } from '../../../acl/bytes'
import type { Lua } from '../lua'
import { LuaError } from '../lua-errors'
import { BOOLEAN, NUMBER, STRING, TABLE } from '../lua-stack'
import type { Output } from '../output'

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
export function packTop(lua: Lua, out: Output, level = 0): void {
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
