import type { Bytes } from '../../acl/bytes'
import type { Lua } from './lua'

/** The overhead of a piece, in bytes, so that many short ones reach the limit early. */
const PIECE_OVERHEAD = 8
/** The number of pieces at which they are joined: a piece costs much more than its bytes. */
const PIECES = 4096

/** A byte string built by a host function. Its bytes count as held by that function. */
export class Output {
  #joined: Bytes[] = []
  #pieces: Bytes[] = []
  #length = 0

  constructor(readonly lua: Lua) {}

  get length(): number {
    return this.#length
  }

  /** Appends a piece. Raises Lua's memory error beyond the limit. */
  add(piece: Bytes): void {
    this.lua.hold(piece.length + PIECE_OVERHEAD)
    this.#length += piece.length
    this.#pieces.push(piece)
    if (this.#pieces.length >= PIECES) this.#join()
  }

  text(): Bytes {
    this.#join()
    return this.#joined.join('')
  }

  #join(): void {
    this.#joined.push(this.#pieces.join(''))
    this.#pieces = []
    this.lua.spend(PIECES)
    this.lua.checkTime()
  }
}
