import type { Bytes } from '../acl/bytes'

/** The longest word that is remembered. */
const LONGEST = 32
/** The number of words that are remembered, a power of two. */
const COUNT = 1024
/** The longest word that is compared byte by byte. */
const SHORT = 12
/** Strings shorter than this are copied when they are cut out of another one. */
const SHORTEST_SLICE = 13

/**
 * Cuts words out of received bytes. Names of commands and keys come again and again: a word that was cut out lately is
 * returned as the same string, whose hash is known already.
 */
export class RecentWords {
  readonly #words = new Array<Bytes>(COUNT).fill('')

  /** Returns the part of a buffer that starts at `from` and is `size` bytes long. */
  cut(buffer: Bytes, from: number, size: number): Bytes {
    if (size === 0 || size > LONGEST) return detached(buffer, from, size)
    const last = from + size - 1
    const sum =
      size +
      149 * buffer.charCodeAt(from) +
      37 * buffer.charCodeAt(last) +
      1031 * buffer.charCodeAt(last - (size >> 2)) +
      7 * buffer.charCodeAt(last - (size >> 1))
    const place = sum & (COUNT - 1)
    const known = this.#words[place]
    if (known !== undefined && known.length === size && isAt(buffer, from, known)) return known
    return (this.#words[place] = detached(buffer, from, size))
  }
}

/** Returns true if a word is at that place of a buffer. For short words this is faster than `startsWith`. */
function isAt(buffer: Bytes, from: number, word: Bytes): boolean {
  if (word.length > SHORT) return buffer.startsWith(word, from)
  for (let i = 0; i < word.length; i++) if (buffer.charCodeAt(from + i) !== word.charCodeAt(i)) return false
  return true
}

/**
 * Cuts a part out of a buffer. JavaScript engines keep the whole buffer alive for a part of it, which would let a client
 * make a short value take 64 kB; a part much shorter than the buffer is copied.
 */
function detached(buffer: Bytes, from: number, size: number): Bytes {
  const to = from + size
  if (size < SHORTEST_SLICE || (size > LONGEST && size * 2 > buffer.length)) return buffer.slice(from, to)
  if (size >= 2 * SHORTEST_SLICE - 1) return ` ${buffer.slice(from, to)}`.slice(1)
  const half = from + (size >> 1)
  return buffer.slice(from, half) + buffer.slice(half, to)
}
