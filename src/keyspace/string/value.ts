import { present } from '../present'
import { fromUint8, toUint8, type Bytes } from '../../acl/bytes'
import type { Behaviours } from '../../targets/behaviours'
import { parseInteger } from '../arguments'
import type { Value } from '../value'

/** Longer strings are `raw` from the start. */
const EMBSTR_LIMIT = 44
/** What a string value weighs besides its bytes. */
const OVERHEAD = 16

/**
 * A string. It is held as bytes, or (once bits or ranges of it are written) as a buffer that grows in place; whichever is asked
 * for is made from the other once.
 */
export class StringValue implements Value {
  readonly type = 'string'
  #bytes: Bytes | null
  #buffer: Uint8Array<ArrayBuffer> | null = null
  #length: number
  /** Written in place, or made by a command that stores it unpacked. */
  #raw: boolean
  /** Looks like an integer, but was stored without looking (INCRBYFLOAT). */
  readonly #isText: boolean

  private constructor(bytes: Bytes, raw: boolean, isText: boolean) {
    this.#bytes = bytes
    this.#length = bytes.length
    this.#raw = raw
    this.#isText = isText
  }

  /** A value as SET stores it: packed as an integer where it is one. */
  static packed(bytes: Bytes): StringValue {
    return new StringValue(bytes, false, false)
  }

  /** A value stored as text whatever it looks like. */
  static text(bytes: Bytes): StringValue {
    return new StringValue(bytes, false, true)
  }

  /** A value as commands make it that write it in place (SETRANGE, SETBIT, BITOP, PFADD). */
  static raw(bytes: Bytes): StringValue {
    return new StringValue(bytes, true, true)
  }

  get length(): number {
    return this.#length
  }

  get byteSize(): number {
    return OVERHEAD + this.#length
  }

  get bytes(): Bytes {
    this.#bytes ??= fromUint8(present(this.#buffer).subarray(0, this.#length))
    return this.#bytes
  }

  /** The bytes to read from; valid until the next change. */
  get view(): Uint8Array {
    this.#buffer ??= toUint8(present(this.#bytes))
    return this.#buffer.subarray(0, this.#length)
  }

  /** The bytes to write to, at least `length` of them (new ones are 0). From here on the value is `raw`. */
  writable(length: number): Uint8Array {
    const old = this.view
    if (length > present(this.#buffer).length) {
      const grown = new Uint8Array(length < 1 << 20 ? 2 * length : length + (1 << 20))
      grown.set(old)
      this.#buffer = grown
    }
    this.#length = Math.max(this.#length, length)
    this.#bytes = null
    this.#raw = true
    return present(this.#buffer).subarray(0, this.#length)
  }

  /** Adds bytes at the end (APPEND). */
  append(bytes: Bytes): void {
    this.#bytes = this.bytes + bytes
    this.#buffer = null
    this.#length += bytes.length
    this.#raw = true
  }

  /** `room`: how long a string may be and still be held in its object; where keys are held there too, it depends on the key. */
  encoding(_?: Behaviours, room = EMBSTR_LIMIT): string {
    if (this.#raw) return 'raw'
    if (!this.#isText && parseInteger(this.bytes) !== null) return 'int'
    return this.#length <= room ? 'embstr' : 'raw'
  }

  copy(): StringValue {
    return new StringValue(this.bytes, this.#raw, this.#isText)
  }
}
