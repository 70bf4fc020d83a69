import { present } from '../present'
import { fromUint8, toUint8, type Bytes } from '../../acl/bytes'
import type { Behaviours } from '../../targets/behaviours'
import { parseInteger } from '../arguments'
import type { Value } from '../value'

/** Longer strings are `raw` from the start. */
const EMBSTR_LIMIT = 44
/** Memory counted for a string besides its bytes. */
const OVERHEAD = 16

/**
 * A string, held as bytes, or as a buffer that grows in place once bits or ranges of it are written. Each form is
 * created from the other on demand.
 */
export class StringValue implements Value {
  readonly type = 'string'
  #bytes: Bytes | null
  #buffer: Uint8Array<ArrayBuffer> | null = null
  #length: number
  /** True once the string was written in place, or if the command that made it stores strings unpacked. */
  #raw: boolean
  /** True if the string stays text even when it looks like an integer (INCRBYFLOAT). */
  readonly #isText: boolean

  private constructor(bytes: Bytes, raw: boolean, isText: boolean) {
    this.#bytes = bytes
    this.#length = bytes.length
    this.#raw = raw
    this.#isText = isText
  }

  /** Creates a value as SET does: packed as an integer if it is one. */
  static packed(bytes: Bytes): StringValue {
    return new StringValue(bytes, false, false)
  }

  /** Creates a value that stays text even if it looks like an integer. */
  static text(bytes: Bytes): StringValue {
    return new StringValue(bytes, false, true)
  }

  /** Creates a value as commands that write in place do (SETRANGE, SETBIT, BITOP, PFADD). */
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

  /** Returns the bytes to write to, grown with zeros to at least `length`. The value becomes `raw`. */
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

  /** Appends bytes (APPEND). */
  append(bytes: Bytes): void {
    this.#bytes = this.bytes + bytes
    this.#buffer = null
    this.#length += bytes.length
    this.#raw = true
  }

  /**
   * `room` is the length up to which a string is embedded in its object. It depends on the key where the object holds
   * the key too.
   */
  encoding(_?: Behaviours, room = EMBSTR_LIMIT): string {
    if (this.#raw) return 'raw'
    if (!this.#isText && parseInteger(this.bytes) !== null) return 'int'
    return this.#length <= room ? 'embstr' : 'raw'
  }

  copy(): StringValue {
    return new StringValue(this.bytes, this.#raw, this.#isText)
  }
}
