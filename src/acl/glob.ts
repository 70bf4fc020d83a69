import type { Bytes } from './bytes'

/** A compiled pattern. */
export interface Glob {
  readonly pattern: Bytes
  /** Returns true if the whole of `text` matches. Takes at worst pattern × text steps and constant memory. */
  matches(text: Bytes): boolean
}

/** Codes in a compiled pattern that are no bytes; a class is CLASS + its index. */
const ANY = 256
const STAR = 257
const CLASS = 258

/** The most stars with something behind them that Redis matches: its matcher recurses once per star. */
const MAX_STARS = 1000

/**
 * Compiles a pattern that matches as Redis's `stringmatchlen` does, byte for byte: `*`, `?`, `[abc]`, `[^a-z]` (bounds
 * in either order, compared as signed characters), `\` before any byte, a class that is never closed (it ends with the
 * pattern), `[]` (matches nothing) and `[^]` (matches any byte). An empty text is matched by the empty pattern only,
 * not even by `*`. Never throws.
 */
export function compileGlob(pattern: Bytes): Glob {
  const special = pattern.search(/[*?[\\]/)
  if (special < 0) return new Literal(pattern)
  if (special === pattern.length - 1 && pattern[special] === '*') return new Prefix(pattern)
  return new General(pattern)
}

class Literal implements Glob {
  constructor(readonly pattern: Bytes) {}

  matches(text: Bytes): boolean {
    return text === this.pattern
  }
}

/** `prefix*`, and `*` itself. */
class Prefix implements Glob {
  readonly #prefix: Bytes

  constructor(readonly pattern: Bytes) {
    this.#prefix = pattern.slice(0, -1)
  }

  matches(text: Bytes): boolean {
    return text.length > 0 && text.startsWith(this.#prefix)
  }
}

class General implements Glob {
  readonly #codes: readonly number[]
  readonly #classes: readonly Uint8Array[]
  readonly #hopeless: boolean
  /** The length of the shortest text that can match. */
  readonly #shortest: number

  constructor(readonly pattern: Bytes) {
    const { codes, classes, stars } = compile(pattern)
    this.#codes = codes
    this.#classes = classes
    this.#shortest = codes.length - stars
    this.#hopeless = stars - (codes[codes.length - 1] === STAR ? 1 : 0) > MAX_STARS
  }

  /**
   * Backtracks to the last star only: whatever an earlier star could match instead, the later one can too, since
   * everything between two stars has a fixed length.
   */
  matches(text: Bytes): boolean {
    const codes = this.#codes
    const classes = this.#classes
    if (text.length === 0 || this.#hopeless) return false
    if (text.length < this.#shortest) return false
    let at = 0
    let star = -1
    let starAt = 0
    let p = 0
    while (at < text.length) {
      const code = codes[p]
      if (code === STAR) {
        if (p === codes.length - 1) return true
        star = p++
        starAt = at
        continue
      }
      if (code !== undefined) {
        const byte = text.charCodeAt(at)
        if (code === byte || code === ANY || (code >= CLASS && classes[code - CLASS]?.[byte] === 1)) {
          p++
          at++
          continue
        }
      }
      if (star < 0) return false
      at = ++starAt
      p = star + 1
    }
    return p === codes.length || (p === codes.length - 1 && codes[p] === STAR)
  }
}

/** The class that is being read: most of a pattern with many are the same. */
const scratch = new Uint8Array(256)

/** Stops at the star that is one too many for the pattern to match anything. */
function compile(pattern: Bytes): { codes: number[]; classes: Uint8Array[]; stars: number } {
  const codes: number[] = []
  const classes: Uint8Array[] = []
  const known = new Map<Bytes, number>()
  let stars = 0
  for (let i = 0; i < pattern.length && stars < MAX_STARS + 2; i++) {
    const c = pattern.charCodeAt(i)
    if (c === 42 /* * */) {
      if (codes[codes.length - 1] === STAR) continue
      codes.push(STAR)
      stars++
    } else if (c === 63 /* ? */) {
      codes.push(ANY)
    } else if (c === 91 /* [ */) {
      const from = i
      i = readClass(pattern, from + 1, scratch.fill(0))
      const text = pattern.slice(from, i + 1)
      const same = known.get(text)
      codes.push(CLASS + (same ?? classes.length))
      if (same !== undefined) continue
      known.set(text, classes.length)
      classes.push(scratch.slice())
    } else {
      if (c === 92 /* \ */ && i + 1 < pattern.length) i++
      codes.push(pattern.charCodeAt(i))
    }
  }
  return { codes, classes, stars }
}

/** Parses a class from just after its `[` into a set of bytes; returns the index of its `]`, or of the pattern's last byte. */
function readClass(pattern: Bytes, from: number, set: Uint8Array): number {
  let i = from
  const negated = pattern[i] === '^'
  if (negated) i++
  for (; i < pattern.length && pattern[i] !== ']'; i++) {
    const left = pattern.length - i
    if (pattern[i] === '\\' && left >= 2) set[pattern.charCodeAt(++i)] = 1
    else if (left >= 3 && pattern[i + 1] === '-') {
      addRange(set, pattern.charCodeAt(i), pattern.charCodeAt(i + 2))
      i += 2
    } else set[pattern.charCodeAt(i)] = 1
  }
  if (negated) for (let byte = 0; byte < 256; byte++) set[byte] = set[byte] === 1 ? 0 : 1
  return Math.min(i, pattern.length - 1)
}

/** C's plain `char` is signed where the servers run: bytes from 128 up come before 0. */
function addRange(set: Uint8Array, a: number, b: number): void {
  const x = (a << 24) >> 24
  const y = (b << 24) >> 24
  for (let c = Math.min(x, y); c <= Math.max(x, y); c++) set[c & 255] = 1
}
