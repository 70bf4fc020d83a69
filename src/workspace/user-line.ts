import { type Bytes, toTextExact } from '../acl/bytes'
import { hashPassword } from '../acl/password'
import { hasSpaces } from '../acl/selector'
import { splitWords } from '../acl/split'
import { quote } from '../resp/render'

/** The form of a rule in a users.acl file. */
export type HeldRule =
  | { readonly kind: 'same' | 'hashed' | 'quoted'; readonly text: Bytes }
  /** No line of a file can express it; `why` completes a sentence that starts with the rule. */
  | { readonly kind: 'lost'; readonly why: string }

/**
 * Converts a rule to its form in users.acl, where single spaces separate rules and nothing is quoted: passwords with
 * white space become hashes, and selectors get quotes inside their parentheses where necessary.
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

/**
 * Converts a selector. In a file, it ends at the first word that ends with `)`; inside, words are split and quoted as
 * in a command line.
 */
function holdSelector(rule: Bytes): HeldRule {
  const words = splitWords(rule.slice(1, -1))
  if (words === null) return { kind: 'quoted', text: '()' }
  const text = selectorText(words.map((word) => word.text))
  return { kind: text === rule ? 'same' : 'quoted', text }
}

/** Writes a selector of these rules in a form that files, commands and redis.conf all accept. */
export function selectorText(rules: readonly Bytes[]): Bytes {
  return `(${rules.map((rule) => (needsQuotes(rule) ? quote(rule) : rule)).join(' ')})`
}

function needsQuotes(word: Bytes): boolean {
  return word === '' || /["' \t-\r\0)]/.test(word) || toTextExact(word) === null
}

/** Quotes a word for redis-cli and redis.conf where necessary. */
export function quoteWord(word: Bytes): Bytes {
  return word === '' || /["' \x00-\x1f\x7f]/.test(word) || toTextExact(word) === null ? quote(word) : word
}

/** Returns true for a user name that a file can hold: without white space, and valid UTF-8. */
export function holdsName(name: Bytes): boolean {
  return name !== '' && !hasSpaces(name) && toTextExact(name) !== null
}

/** Returns true for a word in the form of a rule. */
export function looksLikeRule(word: string): boolean {
  return /^[(]*(?:[+-]@?[\w.|-]+|~.*|%[rwRW]{0,2}~.*|&.*|[<>].*|[#!][0-9a-f]{64}|on|off|nopass|reset\w*|allkeys|allchannels|allcommands|nocommands|clearselectors|(?:skip-)?sanitize-payload|alldbs|db=[\d,]+)\)?$/is.test(
    word,
  )
}
