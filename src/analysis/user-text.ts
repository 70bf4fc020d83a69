import { type Bytes, fromText, toText } from '../acl/bytes'
import { ANY_ROLE } from '../acl/holder'
import { mergeSelectors } from '../acl/merge'
import type { User } from '../acl/user'
import type { Target } from '../targets/target'
import { applyFix, type Edit } from './diagnostic'
import { userOfRules } from './explain-line'
import { rolesIn } from './role-lines'

/** A word of a user's line. */
export interface UserToken {
  readonly text: string
  /** Offsets in the file. */
  readonly from: number
  readonly to: number
  /** The selector that it is in; 0 for the root permissions. */
  readonly selector: number
}

/** A user's line of users.acl, in words. */
export interface UserText {
  readonly name: string
  /** Counts from 1. */
  readonly line: number
  readonly from: number
  readonly to: number
  /** The rules, those inside of selectors by themselves. A selector with quotes in it is one word. */
  readonly tokens: readonly UserToken[]
  /** The places where a rule can be added to each selector, the root permissions first; null in a selector with quotes. */
  readonly ends: readonly (number | null)[]
  /** The places of the selectors, from the opening parenthesis to the closing one. */
  readonly selectors: readonly { readonly from: number; readonly to: number }[]
}

/** Finds the line of a user; of several, the last. Returns null where there is none. */
export function findUserText(acl: string, user: Bytes, hasSelectors: boolean): UserText | null {
  const name = toText(user)
  let found: UserText | null = null
  let from = 0
  for (const [i, line] of acl.split('\n').entries()) {
    // Other lines are not split: files can have many.
    const words = line.includes(name) ? [...line.matchAll(/[^ \r]+/g)] : []
    if (words[0]?.[0] === 'user' && words[1]?.[0] === name)
      found = readUserText(name, i + 1, from, line.trimEnd().length + from, words.slice(2), hasSelectors)
    from += line.length + 1
  }
  return found
}

function readUserText(
  name: string,
  line: number,
  from: number,
  to: number,
  words: readonly RegExpExecArray[],
  hasSelectors: boolean,
): UserText {
  const tokens: UserToken[] = []
  const ends: (number | null)[] = [to]
  const selectors: { readonly from: number; readonly to: number }[] = []
  for (let i = 0; i < words.length; i++) {
    const word = words[i]
    if (word === undefined) break
    const start = from + word.index
    if (!hasSelectors || !word[0].startsWith('(')) {
      tokens.push({ text: word[0], from: start, to: start + word[0].length, selector: 0 })
      continue
    }
    const first = i
    while (i < words.length - 1 && !(words[i]?.[0] ?? '').endsWith(')')) i++
    const members = words.slice(first, i + 1)
    const selector = ends.length
    const end = from + (members.at(-1)?.index ?? 0) + (members.at(-1)?.[0].length ?? 0)
    selectors.push({ from: start, to: end })
    if (members.some(([text]) => /["'\\]/.test(text))) {
      tokens.push({ text: members.map(([text]) => text).join(' '), from: start, to: end, selector })
      ends.push(null)
      continue
    }
    for (const [k, { 0: text, index }] of members.entries()) {
      const opens = k === 0 ? 1 : 0
      const closes = k === members.length - 1 && text.endsWith(')') ? 1 : 0
      const inner = text.slice(opens, text.length - closes)
      if (inner !== '')
        tokens.push({ text: inner, from: from + index + opens, to: from + index + opens + inner.length, selector })
    }
    ends.push(members.at(-1)?.[0].endsWith(')') === true ? end - 1 : end)
  }
  return { name, line, from, to, tokens, ends, selectors }
}

/** Returns the edit that adds a rule at the end of a selector; null where its text cannot be edited. */
export function addRule({ ends, tokens }: UserText, selector: number, rule: string): Edit | null {
  const at = ends[selector] ?? null
  if (at === null) return null
  const isEmpty = selector > 0 && !tokens.some((token) => token.selector === selector)
  return { from: at, to: at, insert: isEmpty ? rule : ` ${rule}` }
}

/** Returns the edit that removes a rule with the blank before it, or after it at the start of a selector. */
export function removeRule(acl: string, { from, to }: UserToken): Edit {
  if (acl[from - 1] === '(') return { from, to: acl[to] === ' ' ? to + 1 : to, insert: '' }
  let start = from
  while (acl[start - 1] === ' ') start--
  return { from: start, to, insert: '' }
}

/** Applies edits that are sorted and do not overlap. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  return applyFix(text, { label: '', edits })
}

/**
 * Returns the user that its line makes; null where the server rejects the line.
 * @param anyRole true for a user that may also hold roles which the file does not define
 */
export function userOfText(
  acl: string,
  name: Bytes,
  target: Target,
  allChannels?: boolean,
  anyRole = false,
): User | null {
  const found = findUserText(acl, name, target.behaviours.hasSelectors)
  if (found === null) return null
  const [, , ...words] = acl
    .slice(found.from, found.to)
    .split(' ')
    .filter((word) => word !== '')
    .map(fromText)
  const rules = target.behaviours.hasSelectors ? mergeSelectors(words) : words.map((text) => ({ text }))
  if (typeof rules === 'number') return null
  const roles = rolesIn(acl, target)
  const made = userOfRules(
    found.name,
    rules.map(({ text }) => text),
    target,
    allChannels,
    anyRole ? { ...ANY_ROLE, get: (role) => roles?.get(role) } : roles,
  )
  return 'user' in made ? made.user : null
}
