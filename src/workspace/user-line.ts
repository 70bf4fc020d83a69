import { type Bytes, toTextExact } from '../acl/bytes'
import { hashPassword } from '../acl/password'
import { hasSpaces } from '../acl/selector'
import { splitWords } from '../acl/split'
import { quote } from '../resp/render'

/** What a users.acl file makes of a rule that was given as an argument. */
export type HeldRule =
  | { readonly kind: 'same' | 'hashed' | 'quoted'; readonly text: Bytes }
  /** No line of a file says the same; `why` ends the sentence that starts with the rule. */
  | { readonly kind: 'lost'; readonly why: string }

/**
 * How a rule can stand in a users.acl file, where single spaces separate rules and nothing is quoted: passwords with
 * white space as their hash, selectors with quotes inside their parentheses where they need them.
 */
export function holdRule(rule: Bytes): HeldRule {
  if (rule[0] === '>' || rule[0] === '<') {
    const fits = !/[ \t-\r\0]/.test(rule) && toTextExact(rule) !== null
    return fits
      ? { kind: 'same', text: rule }
      : { kind: 'hashed', text: (rule[0] === '>' ? '#' : '!') + hashPassword(rule.slice(1)) }
  }
  if (rule[0] === '(' && rule.endsWith(')')) return holdSelector(rule)
  if (/[ \t-\r\0]/.test(rule)) return { kind: 'lost', why: 'holds white space, which separates rules in users.acl' }
  if (toTextExact(rule) === null) return { kind: 'lost', why: 'is not UTF-8 text' }
  return { kind: 'same', text: rule }
}

/** In a file, a selector ends at the first word that ends with `)`; inside, words are split and quoted as in a command line. */
function holdSelector(rule: Bytes): HeldRule {
  const words = splitWords(rule.slice(1, -1))
  if (words === null) return { kind: 'quoted', text: '()' }
  const text = selectorText(words.map((word) => word.text))
  return { kind: text === rule ? 'same' : 'quoted', text }
}

/** A selector of these rules, as a file, a command and redis.conf can all hold it. */
export function selectorText(rules: readonly Bytes[]): Bytes {
  return `(${rules.map((rule) => (needsQuotes(rule) ? quote(rule) : rule)).join(' ')})`
}

function needsQuotes(word: Bytes): boolean {
  return word === '' || /["' \t-\r\0)]/.test(word) || toTextExact(word) === null
}

/** A word as redis-cli and redis.conf take it, in quotes where it needs them. */
export function quoteWord(word: Bytes): Bytes {
  return word === '' || /["' \x00-\x1f\x7f]/.test(word) || toTextExact(word) === null ? quote(word) : word
}

/** Whether a user of this name can stand in a file: names have no white space, and text is UTF-8. */
export function holdsName(name: Bytes): boolean {
  return name !== '' && !hasSpaces(name) && toTextExact(name) !== null
}

/** Tells whether a word has the form of a rule. */
export function looksLikeRule(word: string): boolean {
  return /^[(]*(?:[+-]@?[\w.|-]+|~.*|%[rwRW]{0,2}~.*|&.*|[<>].*|[#!][0-9a-f]{64}|on|off|nopass|reset\w*|allkeys|allchannels|allcommands|nocommands|clearselectors|(?:skip-)?sanitize-payload|alldbs|db=[\d,]+)\)?$/is.test(
    word,
  )
}
