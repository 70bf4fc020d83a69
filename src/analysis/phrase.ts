import { type Bytes, toText } from '../acl/bytes'
import type { Rule, SelectorPlace, Span } from '../acl/decision'
import { parseRule } from '../acl/rule'
import { commandTitle } from './command-title'

/** The syntax kind of a phrase, for colours consistent with the editors. */
export type PhraseKind = 'user' | 'cmd' | 'cat' | 'key' | 'chan' | 'neg' | 'flag' | 'pw'

/** A piece of a sentence: plain words (kind null), or a quoted rule or argument. */
export interface Phrase {
  readonly text: string
  readonly kind: PhraseKind | null
  /** The rule in a file that the words name, for a link. */
  readonly span?: Span
}

export const words = (text: string): Phrase => ({ text, kind: null })
export const userPhrase = (name: Bytes): Phrase => ({ text: toText(name), kind: 'user' })
export const commandPhrase = (name: string): Phrase => ({ text: commandTitle(name), kind: 'cmd' })
export const keyPhrase = (key: Bytes): Phrase => ({ text: key === '' ? '""' : toText(key), kind: 'key' })
export const channelPhrase = (channel: Bytes): Phrase => ({
  text: channel === '' ? '""' : toText(channel),
  kind: 'chan',
})

/** Returns the syntax kind of a rule: `+@read` is a category, `%R~a` a key. */
export function ruleKind(text: Bytes): PhraseKind {
  const rule = parseRule(text)
  switch (rule.kind) {
    case 'command':
    case 'category':
      return !rule.allows ? 'neg' : rule.kind === 'category' ? 'cat' : 'cmd'
    case 'key':
      return 'key'
    case 'channel':
      return 'chan'
    case 'all':
      return rule.of === 'keys' ? 'key' : rule.of === 'channels' ? 'chan' : 'flag'
    case 'password':
      return 'pw'
    case 'roles':
      return 'cat'
    case 'invalid':
      return rule.like === 'key' ? 'key' : 'flag'
    default:
      return 'flag'
  }
}

export const rulePhrase = (rule: Rule): Phrase => ({ text: toText(rule.text), kind: ruleKind(rule.text) })

/** Names a selector in its user or role: `root`, `selector 1`, `role reader`, `role reader, selector 1`. */
export function placeName({ role, index }: SelectorPlace): string {
  const own = index === 0 ? 'root' : `selector ${index}`
  if (role === null) return own
  return `role ${toText(role)}${index === 0 ? '' : `, ${own}`}`
}

/** Returns the phrases of a rule; each rule inside a selector is a phrase of its own. */
export function rulePhrases(text: Bytes): Phrase[] {
  if (!text.startsWith('(')) return [{ text: toText(text), kind: ruleKind(text) }]
  const inside = text.slice(1, text.endsWith(')') ? -1 : undefined).split(' ')
  const rules = inside.flatMap((rule, i) => [
    ...(i > 0 ? [words(' ')] : []),
    ...(rule === '' ? [] : [{ text: toText(rule), kind: ruleKind(rule) }]),
  ])
  return [{ text: '(', kind: 'flag' }, ...rules, ...(text.endsWith(')') ? [{ text: ')', kind: 'flag' } as const] : [])]
}

/** Returns the sentence as plain text, for terminals and screen readers. */
export function plain(phrases: readonly Phrase[]): string {
  return phrases.map((phrase) => phrase.text).join('')
}

/** Joins phrases: `a`, `a and b`, `a, b and c`. */
export function list(items: readonly Phrase[]): Phrase[] {
  return items.flatMap((item, i) => (i === 0 ? [item] : [words(i === items.length - 1 ? ' and ' : ', '), item]))
}

/** Matches a rule or a category in a sentence: `-@dangerous`, `%R~app:*`, `@read`, without the punctuation after it. */
const ruleInText = /(?<=^|[\s(])(?:(?:[+\-&~]|%[RWrw]{1,2}~)(?=[\w@*?[{\\])[^\s,;()]*[^\s,;().:]|[~&]\*|@[a-z]+)/g

/** Splits a sentence into words and the rules in it. */
export function phrasesOf(text: string): Phrase[] {
  const phrases: Phrase[] = []
  let at = 0
  for (const { 0: rule, index } of text.matchAll(ruleInText)) {
    if (index > at) phrases.push(words(text.slice(at, index)))
    phrases.push({ text: rule, kind: rule.startsWith('@') ? 'cat' : ruleKind(rule) })
    at = index + rule.length
  }
  if (at < text.length) phrases.push(words(text.slice(at)))
  return phrases
}
