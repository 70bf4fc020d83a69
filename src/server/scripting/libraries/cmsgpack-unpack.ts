import type { Bytes } from '../../../acl/bytes'
import type { Lua } from '../lua'
import { LuaError } from '../lua-errors'

const view = new DataView(new ArrayBuffer(8))

/** Reads packed values from a byte string. */
export class PackedReader {
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
