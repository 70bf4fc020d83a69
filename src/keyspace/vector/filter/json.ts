import type { Bytes } from '../../../acl/bytes'
import { isDigit, isSpace, toNumber } from './text'
import type { FilterValue } from './value'

/** Arrays nested more deeply are no values. */
const DEEPEST = 100
/** The most characters of a number that are read. */
const LONGEST_NUMBER = 255

const isNumberChar = (char: string | undefined): boolean => char !== undefined && /^[0-9+\-.eE]$/.test(char)

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' }

/**
 * The fields of a JSON object, as the server's filters find them: from the first character on, as far as the text is well formed,
 * and names compared as they are written. Values are parsed when they are asked for.
 */
export class JsonFields {
  readonly #text: Bytes
  #at = 0
  /** The place where the value of each name starts. */
  readonly #places = new Map<Bytes, number>()

  constructor(text: Bytes) {
    this.#text = text
    this.#findFields()
  }

  /** Returns the value of a field; undefined where it is missing, malformed, or an object. */
  get(name: Bytes): FilterValue | undefined {
    const place = this.#places.get(name)
    if (place === undefined) return undefined
    this.#at = place
    return this.#value(0)
  }

  #findFields(): void {
    this.#skipSpaces()
    if (!this.#takes('{')) return
    do {
      this.#skipSpaces()
      const start = this.#at
      if (!this.#skipString()) return
      const name = this.#text.slice(start + 1, this.#at - 1)
      this.#skipSpaces()
      if (!this.#takes(':')) return
      this.#skipSpaces()
      if (this.#at >= this.#text.length) return
      if (!this.#places.has(name)) this.#places.set(name, this.#at)
      if (!this.#skipValue()) return
      this.#skipSpaces()
    } while (this.#takes(','))
  }

  #peek(): string | undefined {
    return this.#text[this.#at]
  }

  #takes(char: string): boolean {
    if (this.#peek() !== char) return false
    this.#at++
    return true
  }

  #skipSpaces(): void {
    while (isSpace(this.#peek())) this.#at++
  }

  #skipString(): boolean {
    if (!this.#takes('"')) return false
    while (this.#at < this.#text.length) {
      if (this.#takes('"')) return true
      this.#at += this.#peek() === '\\' ? 2 : 1
    }
    return false
  }

  #skipValue(): boolean {
    switch (this.#peek()) {
      case '"':
        return this.#skipString()
      case '{':
        return this.#skipNested('{', '}')
      case '[':
        return this.#skipNested('[', ']')
      case 't':
        return this.#skipWord('true')
      case 'f':
        return this.#skipWord('false')
      case 'n':
        return this.#skipWord('null')
    }
    const start = this.#at
    while (isNumberChar(this.#peek())) this.#at++
    return this.#at > start
  }

  /** Skips to the bracket that closes the one here. Brackets of the other kind do not count. */
  #skipNested(opening: string, closing: string): boolean {
    for (let depth = 0; this.#at < this.#text.length;) {
      const char = this.#peek()
      if (char === '"') {
        if (!this.#skipString()) return false
        continue
      }
      this.#at++
      if (char === opening) depth++
      else if (char === closing && --depth === 0) return true
    }
    return false
  }

  #skipWord(word: string): boolean {
    if (!this.#text.startsWith(word, this.#at)) return false
    this.#at += word.length
    return true
  }

  #value(depth: number): FilterValue | undefined {
    this.#skipSpaces()
    const char = this.#peek()
    if (char === '"') return this.#string()
    if (char === '[') return depth < DEEPEST ? this.#array(depth) : undefined
    if (char === 't') return this.#word('true') ? 1 : undefined
    if (char === 'f') return this.#word('false') ? 0 : undefined
    if (char === 'n') return this.#word('null') ? null : undefined
    return isDigit(char) || char === '-' || char === '+' ? this.#number() : undefined
  }

  /** Takes a word that a delimiter or the end of the text follows. */
  #word(word: string): boolean {
    if (!this.#skipWord(word)) return false
    const next = this.#peek()
    return next === undefined || isSpace(next) || ',]}'.includes(next)
  }

  /** A backslash stands for a line end or tab before n, r and t; before anything else it is dropped. */
  #string(): Bytes | undefined {
    const start = this.#at
    if (!this.#skipString()) return undefined
    return this.#text
      .slice(start + 1, this.#at - 1)
      .replace(/\\([^])/g, (_, escaped: string) => escapes[escaped] ?? escaped)
  }

  #number(): number | undefined {
    const start = this.#at
    while (this.#at - start < LONGEST_NUMBER && isNumberChar(this.#peek())) this.#at++
    return toNumber(this.#text.slice(start, this.#at)) ?? undefined
  }

  #array(depth: number): readonly FilterValue[] | undefined {
    const items: FilterValue[] = []
    this.#at++
    this.#skipSpaces()
    if (this.#takes(']')) return items
    for (;;) {
      const item = this.#value(depth + 1)
      if (item === undefined) return undefined
      items.push(item)
      this.#skipSpaces()
      if (this.#takes(']')) return items
      if (!this.#takes(',')) return undefined
    }
  }
}
