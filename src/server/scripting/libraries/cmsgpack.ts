import type { Lua } from '../lua'
import { LuaError } from '../lua-errors'
import { Output } from '../output'
import { packTop } from './cmsgpack-pack'
import { PackedReader } from './cmsgpack-unpack'

function pack(lua: Lua): number {
  const count = lua.top()
  if (count === 0) lua.argumentError(0, 'MessagePack pack needs input.')
  const out = new Output(lua)
  for (let i = 1; i <= count; i++) {
    lua.copy(i)
    packTop(lua, out)
    lua.pop()
  }
  lua.pushBytes(out.text())
  return 1
}

/** Unpacks up to `limit` values from an offset (null: all, without returning the next offset). */
function unpackFrom(lua: Lua, limit: number | null, offset: number): number {
  const data = lua.checkBytes(1)
  if (offset < 0 || (limit ?? 0) < 0) {
    throw new LuaError(`Invalid request to unpack with offset of ${offset} and limit of ${data.length}.`)
  }
  if (offset > data.length) throw new LuaError(`Start offset ${offset} greater than input length ${data.length}.`)
  lua.setTop(1)
  const reader = new PackedReader(lua, data, offset)
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
