import { hole } from './holes'

/** A value of a Terraform file. Holes stand for expressions, which are evaluated when the file is applied. */
export type HclValue = string | boolean | number | readonly HclValue[] | { readonly [name: string]: HclValue }

/** A `resource "type" "name" { … }`, or another block. */
export interface HclBlock {
  readonly labels: readonly string[]
  readonly values: { readonly [name: string]: HclValue }
}

const MAX_DEPTH = 30

/**
 * Parses the blocks of a Terraform file with their attributes: strings, heredocs, numbers, booleans, lists and maps.
 * Other expressions (variables, functions) become holes. Skips whatever cannot be parsed. Accepts any text.
 */
export function readHcl(text: string): HclBlock[] {
  const reader = new Reader(text)
  const blocks: HclBlock[] = []
  while (!reader.atEnd) {
    const labels = reader.labels()
    if (labels.length > 0 && reader.take('{')) blocks.push({ labels, values: reader.body('}', 0) })
    else reader.skip()
  }
  return blocks
}

class Reader {
  #at = 0
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  get atEnd(): boolean {
    this.#space(true)
    return this.#at >= this.#text.length
  }

  skip(): void {
    this.#at++
  }

  take(mark: string): boolean {
    this.#space(true)
    if (!this.#text.startsWith(mark, this.#at)) return false
    this.#at += mark.length
    return true
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0]
    if (found === undefined || found === '') return null
    this.#at += found.length
    return found
  }

  #space(lines: boolean): void {
    for (;;) {
      if (
        this.#match(lines ? /\s+/y : /[^\S\n]+/y) === null &&
        this.#match(lines ? /(?:#|\/\/)[^\n]*/y : /(?:#|\/\/)[^\n]*/y) === null &&
        this.#match(/\/\*[^]*?(?:\*\/|$)/y) === null
      )
        return
    }
  }

  /** Parses the words before a block: `resource "type" "name"`. */
  labels(): string[] {
    const labels: string[] = []
    for (;;) {
      this.#space(false)
      const word = this.#match(/[A-Za-z_][\w-]*/y) ?? (this.#text[this.#at] === '"' ? this.#string() : null)
      if (word === null || labels.length > 10) return labels
      labels.push(word)
    }
  }

  /** Parses attributes and blocks up to a closing mark. */
  body(end: string, depth: number): { [name: string]: HclValue } {
    const values = Object.create(null) as { [name: string]: HclValue }
    while (!this.atEnd && !this.take(end)) {
      const labels = this.labels()
      const name = labels[0]
      if (name === undefined) {
        this.skip()
        continue
      }
      if (depth < MAX_DEPTH && this.take('{')) values[name] = this.body('}', depth + 1)
      else if (this.take('=') || this.take(':')) {
        const value = this.#value(depth)
        if (value !== null) values[name] = value
        this.take(',')
      }
    }
    return values
  }

  #value(depth: number): HclValue | null {
    this.#space(false)
    if (depth >= MAX_DEPTH) {
      this.#match(/[^\n}]*/y)
      return null
    }
    if (this.#text[this.#at] === '"') return this.#string()
    if (this.#text.startsWith('<<', this.#at)) return this.#heredoc()
    if (this.take('{')) return this.body('}', depth + 1)
    if (this.take('[')) return this.#list(depth)
    if (this.#match(/to(?:set|map)\(\s*(?=[[{])/y) !== null) {
      const value = this.#value(depth + 1)
      this.take(')')
      return value
    }
    const word = this.#match(/(?:true|false)\b(?!\s*[?&|=!.([])/y)
    if (word !== null) return word === 'true'
    const number = this.#match(/-?\d+(?:\.\d+)?(?=\s*[,\n\]}])/y)
    return number === null ? this.#expression() : Number(number)
  }

  /** Skips an expression with the brackets in it, and returns a hole. */
  #expression(): string | null {
    const from = this.#at
    let depth = 0
    while (this.#at < this.#text.length) {
      const c = this.#text[this.#at] ?? ''
      if (c === '"') {
        this.#string()
        continue
      }
      if (depth === 0 && /[,\]})\n]/.test(c)) break
      if (/[([{]/.test(c)) depth++
      else if (/[)\]}]/.test(c)) depth--
      this.#at++
    }
    return this.#at === from ? null : hole(this.#text.slice(from, this.#at))
  }

  #list(depth: number): HclValue[] {
    const items: HclValue[] = []
    while (!this.atEnd && !this.take(']')) {
      const item = this.#value(depth + 1)
      if (item !== null) items.push(item)
      if (!this.take(',') && this.#text[this.#at] !== ']') this.skip()
    }
    return items
  }

  #string(): string {
    let text = ''
    for (this.#at++; this.#at < this.#text.length; this.#at++) {
      const c = this.#text[this.#at] ?? ''
      if (c === '"') {
        this.#at++
        break
      }
      if (c === '\n') break
      const next = this.#text[this.#at + 1] ?? ''
      if (c === '\\') {
        const code = /^(?:u([0-9a-fA-F]{4})|U00([0-9a-fA-F]{6}))/.exec(this.#text.slice(this.#at + 1, this.#at + 10))
        const point = parseInt(code?.[1] ?? code?.[2] ?? '', 16)
        const isCharacter = point <= 0x10ffff
        text += isCharacter ? String.fromCodePoint(point) : ({ n: '\n', r: '\r', t: '\t' }[next] ?? next)
        this.#at += isCharacter ? (code?.[0].length ?? 0) : 1
      } else if ((c === '$' || c === '%') && next === c && this.#text[this.#at + 2] === '{') {
        text += c
        this.#at++
      } else if ((c === '$' || c === '%') && next === '{') text += this.#template()
      else text += c
    }
    return text
  }

  /** Skips `${…}` up to its closing brace, and returns a hole. */
  #template(): string {
    const end = /^[$%]\{[^}\n]*\}/.exec(this.#text.slice(this.#at, this.#at + 300))?.[0]
    if (end === undefined) return this.#text[this.#at] ?? ''
    this.#at += end.length - 1
    return hole(end)
  }

  #heredoc(): string | null {
    const start = this.#match(/<<-?"?[A-Za-z_]\w*"?[^\n]*\n/y)
    const mark = start === null ? null : /[A-Za-z_]\w*/.exec(start)?.[0]
    if (start === null || mark === null || mark === undefined) return null
    const lines: string[] = []
    while (this.#at < this.#text.length) {
      const line = this.#match(/[^\n]*\n?/y) ?? ''
      if (line.trim() === mark) break
      lines.push(line.replace(/\r?\n$/, ''))
    }
    const indent = start.startsWith('<<-')
      ? Math.min(...lines.filter((line) => line.trim() !== '').map((line) => /^\s*/.exec(line)?.[0].length ?? 0))
      : 0
    return lines
      .map((line) => `${line.slice(Number.isFinite(indent) ? indent : 0)}\n`)
      .join('')
      .replace(/([$%])\1\{|[$%]\{[^}\n]{1,200}\}/g, (all, sign: string | undefined) =>
        sign === undefined ? hole(all) : `${sign}{`,
      )
  }
}
