import { fromText, lower, toText, trimOf, type Bytes } from '../acl/bytes'
import type { Span } from '../acl/decision'
import { splitWords } from '../acl/split'

/** A line of redis.conf that is neither empty nor a comment. */
export interface ConfigLine {
  /** The line as the server repeats it in an error: without surrounding whitespace. */
  readonly text: Bytes
  /** The directive in lower case, and its arguments with quotes resolved; null where a quote is not closed. */
  readonly words: readonly Bytes[] | null
  readonly span: Span
  /** The span of each word, quotes included. */
  readonly wordSpans: readonly Span[]
}

/**
 * Splits redis.conf into its lines (config.c, loadServerConfigFromString): surrounding whitespace is removed, comment lines and empty
 * lines are skipped. Never fails; a line with unbalanced quotes has null for words.
 */
export function parseConfigFile(content: Bytes): ConfigLine[] {
  const lines: ConfigLine[] = []
  const inText = textOffsets(content)
  let offset = 0
  for (const [index, raw] of content.split('\n').entries()) {
    const start = offset
    offset += raw.length + 1
    const text = trimOf(raw, ' \t\r\n')
    if (text === '' || text.startsWith('#')) continue
    const from = start + raw.indexOf(text)
    const spanOf = (a: number, b: number): Span => ({
      source: 'redis.conf',
      line: index + 1,
      from: inText(from + a),
      to: inText(from + b),
    })
    const split = splitWords(text)
    if (split !== null && split.length === 0) continue
    lines.push({
      text,
      words: split === null ? null : split.map((word, i) => (i === 0 ? lower(word.text) : word.text)),
      span: spanOf(0, text.length),
      wordSpans: (split ?? []).map((word) => spanOf(word.from, word.to)),
    })
  }
  return lines
}

/** Converts byte offsets, which the server counts, to the UTF-16 units of spans. */
function textOffsets(content: Bytes): (at: number) => number {
  const text = toText(content)
  if (text === content || fromText(text) !== content) return (at) => at
  const before = new Uint32Array(content.length + 1)
  // A UTF-8 character is one unit, or two where it has four bytes; its first byte counts for all.
  for (let i = 0; i < content.length; i++)
    before[i + 1] = (before[i] ?? 0) + (content.charCodeAt(i) >> 6 === 2 ? 0 : content.charCodeAt(i) >= 0xf0 ? 2 : 1)
  return (at) => before[at] ?? 0
}
