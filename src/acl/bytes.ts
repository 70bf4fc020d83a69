import { commonHead, commonTail } from './common'

/**
 * Byte strings. Redis compares bytes, so names, keys, patterns and values are held as strings with one JavaScript
 * character a byte (code units 0 to 255). Text (UTF-16) is converted at the edges only.
 */
export type Bytes = string

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The code units that the platform's encoder takes at a time. */
const PIECE = 16_384
const encoded = new Uint8Array(PIECE)

/** Returns true if every character is below 128, so that text and bytes are the same string. */
function isAscii(s: string): boolean {
  let i = 0
  // The platform's encoder is many times as quick as a loop. All but ASCII takes more bytes than code units.
  for (; i + PIECE <= s.length; i += PIECE)
    if (encoder.encodeInto(s.slice(i, i + PIECE), encoded).read !== PIECE) return false
  for (; i < s.length; i++) if (s.charCodeAt(i) > 127) return false
  return true
}

/** Converts text to the bytes of its UTF-8 form. A lone surrogate becomes U+FFFD, as in UTF-8 encoders. */
export function fromText(text: string): Bytes {
  return isAscii(text) ? text : fromUint8(encoder.encode(text))
}

/** Converts text that changes little from one time to the next: only what changed is examined. */
export class TextConverter {
  /** The last text, where it was the same as its bytes. */
  #ascii = ''

  /** Same as `fromText`. */
  fromText(text: string): Bytes {
    const head = commonHead(this.#ascii, text)
    const tail = commonTail(this.#ascii, text, Math.min(this.#ascii.length, text.length) - head)
    const bytes = isAscii(text.slice(head, text.length - tail)) ? text : fromText(text)
    this.#ascii = bytes === text ? text : ''
    return bytes
  }
}

/** Converts bytes to text; null if they are not valid UTF-8. */
export function toTextExact(bytes: Bytes): string | null {
  if (isAscii(bytes)) return bytes
  try {
    return decoder.decode(toUint8(bytes))
  } catch {
    return null
  }
}

/** Converts bytes to text for display; bytes that are not valid UTF-8 become one character per byte. */
export function toText(bytes: Bytes): string {
  return toTextExact(bytes) ?? bytes
}

/** The platform's own conversion of long arrays; null if it has none. */
let platformDecoder: ((array: Uint8Array) => Bytes) | null = null

/** Sets the platform's own conversion from ISO 8859-1, which is faster for long arrays. */
export function provideDecoder(decode: (array: Uint8Array) => Bytes): void {
  platformDecoder = decode
}

/** Converts a byte array of any length to bytes. */
export function fromUint8(array: Uint8Array): Bytes {
  if (platformDecoder !== null && array.length > 256) return platformDecoder(array)
  let out = ''
  // apply is five times as fast as a spread here; it accepts any list of numbers, whatever its type says.
  for (let i = 0; i < array.length; i += 8192)
    out += String.fromCharCode.apply(null, array.subarray(i, i + 8192) as unknown as number[])
  return out
}

/** Converts bytes to a new byte array. */
export function toUint8(bytes: Bytes): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(bytes.length)
  for (let i = 0; i < bytes.length; i++) out[i] = bytes.charCodeAt(i)
  return out
}

/** The length up to which a loop is faster than the engine's own search. */
const SHORT = 32

/** Converts A to Z to lower case, as C's tolower does in the "C" locale; every other byte stays. */
export function lower(bytes: Bytes): Bytes {
  if (bytes.length > SHORT) return isAscii(bytes) ? bytes.toLowerCase() : lowerLetters(bytes)
  let upper = false
  for (let i = 0; i < bytes.length; i++) {
    const code = bytes.charCodeAt(i)
    if (code > 127) return lowerLetters(bytes)
    if (code >= 65 && code <= 90) upper = true
  }
  return upper ? bytes.toLowerCase() : bytes
}

const lowerLetters = (bytes: Bytes): Bytes => bytes.replace(/[A-Z]+/g, (s) => s.toLowerCase())

/** Compares bytes as memcmp does: negative, zero or positive. */
export function compareBytes(a: Bytes, b: Bytes): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Removes these characters from the end of a text, in time proportional to their number. */
export function trimEndOf(text: Bytes, characters: string): Bytes {
  let end = text.length
  while (end > 0 && characters.includes(text[end - 1] ?? '')) end--
  return end === text.length ? text : text.slice(0, end)
}

/** Removes these characters from both ends of a text. A regular expression such as `/ +$/` would be quadratic in a run of blanks inside. */
export function trimOf(text: Bytes, characters: string): Bytes {
  const cut = trimEndOf(text, characters)
  let start = 0
  while (start < cut.length && characters.includes(cut[start] ?? '')) start++
  return start === 0 ? cut : cut.slice(start)
}
