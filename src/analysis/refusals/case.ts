import type { Span } from '../../acl/decision'
import type { Target } from '../../targets/target'
import type { Edit, Fix } from '../diagnostic'

/** A line of a text with its place. */
export interface Line {
  readonly text: string
  readonly from: number
  readonly to: number
}

/** A word of a line with its place in the text. */
export interface Word {
  readonly text: string
  readonly from: number
  readonly to: number
}

export const isComment = (line: Line): boolean => /^\s*#/.test(line.text)

/** Names of one file for which the nearest known one is looked for. */
const MOST_GUESSES = 200

/** The file that was refused, split once however many problems it has. */
export class Source {
  readonly lines: readonly Line[]
  #comments: Fix | null | undefined
  #guesses = 0
  /** Whether a comment line was reported: one stands for all. */
  toldOfComments = false

  constructor(readonly text: string) {
    let from = 0
    this.lines = text.split('\n').map((text) => {
      const line = { text, from, to: from + text.length }
      from = line.to + 1
      return line
    })
  }

  /** Removes all comment lines at once; null where there are none. */
  get comments(): Fix | null {
    if (this.#comments === undefined) {
      const lines = this.lines.filter(isComment)
      const label = lines.length === 1 ? 'Remove the comment line' : `Remove the ${lines.length} comment lines`
      this.#comments = lines.length === 0 ? null : { label, edits: lines.map((line) => this.without(line)) }
    }
    return this.#comments
  }

  /** Whether another name may be guessed: looking for what was meant takes its time. */
  mayGuess(): boolean {
    return this.#guesses++ < MOST_GUESSES
  }

  /** Removes a whole line. */
  without(line: Line): Edit {
    return { from: line.from, to: Math.min(line.to + 1, this.text.length), insert: '' }
  }
}

/** A problem in its place. */
export interface Case {
  readonly source: Source
  readonly target: Target
  readonly message: string
  readonly span: Span
  readonly line: Line
  readonly token: string
}

/**
 * What to do about a problem. The first fix never grants a command, key or channel that the refused text does not ask
 * for: it is the one that a reader applies unread.
 */
export interface Remedy {
  readonly hint: string
  readonly fixes: readonly Fix[]
}

/** Replaces the token. */
export const replace = ({ span }: Case, label: string, insert: string): Fix => ({
  label,
  edits: [{ from: span.from, to: span.to, insert }],
})

/** Writes the token anew; the label says how. */
export const write = (problem: Case, insert: string): Fix =>
  replace(problem, insert.length > 40 ? 'Write it so' : `Write ${insert}`, insert)

/** Removes the token, with a blank beside it. */
export function remove({ span, line, token }: Case, label?: string): Fix[] {
  if (token === '') return []
  const blankBefore = span.from > line.from && line.text[span.from - line.from - 1] === ' '
  const blankAfter = !blankBefore && line.text[span.to - line.from] === ' '
  return [
    {
      label: label ?? `Remove ${token.length > 24 ? 'this rule' : token}`,
      edits: [{ from: blankBefore ? span.from - 1 : span.from, to: blankAfter ? span.to + 1 : span.to, insert: '' }],
    },
  ]
}

/** Writes a directive's value anew. */
export function rewrite({ line }: Case, value: string): Fix {
  const [name = ''] = /^\s*\S+/.exec(line.text) ?? []
  return {
    label: `Write ${name.trim()} ${value}`,
    edits: [{ from: line.from + name.length, to: line.from + line.text.trimEnd().length, insert: ` ${value}` }],
  }
}

/** Adds what is missing at the end of the line. */
export function append({ line }: Case, text: string, label: string): Fix {
  const end = line.from + line.text.trimEnd().length
  return { label, edits: [{ from: end, to: end, insert: text }] }
}

/** The words of the problem's line, with parentheses of selectors left out. */
export function wordsOf({ line }: Case): Word[] {
  return Array.from(line.text.matchAll(/[^\s()]+/g), (match) => ({
    text: match[0],
    from: line.from + match.index,
    to: line.from + match.index + match[0].length,
  }))
}

/** The word before the problem's token, where only one blank is between them; null where there is none. */
export function wordBefore(problem: Case): Word | null {
  const before = wordsOf(problem).findLast((word) => word.to <= problem.span.from)
  return before !== undefined && problem.span.from - before.to === 1 ? before : null
}

/** The word after the problem's token; null where there is none. */
export function wordAfter(problem: Case): Word | null {
  return wordsOf(problem).find((word) => word.from >= problem.span.to) ?? null
}
