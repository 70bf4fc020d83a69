import { toTextExact, type Bytes } from './bytes'
import type { Span } from './decision'

/** The bytes of a file, with the conversion of byte offsets to UTF-16 offsets in its text. */
export class SourceText {
  /** True for ASCII and for what is not valid UTF-8, which is shown one character per byte; null before it is needed. */
  #isUnitPerByte: boolean | null = null
  /** The last offset that was converted: the next is mostly behind it. */
  #seen = { byte: 0, unit: 0 }

  constructor(
    readonly source: Span['source'],
    readonly bytes: Bytes,
  ) {}

  /** Returns the span of a range of bytes on a line (counted from 1). */
  span(line: number, from: number, to: number): Span {
    return { source: this.source, line, from: this.#unitAt(from), to: this.#unitAt(to) }
  }

  #unitAt(byte: number): number {
    this.#isUnitPerByte ??= [this.bytes, null].includes(toTextExact(this.bytes))
    if (this.#isUnitPerByte) return byte
    let { byte: at, unit } = byte * 2 >= this.#seen.byte ? this.#seen : { byte: 0, unit: 0 }
    for (; at < byte; at++) unit += unitsOf(this.bytes.charCodeAt(at))
    for (; at > byte; at--) unit -= unitsOf(this.bytes.charCodeAt(at - 1))
    this.#seen = { byte, unit }
    return unit
  }
}

/** Returns the UTF-16 units that a byte of UTF-8 stands for: none for continuation bytes, two for the first byte of a surrogate pair. */
function unitsOf(byte: number): number {
  return byte >= 0xf0 ? 2 : (byte & 0xc0) === 0x80 ? 0 : 1
}
