import { type Bytes, lower, toTextExact } from '../acl/bytes'
import { hashPassword, isPasswordHash } from '../acl/password'
import { parseRule, printRule } from '../acl/rule'
import { hasSpaces } from '../acl/selector'
import { splitWords } from '../acl/split'
import { quote } from '../resp/render'
import { hasInvisible } from './escape/visible'

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
  const parsed = parseRule(rule)
  if (parsed.kind === 'password' && parsed.form === 'plain') {
    const fits = !/[ \t-\r\0]/.test(rule) && toTextExact(rule) !== null
    return fits
      ? { kind: 'same', text: rule }
      : { kind: 'hashed', text: printRule({ ...parsed, form: 'hash', value: hashPassword(parsed.value) }) }
  }
  if (parsed.kind === 'selector') return holdSelector(rule, parsed.inside)
  if (/[ \t-\r\0]/.test(rule)) return { kind: 'lost', why: 'holds white space, which separates rules in users.acl' }
  if (toTextExact(rule) === null) return { kind: 'lost', why: 'is not UTF-8 text' }
  return { kind: 'same', text: rule }
}

/**
 * Converts a selector. In a file, it ends at the first word that ends with `)`; inside, words are split and quoted as
 * in a command line.
 */
function holdSelector(rule: Bytes, inside: Bytes): HeldRule {
  const words = splitWords(inside)
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

/** Quotes a word for redis-cli and redis.conf where necessary, and where characters of it are not seen. */
export function quoteWord(word: Bytes): Bytes {
  const text = toTextExact(word)
  return text === null || text === '' || /["' ]/.test(text) || hasInvisible(text) ? quote(word) : word
}

/** Returns true for a user name that a file can hold: without white space, and valid UTF-8. */
export function holdsName(name: Bytes): boolean {
  return name !== '' && !hasSpaces(name) && toTextExact(name) !== null
}

/** Returns true for a word in the form of a rule. */
export function looksLikeRule(word: string): boolean {
  // A server reads words up to a NUL, but what follows one may be a secret.
  if (word.includes('\0')) return false
  const rule = parseRule(word.replace(/^\(+/, '').replace(/\)$/, ''))
  switch (rule.kind) {
    case 'command':
    case 'category':
      return /^[\w.|-]+$/.test(rule.name)
    case 'key':
      return rule.form !== '%'
    case 'password':
      return rule.form === 'plain' || isPasswordHash(lower(rule.value))
    case 'roles':
      return /^[!-~]+$/.test(rule.list)
    case 'databases':
      return /^[\d,]+$/.test(rule.list)
    case 'flag':
    case 'channel':
    case 'all':
    case 'reset':
      return true
    default:
      return false
  }
}
