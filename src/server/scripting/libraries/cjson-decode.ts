import { type Bytes, fromUint8 } from '../../../acl/bytes'
import type { Lua } from '../lua'
import { LuaError } from '../lua-errors'
import { Output } from '../output'
import { readNumber } from '../read-number'
import type { JsonSettings } from './cjson-settings'

/** A token, named as in the errors of lua-cjson; `at` counts from 0. */
interface Token {
  readonly type:
    | 'T_OBJ_BEGIN'
    | 'T_OBJ_END'
    | 'T_ARR_BEGIN'
    | 'T_ARR_END'
    | 'T_STRING'
    | 'T_NUMBER'
    | 'T_BOOLEAN'
    | 'T_NULL'
    | 'T_COLON'
    | 'T_COMMA'
    | 'T_END'
    | 'error'
  readonly at: number
  readonly text: Bytes
  readonly number: number
}

const PUNCTUATION: Readonly<Record<string, Token['type']>> = {
  '{': 'T_OBJ_BEGIN',
  '}': 'T_OBJ_END',
  '[': 'T_ARR_BEGIN',
  ']': 'T_ARR_END',
  ':': 'T_COLON',
  ',': 'T_COMMA',
  '\0': 'T_END',
}

const PLAIN = /[^"\\\0]+/y

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}

/** Parses JSON as lua-cjson 2.1 does and pushes the value. Raises the errors of lua-cjson. */
export function decodeJson(lua: Lua, settings: JsonSettings, json: Bytes): void {
  if (json.length >= 2 && (json[0] === '\0' || json[1] === '\0'))
    throw new LuaError('JSON parser does not support UTF-16 or UTF-32')
  const decoder = new Decoder(lua, settings, json)
  decoder.value(decoder.next())
  decoder.end()
}

class Decoder {
  #at = 0
  #depth = 0

  constructor(
    readonly lua: Lua,
    readonly settings: JsonSettings,
    readonly json: Bytes,
  ) {}

  /** Pushes the value that starts with the token. */
  value(token: Token): void {
    const { lua } = this
    switch (token.type) {
      case 'T_STRING':
        lua.pushBytes(token.text)
        return
      case 'T_NUMBER':
        lua.pushNumber(token.number)
        return
      case 'T_BOOLEAN':
        lua.pushBoolean(token.text === 'true')
        return
      case 'T_NULL':
        lua.pushLightPointer(0)
        return
      case 'T_OBJ_BEGIN':
        this.#object()
        return
      case 'T_ARR_BEGIN':
        this.#array()
        return
      default:
        throw this.#unexpected('value', token)
    }
  }

  end(): void {
    const token = this.next()
    if (token.type !== 'T_END') throw this.#unexpected('the end', token)
  }

  #unexpected(expected: string, token: Token): LuaError {
    const found = token.type === 'error' ? token.text : token.type
    return new LuaError(`Expected ${expected} but found ${found} at character ${token.at + 1}`)
  }

  #descend(slots: number): void {
    this.#depth++
    if (this.#depth <= this.settings.decodeMaxDepth && this.lua.reserve(slots)) return
    throw new LuaError(`Found too many nested data structures (${this.#depth}) at character ${this.#at}`)
  }

  #object(): void {
    const { lua } = this
    this.#descend(3)
    lua.pushTable()
    let token = this.next()
    while (token.type !== 'T_OBJ_END') {
      if (token.type !== 'T_STRING') throw this.#unexpected('object key string', token)
      lua.pushBytes(token.text)
      token = this.next()
      if (token.type !== 'T_COLON') throw this.#unexpected('colon', token)
      this.value(this.next())
      lua.rawSetTop(-3)
      token = this.next()
      if (token.type === 'T_OBJ_END') break
      if (token.type !== 'T_COMMA') throw this.#unexpected('comma or object end', token)
      token = this.next()
      // A key must follow a comma: `{"a":1,}` fails at the brace.
      if (token.type === 'T_OBJ_END') throw this.#unexpected('object key string', token)
    }
    this.#depth--
  }

  #array(): void {
    const { lua } = this
    this.#descend(2)
    lua.pushTable()
    let token = this.next()
    if (token.type !== 'T_ARR_END') {
      for (let i = 1; ; i++) {
        this.value(token)
        lua.rawSetIndex(-2, i)
        token = this.next()
        if (token.type === 'T_ARR_END') break
        if (token.type !== 'T_COMMA') throw this.#unexpected('comma or array end', token)
        token = this.next()
      }
    }
    this.#depth--
  }

  next(): Token {
    const { json } = this
    while (' \t\n\r'.includes(json[this.#at] ?? '\0')) this.#at++
    const at = this.#at
    const c = json[at] ?? '\0'
    const punctuation = PUNCTUATION[c]
    if (punctuation !== undefined) {
      if (punctuation !== 'T_END') this.#at++
      return { type: punctuation, at, text: '', number: 0 }
    }
    if (c === '"') return this.#string()
    const word = ['true', 'false', 'null'].find((word) => json.startsWith(word, at))
    if (word !== undefined) {
      this.#at += word.length
      return { type: word === 'null' ? 'T_NULL' : 'T_BOOLEAN', at, text: word, number: 0 }
    }
    const invalid = isInvalidNumber(json, at)
    const digits = c === '-' || (c >= '0' && c <= '9')
    if (digits && invalid && !this.settings.decodeInvalid) return this.#error('invalid number', at)
    if (digits || (invalid && this.settings.decodeInvalid)) {
      const number = readNumber(json, at)
      if (number === null) return this.#error('invalid number', at)
      this.#at = number.end
      return { type: 'T_NUMBER', at, text: '', number: number.value }
    }
    return this.#error('invalid token', at)
  }

  #error(text: string, at: number): Token {
    return { type: 'error', at, text, number: 0 }
  }

  #string(): Token {
    const { json } = this
    const start = this.#at
    const out = new Output(this.lua)
    let at = start + 1
    for (;;) {
      const c = json[at] ?? '\0'
      if (c === '"') break
      if (c === '\0') return this.#error('unexpected end of string', at)
      if (c !== '\\') {
        const end = this.#plainEnd(at)
        out.add(json.slice(at, end))
        at = end
        continue
      }
      const escape = json[at + 1] ?? '\0'
      const simple = SIMPLE_ESCAPES[escape]
      if (simple !== undefined) {
        out.add(simple)
        at += 2
      } else if (escape === 'u') {
        const unit = hexUnit(json, at)
        if (unit === null) return this.#error('invalid unicode escape code', at)
        let codePoint = unit
        let length = 6
        if (unit >= 0xd800 && unit <= 0xdfff) {
          const low = unit < 0xdc00 && json[at + 6] === '\\' && json[at + 7] === 'u' ? hexUnit(json, at + 6) : null
          if (low === null || low < 0xdc00 || low > 0xdfff) return this.#error('invalid unicode escape code', at)
          codePoint = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00)
          length = 12
        }
        out.add(utf8(codePoint))
        at += length
      } else {
        return this.#error('invalid escape code', at)
      }
    }
    this.#at = at + 1
    return { type: 'T_STRING', at: start, text: out.text(), number: 0 }
  }

  /** Returns the end of the run of unescaped bytes of a string that starts at `at`. */
  #plainEnd(at: number): number {
    PLAIN.lastIndex = at
    PLAIN.exec(this.json)
    return PLAIN.lastIndex
  }
}

/** Returns the value of the four hexadecimal digits of the `\uXXXX` at `at`; null where they are invalid. */
function hexUnit(json: Bytes, at: number): number | null {
  const digits = json.slice(at + 2, at + 6)
  return /^[0-9a-fA-F]{4}$/.test(digits) ? parseInt(digits, 16) : null
}

/**
 * Returns true for a number that JSON does not allow (hexadecimal, leading zeros, infinity, nan), as lua-cjson tests
 * for it.
 */
function isInvalidNumber(json: Bytes, at: number): boolean {
  if (json[at] === '+') return true
  const rest = json.slice(json[at] === '-' ? at + 1 : at, at + 5).toLowerCase()
  return /^0[x0-9]/.test(rest) || rest.startsWith('inf') || rest.startsWith('nan')
}

/** Returns the UTF-8 bytes of a code point. */
function utf8(codePoint: number): Bytes {
  return fromUint8(new TextEncoder().encode(String.fromCodePoint(codePoint)))
}
