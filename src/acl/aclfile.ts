import { trimOf, type Bytes } from './bytes'
import type { Rule } from './decision'
import { isResetOf, parseRule } from './rule'
import { SourceText } from './source'
import { rulesInside } from './selector-text'
import { mergeSelectors, ruleOf } from './merge'

const SPACE = 32

/** Returns true for white space that servers trim from the lines of an ACL file (and, except the space, from words). */
function trims(code: number, space: boolean): boolean {
  return code === 9 || code === 10 || code === 13 || (space && code === SPACE)
}

/**
 * A walk over the lines of an ACL file, or of a part of it that begins where a line does and ends where another does. Its
 * fields describe the current line, in bytes from the start of the file: an object for each line would slow down the loading
 * of large files.
 */
export class AclLines {
  /** From 1; in a part of a file, counted from the first line of the part. */
  number = 0
  start = 0
  /** The start and the end of the line without the white space around it. The same place for a blank line. */
  from = 0
  to = 0
  readonly #content: Bytes
  readonly #last: number
  #next: number

  constructor(content: Bytes, first = 0, last = content.length) {
    this.#content = content
    this.#last = last
    this.#next = first
  }

  /** Moves on to the next line. Returns false at the end. */
  next(): boolean {
    const content = this.#content
    const start = this.#next
    if (start >= this.#last) return false
    let end = content.indexOf('\n', start)
    if (end < 0) end = content.length
    let from = start
    let to = end
    while (from < to && trims(content.charCodeAt(from), true)) from++
    while (to > from && trims(content.charCodeAt(to - 1), true)) to--
    this.number++
    this.start = start
    this.from = from
    this.to = to
    this.#next = end + 1
    return true
  }
}

/** A word of an ACL file: the bytes between two spaces. Two adjacent spaces enclose an empty word. */
export interface AclWord {
  readonly text: Bytes
  readonly from: number
  readonly to: number
}

/** Returns the words of a line (`from` and `to` as in AclLines). */
export function aclWords(content: Bytes, from: number, to: number): AclWord[] {
  const words: AclWord[] = []
  for (let at = from; at <= to;) {
    let end = content.indexOf(' ', at)
    if (end < 0 || end > to) end = to
    words.push({ text: content.slice(at, end), from: at, to: end })
    at = end + 1
  }
  return words
}

/**
 * Returns the end of the rule that starts at `from` in a line: the next space, or, for a selector in parentheses, the end of
 * the word that closes it; -1 if none does.
 */
export function ruleEnd(line: Bytes, from: number, hasSelectors: boolean): number {
  const isSelector = hasSelectors && line.charCodeAt(from) === 40
  for (let at = from; ;) {
    const space = line.indexOf(' ', at)
    const end = space < 0 ? line.length : space
    if (!isSelector || (end > from + 1 && line.charCodeAt(end - 1) === 41)) return end
    if (space < 0) return -1
    at = space + 1
  }
}

/** Removes the tabs and line ends around a rule, as servers do before they apply it and after they join selectors. */
export function trimRule(text: Bytes): Bytes {
  const first = text.charCodeAt(0)
  const last = text.charCodeAt(text.length - 1)
  return trims(first, false) || trims(last, false) ? trimOf(text, '\t\r\n') : text
}

/** The rules of a user line, and its unclosed parenthesis, if any. */
export interface UserLineRules {
  readonly rules: readonly Rule[]
  /** Index, among the words after the name, of the word that opens an unclosed parenthesis; null if there is none. */
  readonly unclosed: number | null
}

/**
 * Returns the rules of a user line, each with its place. A selector in parentheses is joined into one rule if the target
 * has selectors. `words` are all words of the line, including `user` and the name.
 */
export function rulesOfLine(
  source: SourceText,
  line: number,
  words: readonly AclWord[],
  hasSelectors: boolean,
): UserLineRules {
  const rest = words.slice(2)
  const texts = rest.map((word) => word.text)
  const merged = hasSelectors ? mergeSelectors(texts) : texts.map((text, i) => ruleOf(text, i))
  if (typeof merged === 'number') return { rules: [], unclosed: merged }
  const rules = merged.map(({ text, argument }): Rule => {
    const trimmed = trimRule(text)
    const from = (rest[argument]?.from ?? 0) + text.indexOf(trimmed)
    return { text: trimmed, span: source.span(line, from, from + trimmed.length) }
  })
  return { rules, unclosed: null }
}

/**
 * Returns the rules that made each of a user's selectors, the root first, from all rules of its line: `reset` and
 * `clearselectors` drop the rules before them.
 */
export function rulesBySelector(rules: readonly Rule[], hasSelectors: boolean): (readonly Rule[])[] {
  let root: Rule[] = []
  let selectors: (readonly Rule[])[] = []
  for (const rule of rules) {
    const parsed = parseRule(rule.text)
    if (hasSelectors && parsed.kind === 'selector') selectors.push(rulesInside(rule))
    else if (isResetOf(parsed, 'user')) {
      root = [rule]
      selectors = []
    } else if (isResetOf(parsed, 'selectors')) selectors = []
    else if (parsed.kind !== 'empty' && parsed.kind !== 'roles' && !isResetOf(parsed, 'roles')) root.push(rule)
  }
  return [root, ...selectors]
}
