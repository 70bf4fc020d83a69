import type { Bytes } from '../../../acl/bytes'

/** A set of bytes. */
export type ByteSet = (byte: number) => boolean

/** A place in a text, which matches without a byte. */
export type Anchor = 'start' | 'end' | 'boundary' | 'inside' | 'word-start' | 'word-end'

/** A regular expression. */
export type Node =
  | { readonly kind: 'byte'; readonly matches: ByteSet }
  | { readonly kind: 'anchor'; readonly anchor: Anchor }
  | { readonly kind: 'sequence'; readonly parts: readonly Node[] }
  | { readonly kind: 'choice'; readonly options: readonly Node[] }
  | { readonly kind: 'repeat'; readonly node: Node; readonly least: number; readonly most: number }

/** Thrown for a text that is no regular expression; caught by `compileRegex`. */
export class RegexProblem extends Error {}

const MOST_REPETITIONS = 255
const DEEPEST = 250

const between = (low: string, high: string): ByteSet => {
  const [from, to] = [low.charCodeAt(0), high.charCodeAt(0)]
  return (byte) => byte >= from && byte <= to
}
const either =
  (...sets: readonly ByteSet[]): ByteSet =>
  (byte) =>
    sets.some((matches) => matches(byte))
const not =
  (set: ByteSet): ByteSet =>
  (byte) =>
    !set(byte)
const oneOf =
  (chars: string): ByteSet =>
  (byte) =>
    chars.includes(String.fromCharCode(byte))

const lower = between('a', 'z')
const upper = between('A', 'Z')
const digit = between('0', '9')
const space = oneOf(' \t\n\v\f\r')
export const word: ByteSet = either(lower, upper, digit, oneOf('_'))
const graphic = between('!', '~')

const classes: Readonly<Record<string, ByteSet>> = {
  alpha: either(lower, upper),
  lower,
  upper,
  digit,
  alnum: either(lower, upper, digit),
  space,
  blank: oneOf(' \t'),
  cntrl: (byte) => byte < 32 || byte === 127,
  graph: graphic,
  print: between(' ', '~'),
  punct: (byte) => graphic(byte) && !either(lower, upper, digit)(byte),
  xdigit: either(digit, between('a', 'f'), between('A', 'F')),
}
const escapedSets: Readonly<Record<string, ByteSet>> = {
  w: word,
  W: not(word),
  s: space,
  S: not(space),
  d: digit,
  D: not(digit),
}
const escapedBytes: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f', a: '\x07', e: '\x1b' }
const escapedAnchors: Readonly<Record<string, Anchor>> = {
  b: 'boundary',
  B: 'inside',
  '<': 'word-start',
  '>': 'word-end',
}

/** Parses an extended regular expression. Throws RegexProblem. */
export function parseRegex(text: Bytes, ignoresCase: boolean): Node {
  return new Parser(text, ignoresCase).parse()
}

class Parser {
  readonly #text: Bytes
  readonly #ignoresCase: boolean
  #at = 0
  #depth = 0

  constructor(text: Bytes, ignoresCase: boolean) {
    this.#text = text
    this.#ignoresCase = ignoresCase
  }

  parse(): Node {
    const node = this.#choice()
    if (this.#at < this.#text.length) throw new RegexProblem("Missing ')'")
    return node
  }

  #peek(): string | undefined {
    return this.#text[this.#at]
  }

  #takes(char: string): boolean {
    if (this.#peek() !== char) return false
    this.#at++
    return true
  }

  #choice(): Node {
    const options = [this.#sequence()]
    while (this.#takes('|')) options.push(this.#sequence())
    return options.length === 1 ? (options[0] ?? empty) : { kind: 'choice', options }
  }

  #sequence(): Node {
    const parts: Node[] = []
    for (let char = this.#peek(); char !== undefined && char !== '|'; char = this.#peek()) {
      if (char === ')' && this.#depth > 0) break
      parts.push(this.#repeated(this.#atom()))
    }
    return { kind: 'sequence', parts }
  }

  #repeated(atom: Node): Node {
    let node = atom
    for (;;) {
      if (this.#takes('*')) node = { kind: 'repeat', node, least: 0, most: Infinity }
      else if (this.#takes('+')) node = { kind: 'repeat', node, least: 1, most: Infinity }
      else if (this.#takes('?')) node = { kind: 'repeat', node, least: 0, most: 1 }
      else if (this.#takes('{')) node = { kind: 'repeat', node, ...this.#bounds() }
      else return node
    }
  }

  #bounds(): { readonly least: number; readonly most: number } {
    const end = this.#text.indexOf('}', this.#at)
    if (end < 0) throw new RegexProblem("Missing '}'")
    const [, low = '', comma, high = ''] = /^([0-9]*)(,?)([0-9]*)$/.exec(this.#text.slice(this.#at, end)) ?? []
    if (comma === undefined || (low === '' && high === '')) throw new RegexProblem('Invalid contents of {}')
    const least = Number(low)
    const most = comma === '' ? least : high === '' ? Infinity : Number(high)
    if (least > MOST_REPETITIONS || (most > MOST_REPETITIONS && most !== Infinity) || most < least)
      throw new RegexProblem('Invalid contents of {}')
    this.#at = end + 1
    return { least, most }
  }

  #atom(): Node {
    const char = this.#text[this.#at++] ?? ''
    switch (char) {
      case '(':
        return this.#group()
      case '[':
        return this.#bracket()
      case '.':
        return { kind: 'byte', matches: () => true }
      case '^':
        return { kind: 'anchor', anchor: 'start' }
      case '$':
        return { kind: 'anchor', anchor: 'end' }
      case '\\':
        return this.#escape()
      case '*':
      case '+':
      case '?':
      case '{':
        throw new RegexProblem('Invalid use of repetition operators')
    }
    return this.#byte(char)
  }

  #group(): Node {
    if (++this.#depth > DEEPEST) throw new RegexProblem('Out of memory')
    const node = this.#choice()
    if (!this.#takes(')')) throw new RegexProblem("Missing ')'")
    this.#depth--
    return node
  }

  #byte(char: string): Node {
    return { kind: 'byte', matches: this.#folded(oneOf(char)) }
  }

  /** Returns a set that has both cases of its letters, where case is ignored. */
  #folded(set: ByteSet): ByteSet {
    if (!this.#ignoresCase) return set
    return (byte) => set(byte) || (lower(byte) && set(byte - 32)) || (upper(byte) && set(byte + 32))
  }

  #escape(): Node {
    const char = this.#text[this.#at++]
    if (char === undefined) throw new RegexProblem('Trailing backslash')
    if (/[1-9]/.test(char)) throw new RegexProblem(BACK_REFERENCE)
    const set = escapedSets[char]
    if (set !== undefined) return { kind: 'byte', matches: set }
    const anchor = escapedAnchors[char]
    if (anchor !== undefined) return { kind: 'anchor', anchor }
    return this.#byte(char === 'x' ? this.#hexadecimal() : (escapedBytes[char] ?? char))
  }

  /** `\xHH` or `\x{H…}`. */
  #hexadecimal(): string {
    const rest = this.#text.slice(this.#at, this.#at + 12)
    const [all = '', braced, plain] = /^\{([0-9a-f]{0,8})\}|^([0-9a-f]{0,2})/i.exec(rest) ?? []
    if (rest.startsWith('{') && braced === undefined) throw new RegexProblem("Missing '}'")
    this.#at += all.length
    return String.fromCharCode(parseInt(braced ?? plain ?? '', 16) & 255)
  }

  #bracket(): Node {
    const negated = this.#takes('^')
    const sets: ByteSet[] = []
    for (let first = true; first || this.#peek() !== ']'; first = false) {
      if (this.#at >= this.#text.length) throw new RegexProblem("Missing ']'")
      sets.push(this.#bracketItem())
    }
    this.#at++
    const set = this.#folded(either(...sets))
    return { kind: 'byte', matches: negated ? not(set) : set }
  }

  #bracketItem(): ByteSet {
    const [named, name = ''] = /^\[:([a-z]*):\]/.exec(this.#text.slice(this.#at, this.#at + 16)) ?? []
    if (named !== undefined) {
      this.#at += named.length
      return classes[name] ?? fail('Unknown character class name')
    }
    if (/^\[[.=]/.test(this.#text.slice(this.#at, this.#at + 2))) fail('Unknown collating element')
    const low = this.#text[this.#at++] ?? ''
    const high = this.#text[this.#at + 1]
    if (this.#peek() !== '-' || high === undefined || high === ']') return oneOf(low)
    this.#at += 2
    return low <= high ? between(low, high) : fail('Invalid character range')
  }
}

const empty: Node = { kind: 'sequence', parts: [] }

/** The problem of an expression with `\1`, which the server rejects in words of its own. */
export const BACK_REFERENCE = 'back reference'

function fail(text: string): never {
  throw new RegexProblem(text)
}
