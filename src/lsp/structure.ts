import {
  FoldingRangeKind,
  SemanticTokensBuilder,
  SymbolKind,
  type DocumentSymbol,
  type FoldingRange,
  type SemanticTokens,
} from 'vscode-languageserver/node'
import type { TextDocument } from 'vscode-languageserver-textdocument'
import { coloursOf } from '../editor/expectations'
import { tokensOf, type TokenKind } from '../editor/highlight'
import { aclParser, confParser } from '../editor/languages'
import type { FileKind } from './kinds'
import { rangeOf } from './lines'

const types: Readonly<Record<TokenKind, string>> = {
  user: 'variable',
  cmd: 'function',
  cat: 'namespace',
  key: 'string',
  chan: 'event',
  pw: 'macro',
  flag: 'keyword',
  neg: 'operator',
  comment: 'comment',
  name: 'property',
  value: 'parameter',
}

/** The token types, in the order of their numbers. */
export const tokenTypes = [...new Set(Object.values(types))]

interface Coloured {
  readonly from: number
  readonly to: number
  readonly kind: TokenKind
}

function* colouredWords(kind: FileKind, text: string): Generator<Coloured> {
  if (kind !== 'expect') {
    let at = 0
    for (const { text: word, kind: colour } of tokensOf(kind === 'acl' ? aclParser : confParser, text)) {
      if (colour !== null) yield { from: at, to: at + word.length, kind: colour }
      at += word.length
    }
    return
  }
  let from = 0
  for (const line of text.split('\n')) {
    for (const { from: start, to, value } of coloursOf(line, from)) {
      const { class: name = '' } = value.spec as { readonly class?: string }
      yield { from: start, to, kind: name.replace('cm-word-', '') as TokenKind }
    }
    from += line.length + 1
  }
}

/** Returns the colours of a whole file. */
export function semanticTokens(kind: FileKind, document: TextDocument): SemanticTokens {
  const builder = new SemanticTokensBuilder()
  for (const { from, to, kind: colour } of colouredWords(kind, document.getText())) {
    const { line, character } = document.positionAt(from)
    if (to > from) builder.push(line, character, to - from, tokenTypes.indexOf(types[colour]), 0)
  }
  return builder.build()
}

const userName = /^\s*(?:user|role)[ \t]+(\S+)/di
const directiveName = /^\s*([^\s#]\S*)/d
const sentence = /^\s*([^\s#].*?)\s*$/d

/** Returns the users and roles of a file, the directives of redis.conf, or the expectations. */
export function symbols(kind: FileKind, document: TextDocument): DocumentSymbol[] {
  const found: DocumentSymbol[] = []
  let from = 0
  for (const whole of document.getText().split('\n')) {
    const line = whole.replace(/\r$/, '')
    const user = kind === 'expect' ? null : userName.exec(line)
    const other = kind === 'acl' ? null : (kind === 'conf' ? directiveName : sentence).exec(line)
    const match = user ?? other
    const [start, end] = match?.indices?.[1] ?? [0, 0]
    if (end > start)
      found.push({
        name: line.slice(start, end),
        kind:
          kind === 'expect'
            ? SymbolKind.Event
            : user === null
              ? SymbolKind.Property
              : /^\s*role/i.test(line)
                ? SymbolKind.Class
                : SymbolKind.Variable,
        range: rangeOf(document, from, from + line.length),
        selectionRange: rangeOf(document, from + start, from + end),
      })
    from += whole.length + 1
  }
  return found
}

/** The number of lines from which a paragraph folds. */
const FEW = 3

/** Returns the paragraphs that start with a comment, and fold. */
export function folds(document: TextDocument): FoldingRange[] {
  const lines = document.getText().split('\n')
  const found: FoldingRange[] = []
  let start = 0
  for (let at = 0; at <= lines.length; at++) {
    if (at < lines.length && lines[at]?.trim() !== '') continue
    const paragraph = lines.slice(start, at)
    const comments = paragraph.filter((line) => /^\s*#/.test(line)).length
    if (paragraph.length >= FEW && comments > 0 && /^\s*#/.test(paragraph[0] ?? ''))
      found.push({
        startLine: start,
        endLine: at - 1,
        ...(comments === paragraph.length && { kind: FoldingRangeKind.Comment }),
      })
    start = at + 1
  }
  return found
}
