import { aclWords, eachAclLine, trimRule, type AclWord } from '../../acl/aclfile'
import { fromText, lower, type Bytes } from '../../acl/bytes'
import type { Access } from '../../acl/command'
import { mergeSelectors } from '../../acl/merge'
import { isCommandRule, isResetOf, keyGrant, parseRule, printRule, type ParsedRule } from '../../acl/rule'
import { SourceText } from '../../acl/source'
import { splitWords } from '../../acl/split'
import type { Selector, User, Users } from '../../acl/users'
import type { Target } from '../../targets/target'
import type { StepBudget } from '../compare/cover'
import type { Edit, Fix } from '../diagnostic'
import type { Claim } from './claim'
import type { ClientId } from './clients'

/** One rule of a user line, with its place in the line (UTF-16 units). Rules inside a selector are tokens of their own. */
export interface Token {
  readonly text: Bytes
  /** The same in lower case. */
  readonly word: Bytes
  readonly from: number
  readonly to: number
  /** 0: the root permissions; 1 and up: the selectors in order. */
  readonly selector: number
  readonly parsed: ParsedRule
  /** The rule as one about commands: as written, but `+@all` for allcommands, and `-@all` for nocommands and reset. Null where it is about something else. */
  readonly rule: Bytes | null
  /** What to cut out to take the rule away: a blank beside it included. */
  readonly cutFrom: number
  readonly cutTo: number
  /** The pattern, where the rule is one; access as in KeyPattern. */
  readonly pattern: { readonly kind: 'key' | 'channel'; readonly text: Bytes; readonly access: Access } | null
}

/**
 * The rules of one line that are checked one by one, and the characters of a rule that is. `UserLine.user` is what the
 * whole line makes, however long it is.
 */
export const MOST_RULES = 500
export const LONGEST_RULE = 1_000

/** A `user` line as checks see it. Everything in it depends on the line's text, the target and the client alone. */
export interface UserLine {
  /** The line as written. */
  readonly source: string
  readonly target: Target
  /** The client library that was chosen for the file, or null. */
  readonly client: ClientId | null
  readonly name: Token
  readonly tokens: readonly Token[]
  /** Rules of the line, and those of them that are not among the tokens: see MOST_RULES and LONGEST_RULE. */
  readonly rules: number
  readonly unread: number
  /** The same by selector: those of the root permissions, then those of each selector. */
  readonly bySelector: readonly (readonly Token[])[]
  /** Those of the tokens that are key or channel patterns. */
  readonly patterns: readonly Token[]
  /** Those of the tokens that add a password in clear (`>…`). */
  readonly plain: readonly Token[]
  /** Where the selectors stand, parentheses included. */
  readonly selectors: readonly { readonly from: number; readonly to: number }[]
  /** The user as the server reads the line; null where it refuses it. */
  readonly user: User | null
  /** Where a rule can be added: the end of the last rule. */
  readonly end: number
}

/** What a check says of a line: places are in the line. */
export interface Report {
  readonly message: string
  readonly hint: string | null
  readonly from: number
  readonly to: number
  /** Where it differs from the severity of the diagnostic. */
  readonly severity?: 'error' | 'warning' | 'info'
  /** Equal for diagnostics of one code that say the same of several users: a file shows them as one, at the first user. */
  readonly group?: string | undefined
  /** What it says of the user, for tests to ask. */
  readonly claims?: () => readonly Claim[]
  /** Those that take some making are made when they are asked for. */
  readonly fixes: readonly Fix[] | (() => readonly Fix[])
}

/**
 * What only some lines have. `oddPatterns`: a pattern that is more than a prefix, a delimiter and a star, or every name;
 * `refused`: a rule that the server does not take.
 */
export type Subject =
  'plain' | 'oddPatterns' | 'selectors' | 'databases' | 'quotes' | 'bars' | 'client' | 'refused' | 'placeholders'

/** One entry of the catalogue: looks at one user line. */
export interface LineCheck {
  /** Kebab-case; the name that silences it and heads its section in the documentation. */
  readonly code: string
  readonly severity: 'error' | 'warning' | 'info'
  /** It has nothing to say of a line without this, and is not asked. */
  readonly about?: Subject
  /** It says that no rule of the line is of some kind: it is skipped where some rules of the line are unread. */
  readonly needsAllRules?: true
  readonly check: (line: UserLine) => readonly Report[]
}

function commandRule(text: Bytes, parsed: ParsedRule): Bytes | null {
  if (text[0] === '+' || text[0] === '-') return text.length > 1 ? text : null
  if (isResetOf(parsed, 'user')) return '-@all'
  return isCommandRule(parsed) ? printRule(parsed) : null
}

/** The key or channel pattern of a rule as written: the words allkeys and allchannels have none. */
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
 * Reads one line of users.acl; null where it is not a `user` line. `users` gives the target's rules for a new user, and
 * is not changed.
 */
export function readUserLine(
  text: string,
  users: Users,
  target: Target,
  client: ClientId | null = null,
): UserLine | null {
  const bytes = fromText(text)
  // Places are in bytes; where the text is not ASCII they are brought back to UTF-16 units.
  const source = bytes === text ? null : new SourceText('users.acl', bytes)
  const place = (at: number): number => (source === null ? at : source.span(1, at, at).from)
  let words: readonly AclWord[] = []
  eachAclLine(bytes, (number, from, to) => {
    if (number === 1) words = aclWords(bytes, from, to)
  })
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

/** The number of rules between a selector's parentheses. */
function rulesIn(text: Bytes): number {
  return splitWords(text.slice(1, -1))?.length ?? 0
}

/** The rules between a selector's parentheses. The first one cannot take the blank before it along: there is none. */
function insideSelector(text: Bytes, selector: number, place: (at: number) => number): Token[] {
  return (splitWords(text.slice(1, -1)) ?? []).map((word, i) => {
    const from = place(1 + word.from)
    const to = place(1 + word.to)
    const first = i === 0 && text[1 + word.to] === ' '
    return token(word.text, from, to, selector, i === 0 ? from : from - 1, first ? to + 1 : to)
  })
}

/** The steps that a check may take to compare the patterns of a line: in proportion to its length, so that a file's are to the file's. */
export function patternSteps(line: UserLine): StepBudget {
  return { left: 2_000 + 50 * line.end }
}

const nothing: readonly Report[] = []

/** What there is to say of the items of a list. Mostly that is nothing, which costs nothing. */
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

/** What there is to say of the selectors of a line's user, the root permissions (0) included. */
export function onEachSelector(
  line: UserLine,
  reports: (selector: Selector, at: number) => readonly Report[],
): readonly Report[] {
  return line.user === null ? nothing : onEach(line.user.selectors, reports)
}

const noFixes: readonly Fix[] = []

/** A report on one token. */
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

/** Takes a token away with the blank before it. */
export function removeToken(token: Token, label = 'Remove this rule'): Fix {
  return { label, edits: [{ from: token.cutFrom, to: token.cutTo, insert: '' }] }
}

/** Takes tokens away, each with the blank before it. */
export function cuts(tokens: readonly Token[]): Edit[] {
  const edits: Edit[] = []
  for (const { cutFrom, cutTo } of [...tokens].sort((a, b) => a.from - b.from)) {
    // The first rule of a selector takes the blank after it along, which the second one has before it.
    edits.push({ from: Math.max(cutFrom, edits.at(-1)?.to ?? 0), to: cutTo, insert: '' })
  }
  return edits
}

/** Adds rules at the end of the line: to the root permissions. */
export function addRules(line: UserLine, rules: readonly string[], label: string): Fix {
  return { label, edits: [insertRules(line, 0, rules)] }
}

/** Adds rules to the root permissions (0) or to a selector, at its end. */
export function insertRules(line: UserLine, selector: number, rules: readonly string[]): Edit {
  const inside = line.selectors[selector - 1]
  const at = inside === undefined ? line.end : inside.to - 1
  return { from: at, to: at, insert: rules.map((rule) => ` ${rule}`).join('') }
}

/** Marks a fix as one that changes nothing for anybody. The checker tries it before it lets the mark stand. */
export function safe(fix: Fix): Fix {
  return { ...fix, safe: true }
}
