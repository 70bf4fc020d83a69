import { HighlightStyle } from '@codemirror/language'
import { highlightCode, styleTags, Tag, tagHighlighter, tags } from '@lezer/highlight'
import type { Parser } from '@lezer/common'

/** The kind of a token. The page's style sheet has a custom property for each: `--user`, `--cmd`, … */
export type TokenKind = 'user' | 'cmd' | 'cat' | 'key' | 'chan' | 'pw' | 'flag' | 'neg' | 'comment' | 'name' | 'value'

const tag: Readonly<Record<Exclude<TokenKind, 'comment'>, Tag>> = {
  user: Tag.define(),
  cmd: Tag.define(),
  cat: Tag.define(),
  key: Tag.define(),
  chan: Tag.define(),
  pw: Tag.define(),
  flag: Tag.define(),
  neg: Tag.define(),
  name: Tag.define(),
  value: Tag.define(),
}

/** Assigns tags to the nodes of all three grammars. */
export const tokenTags = styleTags({
  Comment: tags.lineComment,
  'User Role': tag.flag,
  'Username! RoleName!': tag.user,
  Flag: tag.flag,
  Database: tag.flag,
  Roles: tag.cat,
  '( )': tag.flag,
  'Password Hash': tag.pw,
  KeyPattern: tag.key,
  ChannelPattern: tag.chan,
  AllowCommand: tag.cmd,
  AllowCategory: tag.cat,
  'DenyCommand DenyCategory': tag.neg,
  Name: tag.name,
  Value: tag.value,
  Quoted: tag.value,
  Command: tag.cmd,
  Argument: tag.value,
})

const colour: Readonly<Record<TokenKind, string>> = {
  user: 'var(--user)',
  cmd: 'var(--cmd)',
  cat: 'var(--cat)',
  key: 'var(--key)',
  chan: 'var(--chan)',
  pw: 'var(--pw)',
  flag: 'var(--flag)',
  neg: 'var(--neg)',
  name: 'var(--cmd)',
  value: 'var(--ink)',
  comment: 'var(--ink3)',
}

const kinds = (Object.keys(colour) as TokenKind[]).map((kind) => ({
  kind,
  tag: kind === 'comment' ? tags.lineComment : tag[kind],
}))

/** Short tokens, within which a line never wraps, as it would after the `-` of `-@dangerous`. */
const unbroken: ReadonlySet<TokenKind> = new Set(['cmd', 'cat', 'neg', 'flag', 'name'])

/** The colours in an editor, as custom properties, so that they follow the theme. */
export const tokenColours = HighlightStyle.define(
  kinds.map(({ kind, tag }) => ({
    tag,
    color: colour[kind],
    ...(unbroken.has(kind) ? { whiteSpace: 'nowrap' } : {}),
    ...(kind === 'user' ? { fontWeight: '600' } : kind === 'comment' ? { fontStyle: 'italic' } : {}),
  })),
)

const kindHighlighter = tagHighlighter(kinds.map(({ kind, tag }) => ({ tag, class: kind })))

/** A range of text in one colour; `kind` is null where it has none. */
export interface Token {
  readonly text: string
  readonly kind: TokenKind | null
}

/** Splits a text into coloured tokens, line breaks included, for use outside an editor (transcript, tables). */
export function tokensOf(parser: Parser, text: string): Token[] {
  const tokens: Token[] = []
  highlightCode(
    text,
    parser.parse(text),
    kindHighlighter,
    (text, classes) => tokens.push({ text, kind: classes === '' ? null : (classes as TokenKind) }),
    () => tokens.push({ text: '\n', kind: null }),
  )
  return tokens
}
