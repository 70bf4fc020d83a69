import { fromUint8, type Bytes } from '../../acl/bytes'
import { error, simple, type Reply } from '../../resp/reply'

/** The limits of a reply. A server that exceeds them, or sends anything but RESP2, is not trusted any further. */
const replyLimits = {
  /** Bytes of a whole reply. */
  bytes: 32 * 1024 * 1024,
  /** Elements of a whole reply. */
  elements: 1_000_000,
  depth: 16,
  /** Bytes of a line: a length, an error, a simple string. */
  line: 256 * 1024,
}

/** Thrown for bytes that are no RESP2 reply, or one beyond the limits. */
export class NotAReply extends Error {}

const LF = 10

/** Parses RESP2 replies from chunks of any size, in time proportional to their length and within limits. */
export class ReplyReader {
  readonly #onReply: (reply: Reply) => void
  /** Received bytes that are not parsed yet. */
  #chunks: Uint8Array[] = []
  #length = 0
  /** The number of unparsed bytes from which parsing can go on. */
  #needed = 1
  readonly #open: { readonly items: Reply[]; readonly length: number }[] = []
  #bytes = 0
  #elements = 0
  /** True while the rest of a line that is too long is dropped. */
  #isDropping = false

  /**
   * @param onReply called with each reply
   * @param onLongLine called for a simple string beyond the limit, which is dropped; absent: it ends the connection
   */
  constructor(
    onReply: (reply: Reply) => void,
    readonly onLongLine?: () => void,
    readonly limits = replyLimits,
  ) {
    this.#onReply = onReply
  }

  /** True where nothing has arrived that is not parsed yet. */
  get isEmpty(): boolean {
    return this.#length === 0
  }

  /** Parses what has arrived. Throws NotAReply; the reader cannot be used afterwards. */
  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk)
    this.#length += chunk.length
    if (this.#length < this.#needed) return
    const buffer = Buffer.concat(this.#chunks, this.#length)
    let at = 0
    for (let end = this.#parse(buffer, at); end >= 0; end = this.#parse(buffer, at)) at = end
    // A copy, so that the whole chunk is not held for the sake of its end.
    this.#chunks = at === buffer.length ? [] : [Buffer.from(buffer.subarray(at))]
    this.#length = buffer.length - at
  }

  /** Parses one element. Returns the place after it, or -1 where it is not complete. */
  #parse(buffer: Buffer, at: number): number {
    this.#needed = 1
    if (at >= buffer.length) return -1
    const end = buffer.indexOf(LF, at)
    if (this.#isDropping) {
      this.#isDropping = end < 0
      return end < 0 ? buffer.length : end + 1
    }
    if ((end < 0 ? buffer.length : end) - at > this.limits.line) return this.#dropLine(buffer, at, end)
    if (end < 0) {
      if (!'+-:$*'.includes(String.fromCharCode(buffer[at] ?? 0))) throw new NotAReply('unknown type')
      this.#needed = buffer.length - at + 1
      return -1
    }
    const line = fromUint8(buffer.subarray(at, end))
    if (!line.endsWith('\r')) throw new NotAReply('line end')
    const text = line.slice(1, -1)
    switch (line[0]) {
      case '+':
        return this.#add(simple(text), at, end + 1)
      case '-':
        return this.#add(error(text), at, end + 1)
      case ':':
        return this.#add(integerOf(text), at, end + 1)
      case '$':
        return this.#parseString(buffer, at, end + 1, lengthOf(text, this.limits.bytes))
      case '*':
        return this.#parseArray(at, end + 1, lengthOf(text, this.limits.elements))
      default:
        throw new NotAReply('unknown type')
    }
  }

  #dropLine(buffer: Buffer, at: number, end: number): number {
    if (this.onLongLine === undefined || buffer[at] !== 43 || this.#open.length > 0) throw new NotAReply('long line')
    this.onLongLine()
    this.#isDropping = end < 0
    return end < 0 ? buffer.length : end + 1
  }

  #parseString(buffer: Buffer, at: number, from: number, length: number): number {
    if (length < 0) return this.#add(null, at, from)
    const to = from + length
    if (buffer.length < to + 2) {
      this.#count(0, to - at)
      this.#needed = to + 2 - at
      return -1
    }
    if (buffer[to] !== 13 || buffer[to + 1] !== LF) throw new NotAReply('string end')
    return this.#add(fromUint8(buffer.subarray(from, to)), at, to + 2)
  }

  #parseArray(at: number, end: number, length: number): number {
    if (length < 0) return this.#add(null, at, end)
    if (length === 0) return this.#add([], at, end)
    if (this.#open.length >= this.limits.depth) throw new NotAReply('depth')
    this.#bytes += end - at
    this.#count(length, 0)
    // The array grows with what arrives, whatever length was announced.
    this.#open.push({ items: [], length })
    return end
  }

  /** Adds a complete element to the array that is being read, or delivers it. */
  #add(element: Reply, at: number, end: number): number {
    this.#bytes += end - at
    this.#count(0, 0)
    let done = element
    for (let array = this.#open.at(-1); array !== undefined; array = this.#open.at(-1)) {
      array.items.push(done)
      if (array.items.length < array.length) return end
      this.#open.pop()
      done = array.items
    }
    this.#bytes = 0
    this.#elements = 0
    this.#onReply(done)
    return end
  }

  /** Counts announced elements, and checks the limits with so many bytes more. */
  #count(elements: number, bytes: number): void {
    this.#elements += elements
    if (this.#elements > this.limits.elements || this.#bytes + bytes > this.limits.bytes)
      throw new NotAReply('too long')
  }
}

function integerOf(text: Bytes): number | bigint {
  if (!/^[-+]?\d{1,20}$/.test(text)) throw new NotAReply('integer')
  const number = Number(text)
  return Number.isSafeInteger(number) ? number : BigInt(text)
}

function lengthOf(text: Bytes, most: number): number {
  if (!/^(?:-1|\d{1,10})$/.test(text)) throw new NotAReply('length')
  const length = Number(text)
  if (length > most) throw new NotAReply('too long')
  return length
}
