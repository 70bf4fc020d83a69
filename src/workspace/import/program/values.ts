import { hole } from '../holes'
import { type Language } from './syntax'
import { type Token, tokensOf } from './tokens'

/** A value written in a program. */
export type Value = { readonly from: number; readonly to: number } & (
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'word'; readonly name: string }
  | { readonly kind: 'number' }
  | { readonly kind: 'list'; readonly items: readonly Value[] }
  | { readonly kind: 'group'; readonly entries: readonly Entry[] }
  | {
      readonly kind: 'call'
      /** The dotted name before the parenthesis: the last part only where a call stands before it. */
      readonly name: string
      readonly receiver: Value | null
      readonly args: readonly Entry[]
    }
  /** An expression that is not evaluated here, with the values in it. */
  | { readonly kind: 'other'; readonly children: readonly Value[] }
)

/** An entry of an object, a block or the arguments of a call. */
export interface Entry {
  /** Null for what stands there without a name. */
  readonly key: string | null
  readonly value: Value
  /** True for a value whose entries are merged into these. */
  readonly isSpread: boolean
}

const MAX_DEPTH = 60
const skipped =
  /^(?:new|await|const|let|var|val|final|export|default|public|private|protected|static|readonly|return|yield|async|throw|defer|go|rec|output)$/

/** Parses a program to its entries, in order. Accepts any text. */
export function readProgram(text: string, language: Language): Entry[] {
  return new Parser(tokensOf(text, language), text, language).block(null)
}

class Parser {
  #at = 0
  #depth = 0
  readonly #tokens: readonly Token[]
  readonly #text: string
  readonly #language: Language

  constructor(tokens: readonly Token[], text: string, language: Language) {
    this.#tokens = tokens
    this.#text = text
    this.#language = language
  }

  #is(mark: string, ahead = 0): boolean {
    const token = this.#tokens[this.#at + ahead]
    return token?.kind === 'mark' && token.text === mark
  }

  #kind(ahead = 0): Token['kind'] | null {
    return this.#tokens[this.#at + ahead]?.kind ?? null
  }

  #word(ahead = 0): string | null {
    const token = this.#tokens[this.#at + ahead]
    return token?.kind === 'word' ? token.text : null
  }

  /** Parses entries up to a closing mark, or to the end. */
  block(close: string | null): Entry[] {
    const entries: Entry[] = []
    if (++this.#depth > MAX_DEPTH) this.#skipTo(close)
    else
      while (this.#at < this.#tokens.length) {
        if (close !== null && this.#is(close)) break
        if (close === null && /^[)\]}]$/.test(this.#tokens[this.#at]?.text ?? '') && this.#kind() === 'mark') this.#at++
        else if (this.#is(',') || this.#is(';')) this.#at++
        else if (/^[)\]}]$/.test(this.#tokens[this.#at]?.text ?? '') && this.#kind() === 'mark') break
        else entries.push(this.#entry(close))
      }
    this.#depth--
    if (close !== null && this.#is(close)) this.#at++
    return entries
  }

  #skipTo(close: string | null): void {
    for (let open = 0; this.#at < this.#tokens.length; this.#at++) {
      if (this.#is('(') || this.#is('[') || this.#is('{')) open++
      else if (this.#is(')') || this.#is(']') || this.#is('}')) {
        if (open === 0 && close !== null) return
        open--
      }
    }
  }

  #entry(close: string | null): Entry {
    const isSpread = this.#is('...') || this.#is('**') || (this.#language === 'python' && this.#is('*'))
    if (isSpread) this.#at++
    if (this.#language === 'nix' && this.#is('{')) {
      const group = this.#primary()
      // The arguments of a function stand before what it returns.
      if (!this.#is(':')) return { key: null, value: group, isSpread }
      this.#at++
    }
    const key = isSpread ? null : this.#key(close)
    const value = this.#language === 'nix' && close === ']' && key === null ? this.#primary() : this.#expression(close)
    return this.#nested(key, value, isSpread)
  }

  /** Returns the entry of a key, whose dots lead into objects in Nix. */
  #nested(key: string | readonly string[] | null, value: Value, isSpread: boolean): Entry {
    if (key === null || typeof key === 'string') return { key, value, isSpread }
    const [first = '', ...rest] = key
    if (rest.length === 0) return { key: first, value, isSpread }
    const { from, to } = value
    return { key: first, value: { kind: 'group', entries: [this.#nested(rest, value, false)], from, to }, isSpread }
  }

  /** Reads `name:`, `name =` and declarations; null where an entry has no name. */
  #key(close: string | null): string | readonly string[] | null {
    let start = this.#at
    if (this.#language === 'nix') {
      while (/^(?:let|in|with|inherit)$/.test(this.#word() ?? '') && !this.#is('=', 1)) start = ++this.#at
      const path: string[] = []
      while (this.#kind() === 'word' || this.#kind() === 'text') {
        path.push(this.#tokens[this.#at++]?.text ?? '')
        if (this.#is('=')) {
          this.#at++
          return path
        }
        if (!this.#is('.')) break
        this.#at++
      }
      this.#at = start
      return null
    }
    if (this.#language === 'bicep' && /^(?:resource|module|var|param)$/.test(this.#word() ?? '')) {
      // The default of a parameter may be replaced.
      const isParameter = this.#word() === 'param'
      const name = this.#word(1)
      const type = this.#kind(2) === 'text' ? (this.#tokens[this.#at + 2]?.text ?? '') : ''
      for (let ahead = 2; ahead < 12 && !isParameter; ahead++)
        if (this.#is('=', ahead)) {
          this.#at += ahead + 1
          return /^Microsoft\./.test(type) ? [type] : name
        }
      return null
    }
    while (close === null || close === '}') {
      const word = this.#word()
      if (word === null || !skipped.test(word) || this.#kind(1) !== 'word') break
      this.#at++
    }
    // A type stands before the name in Java, and after it elsewhere.
    if (this.#kind() === 'word' && this.#kind(1) === 'word' && this.#is('=', 2)) this.#at++
    const named = this.#tokens[this.#at]
    if (
      (named?.kind === 'word' || named?.kind === 'text') &&
      (this.#is(':', 1) || this.#is('=', 1) || this.#is(':=', 1))
    ) {
      const hasType = this.#is(':', 1) && this.#kind(2) === 'word' && this.#is('=', 3)
      this.#at += hasType ? 4 : 2
      return named.text
    }
    this.#at = start
    return null
  }

  /** Returns true where a new line starts another entry. */
  #endsLine(close: string | null): boolean {
    if (this.#tokens[this.#at]?.startsLine !== true || this.#kind() === 'mark') return false
    return close === null || (close === '}' && this.#language !== 'python') || this.#language === 'bicep'
  }

  #expression(close: string | null): Value {
    const from = this.#tokens[this.#at]?.from ?? this.#text.length
    const parts: Value[] = []
    const signs: string[] = []
    let isSum = true
    let isApplied = this.#language === 'nix'
    while (this.#at < this.#tokens.length) {
      if ([',', ';', ')', ']', '}'].some((mark) => this.#is(mark))) break
      if (parts.length > signs.length && this.#endsLine(close)) break
      if (this.#kind() !== 'mark' || this.#is('(') || this.#is('[') || this.#is('{')) {
        if (parts.length > signs.length) {
          // Strings beside each other are one in Python.
          if (parts.at(-1)?.kind !== 'text' || this.#kind() !== 'text') isSum = false
          signs.push('+')
        }
        parts.push(this.#primary())
      } else {
        const sign = this.#tokens[this.#at++]?.text ?? ''
        isApplied = false
        // An address, and arguments from a list, in Go.
        if (
          (sign === '&' && parts.length === 0) ||
          (sign === '...' && this.#language === 'go' && parts.at(-1)?.kind === 'list')
        )
          continue
        if (sign !== '+' && sign !== '++') isSum = false
        if (parts.length === signs.length) isSum = false
        else signs.push(sign)
      }
    }
    const to = this.#tokens[this.#at - 1]?.to ?? from
    const [only] = parts
    if (only !== undefined && parts.length === 1 && signs.length === 0 && isSum) return only
    // A function stands before its arguments in Nix.
    if (isApplied && only?.kind === 'word')
      return {
        kind: 'call',
        name: only.name,
        receiver: null,
        args: parts.slice(1).map((value) => ({ key: null, value, isSpread: false })),
        from,
        to,
      }
    return { ...(isSum && parts.length > 1 ? this.#sum(parts) : { kind: 'other', children: parts }), from, to }
  }

  /** Joins texts, and lists, with holes for the other parts. */
  #sum(
    parts: readonly Value[],
  ): { kind: 'text'; text: string } | { kind: 'list'; items: Value[] } | { kind: 'other'; children: readonly Value[] } {
    if (parts.some(({ kind }) => kind === 'list'))
      return { kind: 'list', items: parts.flatMap((part) => (part.kind === 'list' ? part.items : [part])) }
    if (!parts.some(({ kind }) => kind === 'text') || parts.some(({ kind }) => kind === 'group'))
      return { kind: 'other', children: parts }
    return {
      kind: 'text',
      text: parts
        .map((part) => (part.kind === 'text' ? part.text : hole(this.#text.slice(part.from, part.to))))
        .join(''),
    }
  }

  #primary(): Value {
    while (skipped.test(this.#word() ?? '') && this.#kind(1) !== 'mark') this.#at++
    const token = this.#tokens[this.#at]
    const from = token?.from ?? this.#text.length
    if (token === undefined) return { kind: 'other', children: [], from, to: from }
    if (this.#is('(')) return this.#after(this.#parenthesized(from), from)
    if (this.#is('[')) return this.#after(this.#list(from), from)
    if (this.#is('{')) {
      this.#at++
      return this.#after(this.#group(from), from)
    }
    this.#at++
    if (token.kind === 'text') return this.#after({ kind: 'text', text: token.text, from, to: token.to }, from)
    if (token.kind === 'word') return this.#after({ kind: 'word', name: token.text, from, to: token.to }, from)
    return { kind: token.kind === 'number' ? 'number' : 'other', children: [], from, to: token.to }
  }

  #arguments(): Entry[] {
    this.#at++
    return this.block(')')
  }

  get #end(): number {
    return this.#tokens[this.#at - 1]?.to ?? 0
  }

  #parenthesized(from: number): Value {
    this.#at++
    const entries = this.block(')')
    const [only, ...others] = entries
    if (only?.key === null && !only.isSpread && others.length === 0) return only.value
    return { kind: 'list', items: entries.map(({ value }) => value), from, to: this.#end }
  }

  #list(from: number): Value {
    this.#at++
    const entries = this.block(']')
    // A type of Go: []string{…}
    if (entries.length === 0 && this.#kind() === 'word' && this.#tokens[this.#at]?.startsLine === false) {
      const value = this.#primary()
      const [only] = value.kind === 'call' ? value.args : []
      if (only?.value.kind === 'group')
        return { kind: 'list', items: only.value.entries.map((entry) => entry.value), from, to: this.#end }
      return value
    }
    return {
      kind: 'list',
      items: entries.map(({ value, isSpread }) =>
        isSpread ? { kind: 'other', children: [value], from: value.from, to: value.to } : value,
      ),
      from,
      to: this.#end,
    }
  }

  /** Reads an object, a block, or a list in braces. */
  #group(from: number): Value {
    const entries = this.block('}')
    return { kind: 'group', entries, from, to: this.#end }
  }

  /** Reads what follows a value: names after dots, arguments, an index, a literal of a type. */
  #after(first: Value, from: number): Value {
    let value = first
    for (;;) {
      if ((this.#is('.') || this.#is('?.') || this.#is('::') || this.#is('->')) && this.#kind(1) === 'word') {
        const name = this.#word(1) ?? ''
        this.#at += 2
        if (value.kind === 'word') value = { ...value, name: `${value.name}.${name}`, to: this.#end }
        else {
          if (this.#is('<')) this.#skipTypes()
          value = {
            kind: 'call',
            name,
            receiver: value,
            args: this.#is('(') ? this.#arguments() : [],
            from,
            to: this.#end,
          }
        }
      } else if (this.#is('(') && (value.kind === 'word' || value.kind === 'call') && !this.#startsStatement()) {
        const args = this.#arguments()
        value =
          value.kind === 'word'
            ? { kind: 'call', name: value.name, receiver: null, args, from, to: this.#end }
            : { kind: 'call', name: '', receiver: value, args, from, to: this.#end }
      } else if (value.kind === 'word' && this.#is('<') && this.#skipTypes()) continue
      else if (value.kind === 'word' && this.#is('[') && this.#is(']', 1)) this.#at += 2
      else if (value.kind === 'word' && value.name === 'map' && this.#is('[')) {
        this.#at++
        this.block(']')
        if (this.#kind() === 'word') this.#at++
      } else if (this.#is('[') && this.#tokens[this.#at]?.startsLine === false && this.#language !== 'nix') {
        this.#at++
        const index = this.block(']')
        value = { kind: 'other', children: [value, ...index.map((entry) => entry.value)], from, to: this.#end }
      } else if (value.kind === 'word' && this.#is('{') && this.#tokens[this.#at]?.startsLine === false) {
        const at = this.#tokens[this.#at]?.from ?? from
        this.#at++
        const group = this.#group(at)
        value = {
          kind: 'call',
          name: value.name,
          receiver: null,
          args: [{ key: null, value: group, isSpread: false }],
          from,
          to: this.#end,
        }
      } else if (
        /^(?:as|satisfies)$/.test(this.#word() ?? '') &&
        this.#language === 'javascript' &&
        this.#kind(1) === 'word'
      ) {
        this.#at += 2
        while (this.#is('.') && this.#kind(1) === 'word') this.#at += 2
      } else return value
    }
  }

  /** Returns true for a parenthesis on a new line in a language that does not continue the line before with it. */
  #startsStatement(): boolean {
    return this.#tokens[this.#at]?.startsLine === true && /^(?:python|go|kotlin|bicep)$/.test(this.#language)
  }

  /** Skips `<Type, Other>` before a parenthesis. Returns false where it is none. */
  #skipTypes(): boolean {
    for (let ahead = 1; ahead < 20; ahead++) {
      if (this.#is('>', ahead)) {
        if (!this.#is('(', ahead + 1)) return false
        this.#at += ahead + 1
        return true
      }
      if (this.#kind(ahead) !== 'word' && !['.', ',', '?', '<'].some((mark) => this.#is(mark, ahead))) return false
    }
    return false
  }
}
