import { aclWords, eachAclLine, rulesOfLine } from '../../acl/aclfile'
import { fromText, type Bytes } from '../../acl/bytes'
import { SourceText } from '../../acl/source'
import { splitWords } from '../../acl/split'
import type { User, Users } from '../../acl/users'
import type { Target } from '../../targets/target'
import type { Fix } from '../finding'

/** One rule of a user line, with its place in the line (UTF-16 units). Rules inside a selector are tokens of their own. */
export interface Token {
  readonly text: Bytes
  readonly from: number
  readonly to: number
  /** 0: the root permissions; 1 and up: the selectors in order. */
  readonly selector: number
}

/** A `user` line as advice sees it. Everything in it depends on the line's text and the target alone. */
export interface UserLine {
  readonly target: Target
  readonly name: Token
  readonly tokens: readonly Token[]
  /** The user as the server reads the line; null where it refuses it. */
  readonly user: User | null
  /** Where a rule can be added: the end of the last rule. */
  readonly end: number
}

/** What a piece of advice says of a line: places are in the line. */
export interface Remark {
  readonly message: string
  readonly hint: string | null
  readonly from: number
  readonly to: number
  readonly fixes: readonly Fix[]
}

/** One entry of the catalogue: looks at one user line. */
export interface Advice {
  /** Kebab-case; the name that silences it and heads its section in the documentation. */
  readonly code: string
  readonly severity: 'error' | 'warning' | 'info'
  readonly check: (line: UserLine) => readonly Remark[]
}

/**
 * Reads one line of users.acl; null where it is not a `user` line. `users` gives the target's rules for a new user, and
 * is not changed.
 */
export function readUserLine(text: string, users: Users, target: Target): UserLine | null {
  const bytes = fromText(text)
  const source = new SourceText('users.acl', bytes)
  let words: ReturnType<typeof aclWords> = []
  eachAclLine(bytes, (number, from, to) => {
    if (number === 1) words = aclWords(bytes, from, to)
  })
  const [keyword, name] = words
  if (keyword?.text !== 'user' || name === undefined || name.text === '') return null
  const place = (at: number): number => source.span(1, at, at).from
  const { hasSelectors } = target.behaviours
  const { rules, unclosed } = rulesOfLine(source, 1, words, hasSelectors)
  const tokens: Token[] = []
  let selector = 0
  let user: User | null = unclosed === null ? users.newUser(name.text) : null
  for (const rule of rules) {
    if (user?.applyAsRule(rule) != null) user = null
    const from = rule.span?.from ?? 0
    if (hasSelectors && rule.text.startsWith('(') && rule.text.endsWith(')')) {
      selector++
      for (const word of splitWords(rule.text.slice(1, -1)) ?? []) tokens.push({ text: word.text, from: from + 1 + word.from, to: from + 1 + word.to, selector })
    } else if (rule.text !== '') tokens.push({ text: rule.text, from, to: rule.span?.to ?? from, selector: 0 })
  }
  const last = words.at(-1)
  return { target, name: { text: name.text, from: place(name.from), to: place(name.to), selector: 0 }, tokens, user, end: place(last?.to ?? name.to) }
}

/** A remark on one token. */
export function onToken(token: Token, message: string, hint: string | null = null, fixes: readonly Fix[] = []): Remark {
  return { message, hint, from: token.from, to: token.to, fixes }
}

/** Replaces a token. */
export function replaceToken(token: Token, label: string, insert: string): Fix {
  return { label, edits: [{ from: token.from, to: token.to, insert }] }
}

/** Takes a token away with the space before it. */
export function removeToken(token: Token, label = 'Remove this rule'): Fix {
  return { label, edits: [{ from: token.from - 1, to: token.to, insert: '' }] }
}

/** Adds rules at the end of the line. */
export function addRules(line: UserLine, rules: readonly string[], label: string): Fix {
  return { label, edits: [{ from: line.end, to: line.end, insert: rules.map((rule) => ` ${rule}`).join('') }] }
}
