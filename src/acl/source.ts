import { toTextExact, type Bytes } from './bytes'
import type { Span } from './decision'

/** A file's bytes, and where a byte is in the file's text, in UTF-16 units. */
export class SourceText {
  readonly #text: string | null
  /** The last place asked for: places are mostly asked for in order. */
  #seen = { byte: 0, unit: 0 }

  constructor(
    readonly source: Span['source'],
    readonly bytes: Bytes,
  ) {
    const text = toTextExact(bytes)
    this.#text = text === bytes ? null : text
  }

  /** The span of a range of bytes on a line (counted from 1). */
  span(line: number, from: number, to: number): Span {
    return { source: this.source, line, from: this.#unitAt(from), to: this.#unitAt(to) }
  }

  /** A text that is not valid UTF-8 is shown one character a byte, so that places are the same. */
  #unitAt(byte: number): number {
    if (this.#text === null) return byte
    let { byte: at, unit } = byte * 2 >= this.#seen.byte ? this.#seen : { byte: 0, unit: 0 }
    for (; at < byte; at++) unit += unitsOf(this.bytes.charCodeAt(at))
    for (; at > byte; at--) unit -= unitsOf(this.bytes.charCodeAt(at - 1))
    this.#seen = { byte, unit }
    return unit
  }
}

/** The UTF-16 units that a byte of UTF-8 stands for: continuation bytes none, the first byte of a surrogate pair two. */
function unitsOf(byte: number): number {
  return byte >= 0xf0 ? 2 : (byte & 0xc0) === 0x80 ? 0 : 1
}
