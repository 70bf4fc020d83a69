import type { Bytes } from '../../../acl/bytes'
import { isDigit, isLetter, isSpace, toNumber } from './text'
import type { FilterValue } from './value'

export type Operator =
  '(' | ')' | 'not' | '**' | '*' | '/' | '%' | '+' | '-' | '>' | '>=' | '<' | '<=' | '==' | '!=' | 'in' | 'and' | 'or'

/** A part of a filter expression: a literal, a field's name, or an operator. `null` counts as nothing at all. */
export type Token =
  | { readonly kind: 'value'; readonly value: FilterValue }
  | { readonly kind: 'field'; readonly name: Bytes }
  | { readonly kind: 'operator'; readonly operator: Operator }
  | { readonly kind: 'null' }

/** The position where an expression stops being one. */
export interface SyntaxProblem {
  readonly problemAt: number
}

const spellings: readonly (readonly [text: string, operator: Operator])[] = [
  ...(
    ['(', ')', '**', '*', '/', '%', '+', '-', '>', '>=', '<', '<=', '==', '!=', 'in', 'and', 'or', 'not'] as const
  ).map((operator) => [operator, operator] as const),
  ['!', 'not'],
  ['&&', 'and'],
  ['||', 'or'],
]
const symbols = '+-*%/!()<>=|&'

/** The longest number, its NUL included. */
const NUMBER_BUFFER = 256

/** Splits an expression into its parts. */
export function tokenize(text: Bytes): readonly Token[] | SyntaxProblem {
  const scanner = new Scanner(text)
  const tokens: Token[] = []
  for (;;) {
    scanner.skipSpaces()
    if (scanner.isAtEnd) return tokens
    const last = tokens.at(-1)
    const minusIsSign = last === undefined || (last.kind === 'operator' && last.operator !== ')')
    const token = scanner.token(minusIsSign)
    if (token === null) return { problemAt: scanner.at }
    tokens.push(token)
  }
}

class Scanner {
  readonly #text: Bytes
  at = 0

  constructor(text: Bytes) {
    this.#text = text
  }

  get isAtEnd(): boolean {
    return this.at >= this.#text.length
  }

  #peek(offset = 0): string | undefined {
    return this.#text[this.at + offset]
  }

  skipSpaces(): void {
    while (isSpace(this.#peek())) this.at++
  }

  token(minusIsSign: boolean): Token | null {
    const char = this.#peek() ?? ''
    if (isDigit(char) || (minusIsSign && char === '-' && isDigit(this.#peek(1)))) return valueToken(this.#number())
    if (char === '"' || char === "'") return valueToken(this.#string())
    if (char === '.' && isNameChar(this.#peek(1))) return this.#field()
    if (char === '[') return valueToken(this.#list())
    return isLetter(char) || symbols.includes(char) ? this.#operator() : null
  }

  #number(): number | undefined {
    const start = this.at
    const isPart = (char: string | undefined): boolean =>
      isDigit(char) || char === '.' || char === 'e' || char === 'E' || (this.at === start && char === '-')
    while (isPart(this.#peek())) {
      if (this.at - start >= NUMBER_BUFFER - 1) return undefined
      this.at++
    }
    return toNumber(this.#text.slice(start, this.at)) ?? undefined
  }

  /** A string in quotes. A backslash protects the character after it, and stays. */
  #string(): Bytes | undefined {
    const quote = this.#peek()
    const start = ++this.at
    for (; !this.isAtEnd; this.at++) {
      if (this.#peek() === '\\' && this.#peek(1) !== undefined) this.at++
      else if (this.#peek() === quote) return this.#text.slice(start, this.at++)
    }
    return undefined
  }

  #field(): Token {
    const start = ++this.at
    while (!this.isAtEnd && isNameChar(this.#peek())) this.at++
    return { kind: 'field', name: this.#text.slice(start, this.at) }
  }

  #list(): readonly FilterValue[] | undefined {
    const items: FilterValue[] = []
    this.at++
    for (;;) {
      this.skipSpaces()
      const char = this.#peek()
      if (char === ']') break
      const isNumber = isDigit(char) || char === '-'
      const item = isNumber ? this.#number() : char === '"' || char === "'" ? this.#string() : undefined
      if (item === undefined) return undefined
      items.push(item)
      this.skipSpaces()
      if (this.#peek() === ']') break
      if (this.#peek() !== ',') return undefined
      this.at++
    }
    this.at++
    return items
  }

  /** Skips letters and symbols, up to a position. */
  #skipRun(end: number): void {
    while (this.at < end && (isLetter(this.#peek()) || symbols.includes(this.#peek() ?? ' '))) this.at++
  }

  /** The longest operator that a run of letters and symbols starts with. */
  #operator(): Token | null {
    const start = this.at
    // No operator is longer than `null`.
    this.#skipRun(start + 5)
    const run = this.#text.slice(start, this.at)
    if (run === 'null') return { kind: 'null' }
    let best: readonly [string, Operator] | undefined
    for (const spelling of spellings)
      if (run.startsWith(spelling[0]) && spelling[0].length > (best?.[0].length ?? 0)) best = spelling
    if (best === undefined) {
      this.#skipRun(this.#text.length)
      return null
    }
    this.at = start + best[0].length
    return { kind: 'operator', operator: best[1] }
  }
}

/** Returns true for the characters of a field's name, and for the end of the text: a dot there is an empty name. */
function isNameChar(char: string | undefined): boolean {
  return char === undefined || isLetter(char) || isDigit(char) || char === '_' || char === '-'
}

function valueToken(value: FilterValue | undefined): Token | null {
  return value === undefined ? null : { kind: 'value', value }
}
