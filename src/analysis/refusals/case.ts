import { fromText } from '../../acl/bytes'
import type { Span } from '../../acl/decision'
import { Users } from '../../acl/users'
import type { Target } from '../../targets/target'
import type { Edit, Fix } from '../diagnostic'
import { memoize } from '../memoize'

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

/** Returns the name of the user that a line defines; null for other lines. */
export const nameOf = ({ text }: Line): string | null => /^\s*user +(\S+)/.exec(text)?.[1] ?? null

/** The maximum number of names of a file for which the nearest known name is searched. */
const MOST_GUESSES = 200

/** The rejected file, split into lines once for all problems. */
export class Source {
  readonly lines: readonly Line[]
  #comments: Fix | null | undefined
  #guesses = 0
  #firstLines: Map<string, number> | null = null
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

  /** Returns the number of the first line that defines a user of this name, from 1. */
  firstOf(name: string): number | undefined {
    if (this.#firstLines === null) {
      this.#firstLines = new Map()
      for (const [i, line] of this.lines.entries()) {
        const found = nameOf(line)
        if (found !== null && !this.#firstLines.has(found)) this.#firstLines.set(found, i + 1)
      }
    }
    return this.#firstLines.get(name)
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
 * The advice on a problem. No fix grants a command, key, channel or log-in that no reading of the rejected text asks for,
 * and where a text can be read in several ways, each has a fix, the narrowest first. A fix that removes rules names them
 * and comes last; it is left out where the rules take something away.
 */
export interface Remedy {
  readonly hint: string
  readonly fixes: readonly Fix[]
  /** As in `Diagnostic`. */
  readonly needsModules?: true
}

/** Replaces the token. */
export const replace = ({ span }: Case, label: string, insert: string): Fix => ({
  label,
  edits: [{ from: span.from, to: span.to, insert }],
})

/** Returns rules for a label: passwords hidden, and not all of many. */
export function named(text: string): string {
  const hidden = text.replace(/(^|[\s(])([><#]|!(?=[0-9a-f]{8}))\S+/gi, '$1$2…')
  return hidden.length > 40 ? `${hidden.slice(0, 39)}…` : hidden
}

/** Replaces the token; the label shows the new text. */
export const write = (problem: Case, insert: string): Fix => replace(problem, `Write ${named(insert)}`, insert)

/** Replaces the token and a neighbour of it. */
export const writeBoth = ({ span }: Case, { from, to }: Pick<Word, 'from' | 'to'>, insert: string): Fix => ({
  label: `Write ${named(insert)}`,
  edits: [{ from: Math.min(span.from, from), to: Math.max(span.to, to), insert }],
})

export const isHash = (text: string): boolean => /^[0-9a-f]{64}$/i.test(text)

/** Returns true for a text with a rule that takes something away: without it, a user may do more. */
export function takesAway(text: string): boolean {
  return /(?:^|[\s,;(])(?:[-!<]|(?:off|nocommands|clearselectors|reset\w*|disabled?|db=\S*)(?=$|[\s,;)]))/i.test(text)
}

/** Removes the token, with an adjacent space; no fix where that could grant something. */
export function remove(problem: Case, label = `Remove ${named(problem.token)}`): Fix[] {
  return problem.token === '' || takesAway(problem.token) ? [] : [cut(problem, problem.span, label)]
}

/** Removes a range of the problem's line, with an adjacent space. */
export function cut({ line }: Case, { from, to }: Pick<Word, 'from' | 'to'>, label: string): Fix {
  const blankBefore = from > line.from && line.text[from - line.from - 1] === ' '
  const blankAfter = !blankBefore && line.text[to - line.from] === ' '
  return { label, edits: [{ from: blankBefore ? from - 1 : from, to: blankAfter ? to + 1 : to, insert: '' }] }
}

/** Returns true for a rule that a server accepts for a new user. */
export function isAccepted({ target }: Case, rule: string): boolean {
  return usersOf(target).newUser('u').apply(fromText(rule)) === null
}

const usersOf = memoize((target: Target) => new Users(target.table, target.behaviours))

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
