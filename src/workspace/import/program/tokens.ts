import { hole } from '../holes'
import { type Language, spaces, strings } from './syntax'

/** A token of a program. */
export interface Token {
  readonly kind: 'word' | 'text' | 'number' | 'mark'
  /** The text of a string, with holes for what is filled in when the program runs; else the token itself. */
  readonly text: string
  readonly from: number
  readonly to: number
  /** True where the token is the first of its line. */
  readonly startsLine: boolean
}

const word = /[A-Za-z_$@][\w$]*/y
const nixWord = /[A-Za-z_][\w'-]*/y
const number = /\d[\w.]*/y
const mark = /\.\.\.|\*\*|=>|:=|==+|!==?|<=|>=|->|\?\.|\?\?|::|\+\+|&&|\|\||[^]/y
/** Matches a regular expression of JavaScript, which may hold quotes. */
const pattern = /\/(?![*/])(?:[^\\/[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y

/** Splits a program into tokens, without blanks and comments. Accepts any text. */
export function tokensOf(text: string, language: Language): Token[] {
  const tokens: Token[] = []
  let at = 0
  const match = (regex: RegExp): string | null => {
    regex.lastIndex = at
    return regex.exec(text)?.[0] ?? null
  }
  let startsLine = true
  const unclosed = new Set<RegExp>()
  while (at < text.length) {
    const space = match(spaces[language])
    if (space !== null) {
      startsLine ||= space.includes('\n')
      at += space.length
      continue
    }
    const from = at
    const add = (kind: Token['kind'], value: string, to: number): void => {
      tokens.push({ kind, text: value, from, to, startsLine })
      startsLine = false
      at = to
    }
    const string = readString(text, at, language, unclosed)
    if (string !== null) add('text', string.text, string.to)
    else if (language === 'javascript' && text[at] === '/' && isOperand(tokens.at(-1))) {
      const found = match(pattern) ?? '/'
      add('number', found, from + found.length)
    } else {
      const found = match(language === 'nix' ? nixWord : word)
      const digits = found === null ? match(number) : null
      const other = found ?? digits ?? match(mark) ?? ''
      add(found !== null ? 'word' : digits !== null ? 'number' : 'mark', other, from + Math.max(1, other.length))
    }
  }
  return tokens
}

/** Returns true where a slash after this token starts a regular expression. */
const isOperand = (before: Token | undefined): boolean =>
  before === undefined || (before.kind === 'mark' && !/^[)\]}]$/.test(before.text)) || before.text === 'return'

/**
 * Reads the string at a place; null where there is none, or none that is closed.
 * @param unclosed the openings of strings over lines that nothing closes from here on, which are not searched again
 */
function readString(
  text: string,
  from: number,
  language: Language,
  unclosed: Set<RegExp>,
): { text: string; to: number } | null {
  for (const syntax of strings[language]) {
    if (unclosed.has(syntax.open)) continue
    syntax.open.lastIndex = from
    const open = syntax.open.exec(text)?.[0]
    if (open === undefined) continue
    let value = ''
    let at = from + open.length
    for (;;) {
      const c = text[at]
      if (c === undefined || (c === '\n' && !syntax.isLong)) {
        if (syntax.isLong) unclosed.add(syntax.open)
        return null
      }
      if (language === 'nix' && syntax.close === "''" && text.startsWith("''", at)) {
        const escaped = nixEscape(text, at)
        if (escaped === null) break
        value += escaped.text
        at = escaped.to
        continue
      }
      if (text.startsWith(syntax.close, at)) break
      if (c === '\\' && syntax.escapes) {
        const escape = escapeAt(text, at)
        value += escape.text
        at = escape.to
        continue
      }
      if (syntax.fills !== null) {
        if (syntax.fills.source.startsWith('\\{') && /^(?:\{\{|\}\})/.test(text.slice(at, at + 2))) {
          value += c
          at += 2
          continue
        }
        syntax.fills.lastIndex = at
        const found = syntax.fills.exec(text)?.[0]
        if (found !== undefined) {
          const to = found.endsWith('{') ? endOfBraces(text, at + found.length) : at + found.length
          value += hole(text.slice(at, to))
          at = to
          continue
        }
      }
      value += c
      at++
    }
    return { text: syntax.isIndented === true ? withoutIndent(value) : value, to: at + syntax.close.length }
  }
  return null
}

const controls: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '\n': '', '0': '\0' }

function escapeAt(text: string, at: number): { readonly text: string; readonly to: number } {
  const code = /^\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|U([0-9a-fA-F]{8}))/.exec(
    text.slice(at, at + 12),
  )
  const point = parseInt(code?.[1] ?? code?.[2] ?? code?.[3] ?? code?.[4] ?? '', 16)
  if (code !== null && point <= 0x10ffff) return { text: String.fromCodePoint(point), to: at + code[0].length }
  const next = text[at + 1] ?? ''
  return { text: controls[next] ?? next, to: at + 2 }
}

/** Reads an escape of an indented string of Nix: `''$`, `'''`, `''\n`. Null where the string ends. */
function nixEscape(text: string, at: number): { readonly text: string; readonly to: number } | null {
  const next = text[at + 2] ?? ''
  if (next === '$') return { text: '$', to: at + 3 }
  if (next === "'") return { text: "''", to: at + 3 }
  if (next === '\\') return { text: controls[text[at + 3] ?? ''] ?? text[at + 3] ?? '', to: at + 4 }
  return null
}

/** The number of characters of an expression in a string that are examined. */
const LONGEST_FILL = 2_000

/** Returns the index after the brace that closes an expression in a string. */
function endOfBraces(text: string, from: number): number {
  let depth = 1
  for (let at = from; at < Math.min(text.length, from + LONGEST_FILL); at++) {
    if (text[at] === '{') depth++
    else if (text[at] === '}' && --depth === 0) return at + 1
  }
  return from
}

function withoutIndent(text: string): string {
  const lines = text.replace(/^[ \t]*\n/, '').split('\n')
  const indents = lines.filter((line) => line.trim() !== '').map((line) => /^\s*/.exec(line)?.[0].length ?? 0)
  const indent = indents.reduce((least, one) => Math.min(least, one), Infinity)
  return lines.map((line) => line.slice(Math.min(indent, line.length))).join('\n')
}
