import { trimOf, type Bytes } from './bytes'
import type { Rule } from './decision'
import { isResetOf, parseRule } from './rule'
import { SourceText } from './source'
import { rulesInside } from './selector-text'
import { mergeSelectors, ruleOf } from './merge'

/** A line of an ACL file that is not blank, with places in bytes from the start of the file. */
export interface AclLine {
  /** From 1. */
  readonly number: number
  /** Without white space around it. */
  readonly text: Bytes
  readonly from: number
}

const SPACE = 32

/** Returns true for white space that servers trim from the lines of an ACL file (and, except the space, from words). */
function trims(code: number, space: boolean): boolean {
  return code === 9 || code === 10 || code === 13 || (space && code === SPACE)
}

/**
 * Calls back for every line of a part of an ACL file that begins at a line's start: with where the line starts, and where
 * it does and ends without the white space around it.
 */
export function eachLine(
  content: Bytes,
  first: number,
  last: number,
  callback: (start: number, from: number, to: number) => void,
): void {
  for (let start = first; start < last;) {
    let end = content.indexOf('\n', start)
    if (end < 0) end = content.length
    let from = start
    let to = end
    while (from < to && trims(content.charCodeAt(from), true)) from++
    while (to > from && trims(content.charCodeAt(to - 1), true)) to--
    callback(start, from, to)
    start = end + 1
  }
}

/** Yields where each line of an ACL file starts and ends without the white space around it. */
export function* linesOf(content: Bytes): Generator<{ readonly from: number; readonly to: number }, void> {
  for (let start = 0; start < content.length;) {
    const end = content.indexOf('\n', start)
    const next = end < 0 ? content.length : end + 1
    let line = { from: start, to: start }
    eachLine(content, start, next, (_, from, to) => {
      line = { from, to }
    })
    yield line
    start = next
  }
}

/** Calls back for every line of an ACL file that is not blank. */
export function eachAclLine(content: Bytes, callback: (number: number, from: number, to: number) => void): void {
  let number = 0
  eachLine(content, 0, content.length, (_, from, to) => {
    number++
    if (from < to) callback(number, from, to)
  })
}

/** A word of an ACL file: the bytes between two spaces. Two adjacent spaces enclose an empty word. */
export interface AclWord {
  readonly text: Bytes
  readonly from: number
  readonly to: number
}

/** Returns the words of a line (`from` and `to` as in eachAclLine). */
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
    else if (parsed.kind !== 'empty') root.push(rule)
  }
  return [root, ...selectors]
}
