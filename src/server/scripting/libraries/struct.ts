import type { Bytes } from '../../../acl/bytes'
import type { Lua } from '../lua'
import { LuaError } from '../lua-errors'
import { Output } from '../output'

const LARGEST_INTEGER = 32
const WIDEST_ALIGNMENT = 8

/** An option of a format, with its size. Control options are applied and not returned. */
interface Option {
  readonly letter: string
  readonly size: number
  readonly bigEndian: boolean
  readonly padding: number
}

/** Iterates over a format string. `position` returns the offset in the data, which alignment depends on. */
class Format {
  #at = 0
  #bigEndian = false
  #alignment = 1

  /** `lenient`: skips unknown letters, as struct.size does. */
  constructor(
    readonly lua: Lua,
    readonly text: Bytes,
    readonly lenient = false,
  ) {}

  next(position: number): Option | null {
    while (this.#at < this.text.length && this.text[this.#at] !== '\0') {
      const letter = this.text[this.#at++] ?? ''
      const size = this.#size(letter)
      if (!'bBhHlLTiIfdxcs'.includes(letter)) {
        if (!this.lenient || !/[A-Za-z0-9]/.test(letter)) this.#control(letter)
        continue
      }
      return { letter, size, bigEndian: this.#bigEndian, padding: this.#padding(position, letter, size) }
    }
    return null
  }

  #size(letter: string): number {
    switch (letter) {
      case 'b':
      case 'B':
      case 'x':
        return 1
      case 'h':
      case 'H':
        return 2
      case 'l':
      case 'L':
      case 'T':
      case 'd':
        return 8
      case 'f':
        return 4
      case 'c':
        return this.#number(1)
      case 'i':
      case 'I': {
        const size = this.#number(4)
        if (size > LARGEST_INTEGER)
          throw new LuaError(`integral size ${size} is larger than limit of ${LARGEST_INTEGER}`)
        return size
      }
      default:
        return 0
    }
  }

  #number(byDefault: number): number {
    const digits = /^\d+/.exec(this.text.slice(this.#at, this.#at + 24))?.[0]
    if (digits === undefined) return byDefault
    this.#at += digits.length
    const n = Number(digits)
    if (n > 2147483647) throw new LuaError('integral size overflow')
    return n
  }

  #control(letter: string): void {
    if (letter === ' ') return
    if (letter === '>') this.#bigEndian = true
    else if (letter === '<') this.#bigEndian = false
    else if (letter === '!') {
      const alignment = this.#number(WIDEST_ALIGNMENT)
      if (alignment <= 0 || (alignment & (alignment - 1)) !== 0)
        throw new LuaError(`alignment ${alignment} is not a power of 2`)
      this.#alignment = alignment
    } else this.lua.argumentError(1, `invalid format option '${letter}'`)
  }

  #padding(position: number, letter: string, size: number): number {
    if (size === 0 || letter === 'c') return 0
    const to = Math.min(size, this.#alignment)
    return (to - (position & (to - 1))) & (to - 1)
  }
}

function ordered(bytes: Bytes, bigEndian: boolean): Bytes {
  return bigEndian ? [...bytes].reverse().join('') : bytes
}

function integerBytes(n: number, size: number, bigEndian: boolean): Bytes {
  let value = BigInt.asUintN(64, Number.isFinite(n) ? BigInt(Math.trunc(n)) : 1n << 63n)
  let out = ''
  for (let i = 0; i < size; i++) {
    out += String.fromCharCode(Number(value & 0xffn))
    value >>= 8n
  }
  return ordered(out, bigEndian)
}

function readInteger(bytes: Bytes, signed: boolean, bigEndian: boolean): number {
  let value = 0n
  // Keeps the lowest eight bytes, like the C library's 64-bit accumulator.
  for (const c of ordered(bytes, !bigEndian)) value = BigInt.asUintN(64, (value << 8n) | BigInt(c.charCodeAt(0)))
  if (!signed) return Number(value)
  return Number(BigInt.asIntN(Math.min(64, bytes.length * 8), value))
}

function floatBytes(n: number, size: number, bigEndian: boolean): Bytes {
  const view = new DataView(new ArrayBuffer(8))
  if (size === 4) view.setFloat32(0, n, true)
  else view.setFloat64(0, n, true)
  let out = ''
  for (let i = 0; i < size; i++) out += String.fromCharCode(view.getUint8(i))
  return ordered(out, bigEndian)
}

function readFloat(bytes: Bytes, bigEndian: boolean): number {
  const view = new DataView(new ArrayBuffer(8))
  const little = ordered(bytes, bigEndian)
  for (let i = 0; i < little.length; i++) view.setUint8(i, little.charCodeAt(i))
  return bytes.length === 4 ? view.getFloat32(0, true) : view.getFloat64(0, true)
}

function pack(lua: Lua): number {
  const format = new Format(lua, lua.checkBytes(1))
  // The library marks the end of the arguments with a nil, which shows in errors about missing arguments.
  lua.pushNil()
  const out = new Output(lua)
  let argument = 2
  for (let option = format.next(0); option !== null; option = format.next(out.length)) {
    const { letter, size, bigEndian, padding } = option
    if (padding > 0) out.add('\0'.repeat(padding))
    if (letter === 'x') out.add('\0')
    else if (letter === 'f' || letter === 'd') out.add(floatBytes(lua.checkNumber(argument++), size, bigEndian))
    else if (letter === 'c' || letter === 's') {
      const text = lua.checkBytes(argument++)
      const length = size === 0 ? text.length : size
      if (text.length < length) lua.argumentError(argument, 'string too short')
      out.add(text.slice(0, length))
      if (letter === 's') out.add('\0')
    } else out.add(integerBytes(lua.checkNumber(argument++), size, bigEndian))
  }
  lua.pushBytes(out.text())
  return 1
}

function unpack(lua: Lua): number {
  const format = new Format(lua, lua.checkBytes(1))
  const data = lua.checkBytes(2)
  const offset = lua.top() < 3 || lua.type(3) === 0 ? 1 : Math.trunc(lua.checkNumber(3))
  if (offset === 0) lua.argumentError(3, 'offset must be 1 or greater')
  if (offset < 0) lua.argumentError(2, 'data string too short')
  let position = offset - 1
  let results = 0
  for (let option = format.next(position); option !== null; option = format.next(position)) {
    const { letter, bigEndian, padding } = option
    let { size } = option
    position += padding
    const has = (): boolean => position + size <= data.length
    if (!has()) lua.argumentError(2, 'data string too short')
    if (!lua.reserve(2)) throw new LuaError('stack overflow (too many results)')
    if (letter === 's') {
      const end = data.indexOf('\0', position)
      if (end < 0) throw new LuaError('unfinished string in data')
      lua.pushBytes(data.slice(position, end))
      size = end - position + 1
      results++
    } else if (letter === 'c') {
      if (size === 0) {
        if (results === 0 || !lua.isNumber(-1)) throw new LuaError("format 'c0' needs a previous size")
        size = Math.trunc(lua.toNumber(-1))
        lua.pop()
        results--
        if (size < 0 || !has()) lua.argumentError(2, 'data string too short')
      }
      lua.pushBytes(data.slice(position, position + size))
      results++
    } else if (letter !== 'x') {
      const bytes = data.slice(position, position + size)
      lua.pushNumber(
        letter === 'f' || letter === 'd'
          ? readFloat(bytes, bigEndian)
          : readInteger(bytes, letter === letter.toLowerCase(), bigEndian),
      )
      results++
    }
    position += size
  }
  lua.pushNumber(position + 1)
  return results + 1
}

function size(lua: Lua): number {
  const format = new Format(lua, lua.checkBytes(1), true)
  let position = 0
  for (let option = format.next(0); option !== null; option = format.next(position)) {
    if (option.letter === 's') lua.argumentError(1, "option 's' has no fixed size")
    if (option.letter === 'c' && option.size === 0) lua.argumentError(1, "option 'c0' has no fixed size")
    position += option.padding + option.size
  }
  lua.pushNumber(position)
  return 1
}

/**
 * Pushes the `struct` table, which packs values into binary strings as the Lua library of that name does on a 64-bit
 * machine.
 */
export function pushStruct(lua: Lua): void {
  lua.pushTable()
  for (const [name, f] of Object.entries({ pack, unpack, size })) {
    lua.pushFunction(f)
    lua.rawSet(-2, name)
  }
}
