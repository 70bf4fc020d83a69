import type { Bytes } from '../../../acl/bytes'
import { LuaError } from '../lua-errors'

const MOST_CAPTURES = 32
/** The maximum total number of steps of matching one pattern. */
const MOST_STEPS = 20_000_000
/** The maximum recursion depth of the matcher. */
const DEEPEST = 1500

const UNFINISHED = -1
const POSITION = -2

/** A match of a pattern. */
export class Match {
  constructor(
    readonly text: Bytes,
    readonly start: number,
    readonly end: number,
    readonly captures: readonly { readonly from: number; readonly length: number }[],
  ) {}

  get count(): number {
    return this.captures.length
  }

  get whole(): Bytes {
    return this.text.slice(this.start, this.end)
  }

  /** Returns a capture's text, or its position for `()`. Capture 0 of a match without captures is the whole match. */
  capture(index: number): Bytes | number {
    const capture = this.captures[index]
    if (capture === undefined) {
      if (index === 0) return this.whole
      throw new LuaError('invalid capture index')
    }
    if (capture.length === UNFINISHED) throw new LuaError('unfinished capture')
    return capture.length === POSITION ? capture.from + 1 : this.text.slice(capture.from, capture.from + capture.length)
  }
}

/** Lua 5.1's pattern matching over one text, in a bounded number of steps. */
export class LuaPattern {
  readonly anchored: boolean
  readonly pattern: Bytes
  readonly #first: number
  #captures: { from: number; length: number }[] = []
  #steps = 0
  #depth = 0

  constructor(
    readonly text: Bytes,
    pattern: Bytes,
    readonly spend: (steps: number) => void,
    mayAnchor = true,
  ) {
    // Lua 5.1 reads a pattern as a C string.
    this.pattern = pattern.split('\0', 1)[0] ?? ''
    this.anchored = mayAnchor && pattern.startsWith('^')
    this.#first = this.anchored ? 1 : 0
  }

  /** Returns the match that starts at an offset, or null. Raises Lua's errors for malformed patterns. */
  matchAt(start: number): Match | null {
    this.#captures = []
    this.#depth = 0
    const before = this.#steps
    try {
      const end = this.#match(start, this.#first)
      return end === null ? null : new Match(this.text, start, end, this.#captures)
    } finally {
      this.spend(this.#steps - before)
    }
  }

  /** Matches the rest of the pattern from `p` against the text from `s`. Returns the end of the match, or null. */
  #match(s: number, p: number): number | null {
    if (++this.#depth > DEEPEST) throw new LuaError('pattern too complex')
    try {
      return this.#matchHere(s, p)
    } finally {
      this.#depth--
    }
  }

  #matchHere(from: number, at: number): number | null {
    const { pattern, text } = this
    let s = from
    let p = at
    for (;;) {
      if (++this.#steps > MOST_STEPS) throw new LuaError('pattern too complex')
      if (p >= pattern.length) return s
      const c = pattern[p]
      if (c === '(')
        return pattern[p + 1] === ')'
          ? this.#startCapture(s, p + 2, POSITION)
          : this.#startCapture(s, p + 1, UNFINISHED)
      if (c === ')') return this.#endCapture(s, p + 1)
      if (c === '$' && p + 1 === pattern.length) return s === text.length ? s : null
      if (c === '%') {
        const kind = pattern[p + 1] ?? ''
        if (kind === 'b') {
          const end = this.#balance(s, p + 2)
          if (end === null) return null
          s = end
          p += 4
          continue
        }
        if (kind === 'f') {
          const next = this.#frontier(s, p + 2)
          if (next === null) return null
          p = next
          continue
        }
        if (kind >= '0' && kind <= '9') {
          const end = this.#backReference(s, kind)
          if (end === null) return null
          s = end
          p += 2
          continue
        }
      }
      const end = this.#itemEnd(p)
      const suffix = pattern[end]
      if (suffix === '?') {
        if (s < text.length && this.#single(s, p, end)) {
          const rest = this.#match(s + 1, end + 1)
          if (rest !== null) return rest
        }
        p = end + 1
        continue
      }
      if (suffix === '*') return this.#greedy(s, p, end)
      if (suffix === '+') return s < text.length && this.#single(s, p, end) ? this.#greedy(s + 1, p, end) : null
      if (suffix === '-') return this.#lazy(s, p, end)
      if (s >= text.length || !this.#single(s, p, end)) return null
      s++
      p = end
    }
  }

  #startCapture(s: number, p: number, length: number): number | null {
    if (this.#captures.length >= MOST_CAPTURES) throw new LuaError('too many captures')
    const depth = this.#captures.length
    this.#captures.push({ from: s, length })
    const end = this.#match(s, p)
    if (end === null) this.#captures.length = depth
    return end
  }

  #endCapture(s: number, p: number): number | null {
    const open = this.#captures.findLast((capture) => capture.length === UNFINISHED)
    if (open === undefined) throw new LuaError('invalid pattern capture')
    open.length = s - open.from
    const end = this.#match(s, p)
    if (end === null) open.length = UNFINISHED
    return end
  }

  #backReference(s: number, digit: string): number | null {
    const capture = this.#captures[Number(digit) - 1]
    if (capture === undefined || capture.length === UNFINISHED) throw new LuaError('invalid capture index')
    if (capture.length === POSITION) return null
    return this.text.startsWith(this.text.slice(capture.from, capture.from + capture.length), s)
      ? s + capture.length
      : null
  }

  #balance(s: number, p: number): number | null {
    const open = this.pattern[p]
    const close = this.pattern[p + 1]
    if (open === undefined || close === undefined) throw new LuaError('unbalanced pattern')
    if (this.text[s] !== open) return null
    let depth = 1
    for (let i = s + 1; i < this.text.length; i++) {
      this.#steps++
      const c = this.text[i]
      if (c === close) {
        if (--depth === 0) return i + 1
      } else if (c === open) depth++
    }
    return null
  }

  /** Matches `%f[set]`, a transition from outside the set to inside. Returns the offset of the next item, or null. */
  #frontier(s: number, p: number): number | null {
    if (this.pattern[p] !== '[') throw new LuaError("missing '[' after '%f' in pattern")
    const end = this.#itemEnd(p)
    const before = s === 0 ? 0 : this.text.charCodeAt(s - 1)
    const here = s < this.text.length ? this.text.charCodeAt(s) : 0
    return !this.#inSet(before, p, end - 1) && this.#inSet(here, p, end - 1) ? end : null
  }

  #greedy(s: number, p: number, end: number): number | null {
    let i = 0
    while (s + i < this.text.length && this.#single(s + i, p, end)) i++
    for (; i >= 0; i--) {
      const rest = this.#match(s + i, end + 1)
      if (rest !== null) return rest
    }
    return null
  }

  #lazy(from: number, p: number, end: number): number | null {
    for (let s = from; ; s++) {
      const rest = this.#match(s, end + 1)
      if (rest !== null) return rest
      if (s >= this.text.length || !this.#single(s, p, end)) return null
    }
  }

  /** Returns the end of the single-character item at `p`. */
  #itemEnd(p: number): number {
    const { pattern } = this
    const c = pattern[p]
    if (c === '%') {
      if (p + 1 >= pattern.length) throw new LuaError("malformed pattern (ends with '%')")
      return p + 2
    }
    if (c !== '[') return p + 1
    let at = p + 1
    if (pattern[at] === '^') at++
    do {
      if (at >= pattern.length) throw new LuaError("malformed pattern (missing ']')")
      // A `]` in the first position is literal.
      if (pattern[at++] === '%' && at < pattern.length) at++
    } while (pattern[at] !== ']')
    return at + 1
  }

  #single(s: number, p: number, end: number): boolean {
    this.#steps++
    const code = this.text.charCodeAt(s)
    switch (this.pattern[p]) {
      case '.':
        return true
      case '%':
        return inClass(code, this.pattern[p + 1] ?? '')
      case '[':
        return this.#inSet(code, p, end - 1)
      default:
        return this.pattern.charCodeAt(p) === code
    }
  }

  /** Returns true for a character in the set between `[` at `p` and `]` at `last`. */
  #inSet(code: number, p: number, last: number): boolean {
    const { pattern } = this
    const negated = pattern[p + 1] === '^'
    for (let i = p + (negated ? 2 : 1); i < last; i++) {
      this.#steps++
      if (pattern[i] === '%') {
        i++
        if (inClass(code, pattern[i] ?? '')) return !negated
      } else if (pattern[i + 1] === '-' && i + 2 < last) {
        if (pattern.charCodeAt(i) <= code && code <= pattern.charCodeAt(i + 2)) return !negated
        i += 2
      } else if (pattern.charCodeAt(i) === code) return !negated
    }
    return negated
  }
}

const isLetter = (c: number): boolean => (c >= 65 && c <= 90) || (c >= 97 && c <= 122)
const isDigit = (c: number): boolean => c >= 48 && c <= 57

const CLASSES: Readonly<Record<string, (c: number) => boolean>> = {
  a: isLetter,
  c: (c) => c < 32 || c === 127,
  d: isDigit,
  l: (c) => c >= 97 && c <= 122,
  p: (c) => c > 32 && c < 127 && !isLetter(c) && !isDigit(c),
  s: (c) => c === 32 || (c >= 9 && c <= 13),
  u: (c) => c >= 65 && c <= 90,
  w: (c) => isLetter(c) || isDigit(c),
  x: (c) => isDigit(c) || (c >= 65 && c <= 70) || (c >= 97 && c <= 102),
  z: (c) => c === 0,
}

/** Tests a character for `%a`, `%A`, …: a class or its complement. Other letters are literal. */
function inClass(code: number, letter: string): boolean {
  const test = CLASSES[letter.toLowerCase()]
  if (test === undefined || !isLetter(letter.charCodeAt(0))) return letter.charCodeAt(0) === code
  return test(code) === letter >= 'a'
}
