import type { Bytes } from '../../acl/bytes'
import { fromText, toText } from '../../acl/bytes'
import type { Decision } from '../../acl/decision'
import { splitWords } from '../../acl/split'

/** A word of a typed line: its bytes as sent, and its place in the text (UTF-16 units, quotes included). */
export interface TypedWord {
  readonly text: Bytes
  readonly from: number
  readonly to: number
}

/** Splits a typed line as redis-cli does; null where quotes are not closed. */
export function typedWords(line: string): readonly TypedWord[] | null {
  const bytes = fromText(line)
  const words = splitWords(bytes)
  if (words === null || bytes.length === line.length) return words
  const place = (offset: number): number => toText(bytes.slice(0, offset)).length
  return words.map(({ text, from, to }) => ({ text, from: place(from), to: place(to) }))
}

/** A piece of a command line; `kind` tells keys and channels. */
export interface LineToken {
  readonly text: string
  readonly kind: 'key' | 'chan' | null
}

/** A line in pieces, so that the keys and channels that the ACL saw in it can be coloured. */
export function lineTokens(line: string, decision: Decision | null): readonly LineToken[] {
  const words = typedWords(line)
  const check = decision?.selectors[0]
  if (words === null || !check) return [{ text: line, kind: null }]
  // A line may start with how many times to run it.
  const skipped = words.length - (decision?.argv.length ?? words.length)
  const kinds = new Map<number, 'key' | 'chan'>([
    ...check.keys.map(({ use }) => [use.at + skipped, 'key'] as const),
    ...check.channels.map(({ use }) => [use.at + skipped, 'chan'] as const),
  ])
  const tokens: LineToken[] = []
  let at = 0
  words.forEach((word, index) => {
    const kind = kinds.get(index)
    if (kind === undefined) return
    if (word.from > at) tokens.push({ text: line.slice(at, word.from), kind: null })
    tokens.push({ text: line.slice(word.from, word.to), kind })
    at = word.to
  })
  if (at < line.length) tokens.push({ text: line.slice(at), kind: null })
  return tokens
}
