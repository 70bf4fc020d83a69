import { type Bytes, fromText, toText } from '../../acl/bytes'
import type { Decision } from '../../acl/decision'
import { splitWords } from '../../acl/split'
import type { PhraseKind } from '../../analysis/phrase'
import { wordKinds } from '../../editor/word-kinds'

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

/** A piece of a command line; `kind` null where it has no colour of its own. */
export interface LineToken {
  readonly text: string
  readonly kind: PhraseKind | null
}

/** Pieces of a line that are told apart; what follows them is one more: each is an element of the page. */
const MOST_TOKENS = 1_000

/**
 * A line in pieces: the command, the keys and channels that the ACL saw in it, users, passwords and rules. Put together
 * they are the line, whatever it is.
 * @param named the number of words that name the command
 */
export function lineTokens(line: string, named: number, decision: Decision | null): readonly LineToken[] {
  const words = typedWords(line)
  if (words === null) return [{ text: line, kind: null }]
  // A line may start with how many times to run it.
  const skipped = words.length > 1 && /^[1-9][0-9]*$/.test(words[0]?.text ?? '') ? 1 : 0
  const kinds = [
    ...wordKinds(
      words.slice(skipped).map(({ from, to }) => line.slice(from, to)),
      named,
    ),
  ]
  const check = decision?.selectors[0]
  const isThis = decision !== null && decision.argv.every((text, at) => text === words[at + skipped]?.text)
  if (check !== undefined && isThis) {
    for (const { use } of check.keys) kinds[use.at] = 'key'
    for (const { use } of check.channels) kinds[use.at] = 'chan'
  }
  const tokens: LineToken[] = []
  let at = 0
  words.slice(skipped).forEach((word, index) => {
    const kind = kinds[index] ?? null
    if (kind === null || tokens.length >= MOST_TOKENS) return
    if (word.from > at) tokens.push({ text: line.slice(at, word.from), kind: null })
    tokens.push({ text: line.slice(word.from, word.to), kind })
    at = word.to
  })
  if (at < line.length) tokens.push({ text: line.slice(at), kind: null })
  return tokens
}
