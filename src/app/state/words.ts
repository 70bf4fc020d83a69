import type { Bytes } from '../../acl/bytes'
import { fromText, toText } from '../../acl/bytes'
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
