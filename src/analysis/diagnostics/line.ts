import { AclLines, aclWords, trimRule, type AclWord } from '../../acl/aclfile'
import { fromText, lower, type Bytes } from '../../acl/bytes'
import type { Access } from '../../acl/command'
import { mergeSelectors } from '../../acl/merge'
import { isCommandRule, isResetOf, keyGrant, parseRule, printRule, type ParsedRule } from '../../acl/rule'
import { SourceText } from '../../acl/source'
import { splitWords } from '../../acl/split'
import type { Selector, User, Users } from '../../acl/users'
import type { Target } from '../../targets/target'
import type { Budget } from '../../proof/inclusion'
import type { Edit, Fix } from '../diagnostic'
import type { Claim } from './claim'
import type { ClientId } from './clients'

/** A rule of a user line, with its offsets in the line (UTF-16 units). Rules inside a selector are separate tokens. */
export interface Token {
  readonly text: Bytes
  /** The text in lower case. */
  readonly word: Bytes
  readonly from: number
  readonly to: number
  /** The index of the selector: 0 for the root permissions. */
  readonly selector: number
  readonly parsed: ParsedRule
  /**
   * The rule as a command rule: as written, but `+@all` for allcommands, and `-@all` for nocommands and reset. Null for
   * other rules.
   */
  readonly rule: Bytes | null
  /** The range to delete to remove the rule, with an adjacent space. */
  readonly cutFrom: number
  readonly cutTo: number
  /** The pattern of a key or channel rule, with access as in KeyPattern; else null. */
  readonly pattern: { readonly kind: 'key' | 'channel'; readonly text: Bytes; readonly access: Access } | null
}

/**
 * Limits of a line: the number of rules that are checked individually, and the length of such a rule in characters.
 * `UserLine.user` is always built from the whole line.
 */
export const MOST_RULES = 500
export const LONGEST_RULE = 1_000

/** A parsed `user` line for the checks. All of it depends only on the line's text, the target and the client. */
export interface UserLine {
  /** The line as written. */
  readonly source: string
  readonly target: Target
  /** The client library selected for the file, or null. */
  readonly client: ClientId | null
  readonly name: Token
  readonly tokens: readonly Token[]
  /** The number of rules of the line, and of those that are not among the tokens: see MOST_RULES and LONGEST_RULE. */
  readonly rules: number
  readonly unread: number
  /** The tokens by selector: the root permissions, then each selector. */
  readonly bySelector: readonly (readonly Token[])[]
  /** The tokens that are key or channel patterns. */
  readonly patterns: readonly Token[]
  /** The tokens that add a plain-text password (`>…`). */
  readonly plain: readonly Token[]
  /** The ranges of the selectors, parentheses included. */
  readonly selectors: readonly { readonly from: number; readonly to: number }[]
  /** The user that the line defines; null where the server rejects it. */
  readonly user: User | null
  /** The offset at which a rule can be added: the end of the last rule. */
  readonly end: number
}

/** A report of a check on a line. Offsets are in the line. */
export interface Report {
  readonly message: string
  readonly hint: string | null
  readonly from: number
  readonly to: number
  /** The severity, where it differs from that of the check. */
  readonly severity?: 'error' | 'warning' | 'info'
  /** A key by which a file joins equal reports of one code on several users, at the first user. */
  readonly group?: string | undefined
  /** The claims that the report makes about the user, for tests. */
  readonly claims?: () => readonly Claim[]
  /** The fixes. A function is called on demand, for fixes that are expensive to create. */
  readonly fixes: readonly Fix[] | (() => readonly Fix[])
}

/**
 * A feature of only some lines. `oddPatterns`: a pattern other than `*` or a prefix that ends in a delimiter and a
 * star; `refused`: a rule that the server rejects.
 */
export type Subject =
  'plain' | 'oddPatterns' | 'selectors' | 'databases' | 'quotes' | 'bars' | 'client' | 'refused' | 'placeholders'

/** A check of a user line. */
export interface LineCheck {
  /** The name in kebab case, by which it is muted and which heads its section in the documentation. */
  readonly code: string
  readonly severity: 'error' | 'warning' | 'info'
  /** The check applies only to lines with this subject and is skipped for others. */
  readonly about?: Subject
  /** The check reports the absence of rules: it is skipped where some rules of the line are unread. */
  readonly needsAllRules?: true
  /**
   * Returns the reports on a line. Without a client, lines of one shape (`shapeOf`) must get the same reports: only texts and
   * positions may depend on what a shape leaves out.
   */
  readonly check: (line: UserLine) => readonly Report[]
}

function commandRule(text: Bytes, parsed: ParsedRule): Bytes | null {
  if (text[0] === '+' || text[0] === '-') return text.length > 1 ? text : null
  if (isResetOf(parsed, 'user')) return '-@all'
  return isCommandRule(parsed) ? printRule(parsed) : null
}

/** Returns the key or channel pattern of a rule as written; null for the words allkeys and allchannels. */
function patternOf(text: Bytes, parsed: ParsedRule): Token['pattern'] {
  const key = keyGrant(parsed)
  if (key !== null && key.access !== 0 && /^[~%]/.test(text))
    return { kind: 'key', text: key.pattern, access: key.access }
  return text[0] === '&' ? { kind: 'channel', text: text.slice(1), access: 0 } : null
}

function token(text: Bytes, from: number, to: number, selector: number, cutFrom = from - 1, cutTo = to): Token {
  const parsed = parseRule(text)
  const rule = commandRule(text, parsed)
  const pattern = patternOf(text, parsed)
  return { text, word: lower(text), parsed, rule, from, to, selector, cutFrom, cutTo, pattern }
}

/**
 * Parses a line of users.acl; null where it is not a `user` line. `users` defines the target's defaults for a new user
 * and is not modified.
 */
export function readUserLine(
  text: string,
  users: Users,
  target: Target,
  client: ClientId | null = null,
): UserLine | null {
  const bytes = fromText(text)
  // Offsets are in bytes; for non-ASCII text they are converted to UTF-16 units.
  const source = bytes === text ? null : new SourceText('users.acl', bytes)
  const place = (at: number): number => (source === null ? at : source.span(1, at, at).from)
  const line = new AclLines(bytes)
  const words: readonly AclWord[] = line.next() ? aclWords(bytes, line.from, line.to) : []
  const [keyword, name] = words
  if (keyword?.text !== 'user' || name === undefined || name.text === '') return null
  const { hasSelectors } = target.behaviours
  const rest = words.slice(2)
  const merged =
    hasSelectors && rest.some((word) => word.text[0] === '(') ? mergeSelectors(rest.map((word) => word.text)) : null
  const rules: readonly { readonly text: Bytes; readonly argument?: number }[] =
    merged === null || typeof merged === 'number' ? rest : merged
  const root: Token[] = []
  const tokens: Token[] = []
  const bySelector: Token[][] = [root]
  const selectors: { from: number; to: number }[] = []
  let user: User | null = typeof merged === 'number' ? null : users.newUser(name.text)
  let count = 0
  let unread = 0
  for (const [at, rule] of rules.entries()) {
    const text = trimRule(rule.text)
    if (text === '') continue
    if (user !== null && user.apply(text) !== null) user = null
    if (tokens.length >= MOST_RULES) {
      const skipped = hasSelectors && text[0] === '(' ? rulesIn(text) : 1
      count += skipped
      unread += skipped
      continue
    }
    const from = (rest[rule.argument ?? at]?.from ?? 0) + rule.text.indexOf(text)
    if (hasSelectors && text[0] === '(' && text.endsWith(')')) {
      selectors.push({ from: place(from), to: place(from + text.length) })
      const inside = insideSelector(text, selectors.length, (at) => place(from + at))
      count += inside.length
      const read = inside.filter((one) => one.text.length <= LONGEST_RULE).slice(0, MOST_RULES - tokens.length)
      unread += inside.length - read.length
      bySelector.push(read)
      for (const one of read) tokens.push(one)
    } else if (text.length > LONGEST_RULE) {
      count++
      unread++
    } else {
      const one = token(text, place(from), place(from + text.length), 0)
      root.push(one)
      tokens.push(one)
      count++
    }
  }
  const last = words.at(-1)
  const patterns = tokens.filter((one) => one.pattern !== null)
  const plain = root.filter((one) => one.text[0] === '>')
  return {
    source: text,
    target,
    client,
    name: token(name.text, place(name.from), place(name.to), 0),
    tokens,
    rules: count,
    unread,
    bySelector,
    patterns,
    plain,
    selectors,
    user,
    end: place(last?.to ?? name.to),
  }
}

/** Counts the rules between a selector's parentheses. */
function rulesIn(text: Bytes): number {
  return splitWords(text.slice(1, -1))?.length ?? 0
}

/**
 * Returns the rules between a selector's parentheses. The first rule has no space before it and is removed with the
 * space after it.
 */
function insideSelector(text: Bytes, selector: number, place: (at: number) => number): Token[] {
  return (splitWords(text.slice(1, -1)) ?? []).map((word, i) => {
    const from = place(1 + word.from)
    const to = place(1 + word.to)
    const first = i === 0 && text[1 + word.to] === ' '
    return token(word.text, from, to, selector, i === 0 ? from : from - 1, first ? to + 1 : to)
  })
}

/**
 * Returns the states that a check may visit to compare the patterns of a line. They are proportional to the line's
 * length, so that checking a file takes time linear in its size.
 */
export function patternStates(line: UserLine): Budget {
  return { left: 40 + line.end }
}

const nothing: readonly Report[] = []

/** Concatenates the reports on the items of a list. Allocates nothing in the common case of no reports. */
export function onEach<T>(items: readonly T[], reports: (item: T, at: number) => readonly Report[]): readonly Report[] {
  let all = nothing
  let own: Report[] | null = null
  for (let at = 0; at < items.length; at++) {
    const more = reports(items[at] as T, at)
    if (more.length === 0) continue
    if (all.length === 0) all = more
    else if (own === null) all = own = [...all, ...more]
    else for (const one of more) own.push(one)
  }
  return all
}

/** Concatenates the reports on the line's own selectors, the root permissions (0) included; roles have lines of their own. */
export function onEachSelector(
  line: UserLine,
  reports: (selector: Selector, at: number) => readonly Report[],
): readonly Report[] {
  return line.user === null ? nothing : onEach(line.user.own, reports)
}

const noFixes: readonly Fix[] = []

/** Returns a report on a token. */
export function onToken(
  token: Token,
  message: string,
  hint: string | null = null,
  fixes: Report['fixes'] = noFixes,
): Report {
  return { message, hint, from: token.from, to: token.to, fixes }
}

/** Replaces a token. */
export function replaceToken(token: Token, label: string, insert: string): Fix {
  return { label, edits: [{ from: token.from, to: token.to, insert }] }
}

/** Removes a token with the space before it. */
export function removeToken(token: Token, label = 'Remove this rule'): Fix {
  return { label, edits: [{ from: token.cutFrom, to: token.cutTo, insert: '' }] }
}

/** Removes tokens, each with the space before it. */
export function cuts(tokens: readonly Token[]): Edit[] {
  const edits: Edit[] = []
  for (const { cutFrom, cutTo } of [...tokens].sort((a, b) => a.from - b.from)) {
    // The first rule of a selector is removed with the space after it, which is also the space before the second
    // rule.
    edits.push({ from: Math.max(cutFrom, edits.at(-1)?.to ?? 0), to: cutTo, insert: '' })
  }
  return edits
}

/** Adds rules to the root permissions, at the end of the line. */
export function addRules(line: UserLine, rules: readonly string[], label: string): Fix {
  return { label, edits: [insertRules(line, 0, rules)] }
}

/** Adds rules at the end of a selector; 0 is the root permissions. */
export function insertRules(line: UserLine, selector: number, rules: readonly string[]): Edit {
  const inside = line.selectors[selector - 1]
  const at = inside === undefined ? line.end : inside.to - 1
  return { from: at, to: at, insert: rules.map((rule) => ` ${rule}`).join('') }
}

/**
 * Marks a fix as safe: it changes no permissions or log-ins. The checker verifies that and removes the mark otherwise.
 */
export function safe(fix: Fix): Fix {
  return { ...fix, safe: true }
}
