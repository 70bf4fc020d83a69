import type { Bytes } from '../../acl/bytes'
import type { Lua } from './lua'

/** What a piece counts for besides its bytes, so that many short ones are refused before they take long. */
const PIECE_OVERHEAD = 8
/** Pieces are joined when there are so many: a piece costs much more than the bytes it has. */
const PIECES = 4096

/** A byte string that a host function puts together. Its bytes count as held by that function. */
export class Output {
  #joined: Bytes[] = []
  #pieces: Bytes[] = []
  #length = 0

  constructor(readonly lua: Lua) {}

  get length(): number {
    return this.#length
  }

  /** Adds a piece; raises Lua's memory error where it is too much. */
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
  }
}
