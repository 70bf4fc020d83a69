import type { Socket } from 'node:net'
import type { Bytes } from '../acl/bytes'
import { encode, encodePieces, sizeOf } from '../resp/encode'
import type { Reply } from '../resp/reply'

/** The approximate size of the pieces in which replies are written to the socket. */
const PIECE = 64 * 1024
/** The size of a reply after which other clients get their turn. */
const TURN = 1024 * 1024

/** A long reply, encoded while it is sent. */
interface LongReply {
  readonly pieces: Iterator<Bytes, void>
  encoded: number
  readonly held: number
}

/** The replies of a client that its socket has not accepted yet. */
export class Outgoing {
  readonly #socket: Socket
  /** Gathered short replies and long ones, in their order; the latest short ones are in `#text`. */
  readonly #queue: (Bytes | LongReply)[] = []
  #text: Bytes = ''
  #encoded = 0
  #held = 0

  constructor(socket: Socket) {
    this.#socket = socket
  }

  /** Returns true where the socket has been given everything. */
  get isEmpty(): boolean {
    return this.#text === '' && this.#queue.length === 0
  }

  /** The number of bytes still to be sent, including those in the socket's own buffer. */
  get size(): number {
    return this.#encoded + this.#socket.writableLength
  }

  /** The approximate memory in bytes. It is less than `size` where a long reply repeats a value. */
  get held(): number {
    return this.#held + this.#socket.writableLength
  }

  /** Returns true once enough has been gathered to be sent. */
  get isWorthSending(): boolean {
    return this.#encoded >= PIECE
  }

  add(reply: Reply, protocol: 2 | 3): void {
    if (isShort(reply)) {
      const text = encode(reply, protocol)
      this.#text += text
      this.#encoded += text.length
      this.#held += text.length
      return
    }
    if (this.#text !== '') this.#queue.push(this.#text)
    this.#text = ''
    const { encoded, held } = sizeOf(reply, protocol)
    this.#queue.push({ pieces: encodePieces(reply, protocol, PIECE), encoded, held })
    this.#encoded += encoded
    this.#held += held
  }

  /** Drops everything that has not been written to the socket. */
  clear(): void {
    this.#queue.length = 0
    this.#text = ''
    this.#encoded = this.#held = 0
  }

  /**
   * Writes to the socket. Returns `sent` where everything was written, `full` where the client must read first (`drain`
   * follows), and `more` where other clients should get their turn before the rest.
   */
  flush(): 'sent' | 'full' | 'more' {
    if (this.#isFull) return 'full'
    for (let written = 0; !this.isEmpty;) {
      if (written >= TURN) return 'more'
      const piece = this.#shift()
      if (piece === null) continue
      written += piece.length
      this.#socket.write(piece, 'latin1')
      if (this.#isFull) return 'full'
    }
    return 'sent'
  }

  /**
   * Returns true where the socket is full. A socket may ask for a pause although the system has taken everything
   * already.
   */
  get #isFull(): boolean {
    return this.#socket.writableNeedDrain && this.#socket.writableLength > 0
  }

  /** Returns the next piece; null where a long reply had none left. */
  #shift(): Bytes | null {
    const first = this.#queue[0] ?? this.#text
    if (typeof first === 'string') {
      if (this.#queue.length > 0) this.#queue.shift()
      else this.#text = ''
      this.#encoded -= first.length
      this.#held -= first.length
      return first
    }
    const { done, value } = first.pieces.next()
    if (done !== true) {
      this.#encoded -= value.length
      first.encoded -= value.length
      return value
    }
    this.#queue.shift()
    this.#encoded -= first.encoded
    this.#held -= first.held
    return null
  }
}

/** Returns true for a reply that is small enough to encode at once. */
function isShort(reply: Reply): boolean {
  if (typeof reply === 'string') return reply.length < PIECE
  if (typeof reply !== 'object' || reply === null) return true
  if (!('type' in reply)) return reply.length < 16 && reply.every((item) => typeof item !== 'object' && isShort(item))
  switch (reply.type) {
    case 'simple':
    case 'error':
    case 'verbatim':
    case 'raw':
      return reply.text.length < PIECE
    case 'map':
      return false
    case 'set':
    case 'push':
      return reply.items.length < 16 && reply.items.every((item) => typeof item !== 'object' && isShort(item))
    default:
      return true
  }
}
