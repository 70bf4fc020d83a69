import { splitWords, type Word } from '../acl/split'
import type { Bytes } from '../acl/bytes'

/** The reason why a line cannot be split, and its place: an unclosed quote, or text directly after a closing quote. */
export interface SplitProblem {
  readonly kind: 'unclosed-quote' | 'text-after-quote'
  readonly message: string
  readonly from: number
  readonly to: number
}

export interface SplitLine {
  /** The words with their places. Where there is a problem, the last word extends to the end of the line. */
  readonly words: readonly Word[]
  readonly problem: SplitProblem | null
}

/**
 * Splits a command line as redis-cli does: words are separated by white space; "double" quotes support escapes (`\n`,
 * `\x41`), 'single' quotes only `\'`. Never fails: a problem is returned beside the words. Offsets are in bytes.
 */
export function splitArgs(line: Bytes): SplitLine {
  const words = splitWords(line)
  if (words !== null) return { words, problem: null }
  const problem = findProblem(line)
  const wordStart = startOfWord(line, problem.from)
  const before = splitWords(line.slice(0, wordStart)) ?? []
  return { words: [...before, { text: line.slice(wordStart), from: wordStart, to: line.length }], problem }
}

/** A quoted part with its closing quote. A backslash escapes the byte after it (in single quotes, only a quote). */
const quoted = /"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\'|\\(?!'))*'/y

function findProblem(line: Bytes): SplitProblem {
  let at = 0
  for (;;) {
    while (at < line.length && line[at] !== '"' && line[at] !== "'") at++
    quoted.lastIndex = at
    const part = quoted.exec(line)?.[0]
    if (part === undefined) {
      return {
        kind: 'unclosed-quote',
        message: `The quote ${line[at] ?? ''} is not closed.`,
        from: at,
        to: line.length,
      }
    }
    at += part.length
    if (at < line.length && !/[ \t\n\v\f\r]/.test(line[at] ?? '')) {
      const rest = /^[^ \t\n\v\f\r]*/.exec(line.slice(at))?.[0].length ?? 0
      return {
        kind: 'text-after-quote',
        message: 'A closing quote must be followed by a space.',
        from: at,
        to: at + rest,
      }
    }
  }
}

/** Returns the start of the word around `at`: after the last white space outside quotes. */
function startOfWord(line: Bytes, at: number): number {
  let start = 0
  for (let i = 0; i < at; i++) {
    quoted.lastIndex = i
    const part = line[i] === '"' || line[i] === "'" ? quoted.exec(line)?.[0] : undefined
    if (part !== undefined) i += part.length - 1
    else if (/[ \t\n\v\f\r]/.test(line[i] ?? '')) start = i + 1
  }
  return start
}
