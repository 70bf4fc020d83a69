import type { Span } from '../../acl/decision'
import type { Target } from '../../targets/target'
import type { Edit, Fix } from '../diagnostic'

/** A line of a text, with its offsets. */
export interface Line {
  readonly text: string
  readonly from: number
  readonly to: number
}

/** A word of a line, with its offsets in the text. */
export interface Word {
  readonly text: string
  readonly from: number
  readonly to: number
}

export const isComment = (line: Line): boolean => /^\s*#/.test(line.text)

/** The maximum number of names of a file for which the nearest known name is searched. */
const MOST_GUESSES = 200

/** The rejected file, split into lines once for all problems. */
export class Source {
  readonly lines: readonly Line[]
  #comments: Fix | null | undefined
  #guesses = 0
  /** True once a comment line was reported; further ones are skipped. */
  hasReportedComment = false

  constructor(readonly text: string) {
    let from = 0
    this.lines = text.split('\n').map((text) => {
      const line = { text, from, to: from + text.length }
      from = line.to + 1
      return line
    })
  }

  /** Returns a fix that removes all comment lines; null where there are none. */
  get comments(): Fix | null {
    if (this.#comments === undefined) {
      const lines = this.lines.filter(isComment)
      const label = lines.length === 1 ? 'Remove the comment line' : `Remove the ${lines.length} comment lines`
      this.#comments = lines.length === 0 ? null : { label, edits: lines.map((line) => this.without(line)) }
    }
    return this.#comments
  }

  /** Returns true while the number of searches for the nearest name is below its limit, and counts this one. */
  mayGuess(): boolean {
    return this.#guesses++ < MOST_GUESSES
  }

  /** Removes a whole line. */
  without(line: Line): Edit {
    return { from: line.from, to: Math.min(line.to + 1, this.text.length), insert: '' }
  }
}

/** A problem and its position. */
export interface Case {
  readonly source: Source
  readonly target: Target
  readonly span: Span
  readonly line: Line
  readonly token: string
}

/**
 * The advice on a problem. The first fix never grants a command, key or channel that the rejected text does not ask
 * for, since users apply it without review.
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

/** Replaces the token; the label shows the new text where it is short. */
export const write = (problem: Case, insert: string): Fix =>
  replace(problem, insert.length > 40 ? 'Correct the rule' : `Write ${insert}`, insert)

/** Removes the token, with an adjacent space. */
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

/** Replaces a directive's value. */
export function rewrite({ line }: Case, value: string): Fix {
  const [name = ''] = /^\s*\S+/.exec(line.text) ?? []
  return {
    label: `Write ${name.trim()} ${value}`,
    edits: [{ from: line.from + name.length, to: line.from + line.text.trimEnd().length, insert: ` ${value}` }],
  }
}

/** Appends text to the line. */
export function append({ line }: Case, text: string, label: string): Fix {
  const end = line.from + line.text.trimEnd().length
  return { label, edits: [{ from: end, to: end, insert: text }] }
}

/** Returns the words of the problem's line, without parentheses of selectors. */
export function wordsOf({ line }: Case): Word[] {
  return Array.from(line.text.matchAll(/[^\s()]+/g), (match) => ({
    text: match[0],
    from: line.from + match.index,
    to: line.from + match.index + match[0].length,
  }))
}

/** Returns the word before the problem's token, separated by one space; null where there is none. */
export function wordBefore(problem: Case): Word | null {
  const before = wordsOf(problem).findLast((word) => word.to <= problem.span.from)
  return before !== undefined && problem.span.from - before.to === 1 ? before : null
}

/** Returns the word after the problem's token; null where there is none. */
export function wordAfter(problem: Case): Word | null {
  return wordsOf(problem).find((word) => word.from >= problem.span.to) ?? null
}
