import { lexer, type Token, type Tokens } from 'marked'

/** A piece of a line of text. */
export type Inline =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'strong'; readonly content: readonly Inline[] }
  | { readonly kind: 'emphasis'; readonly content: readonly Inline[] }
  /** `href`: null where the target is not part of the documentation. */
  | { readonly kind: 'link'; readonly href: string | null; readonly content: readonly Inline[] }

/** A part of a page. */
export type Block =
  | { readonly kind: 'heading'; readonly depth: number; readonly anchor: string; readonly content: readonly Inline[] }
  | { readonly kind: 'paragraph'; readonly content: readonly Inline[] }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly (readonly Block[])[] }
  | { readonly kind: 'quote'; readonly blocks: readonly Block[] }
  | {
      readonly kind: 'table'
      readonly head: readonly (readonly Inline[])[]
      readonly rows: readonly (readonly (readonly Inline[])[])[]
    }

/** Parses a page of the documentation. HTML is shown as text. `toHref` maps the targets of links. */
export function parsePage(text: string, toHref: (target: string) => string | null): readonly Block[] {
  return new PageParser(toHref).blocks(lexer(text))
}

/** Returns the text of a line without its marks. */
export const plainText = (content: readonly Inline[]): string =>
  content.map((piece) => ('text' in piece ? piece.text : plainText(piece.content))).join('')

class PageParser {
  readonly #anchors = new Map<string, number>()
  readonly #toHref: (target: string) => string | null

  constructor(toHref: (target: string) => string | null) {
    this.#toHref = toHref
  }

  blocks(tokens: readonly Token[]): readonly Block[] {
    return tokens.flatMap((token) => this.#block(token as Tokens.Generic) ?? [])
  }

  #block(token: Tokens.Generic): Block | null {
    switch (token.type) {
      case 'heading': {
        const content = this.#inline(token.tokens)
        return { kind: 'heading', depth: (token as Tokens.Heading).depth, anchor: this.#anchor(content), content }
      }
      case 'code':
        return { kind: 'code', text: (token as Tokens.Code).text.trimEnd() }
      case 'list': {
        const list = token as Tokens.List
        return { kind: 'list', ordered: list.ordered, items: list.items.map(({ tokens }) => this.blocks(tokens)) }
      }
      case 'blockquote':
        return { kind: 'quote', blocks: this.blocks(token.tokens ?? []) }
      case 'table': {
        const { header, rows } = token as Tokens.Table
        const cells = (row: readonly Tokens.TableCell[]) => row.map(({ tokens }) => this.#inline(tokens))
        return { kind: 'table', head: cells(header), rows: rows.map(cells) }
      }
      case 'space':
      case 'hr':
      case 'def':
        return null
      default:
        return { kind: 'paragraph', content: this.#inline(token.tokens ?? [token]) }
    }
  }

  #inline(tokens: readonly Token[] = []): readonly Inline[] {
    return tokens.flatMap((token): Inline | readonly Inline[] => {
      const { type, raw, text = raw, tokens: inner } = token as Tokens.Generic & { readonly text?: string }
      if (type === 'codespan') return { kind: 'code', text }
      if (type === 'strong') return { kind: 'strong', content: this.#inline(inner) }
      if (type === 'em') return { kind: 'emphasis', content: this.#inline(inner) }
      if (type === 'link')
        return { kind: 'link', href: this.#toHref((token as Tokens.Link).href), content: this.#inline(inner) }
      if (type === 'br') return { kind: 'text', text: '\n' }
      return type === 'text' && inner !== undefined ? this.#inline(inner) : { kind: 'text', text }
    })
  }

  /** Returns the anchor of a heading, as GitHub makes it. */
  #anchor(content: readonly Inline[]): string {
    const name = plainText(content)
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M} _-]/gu, '')
      .replaceAll(' ', '-')
    const n = this.#anchors.get(name) ?? 0
    this.#anchors.set(name, n + 1)
    return n === 0 ? name : `${name}-${n}`
  }
}
