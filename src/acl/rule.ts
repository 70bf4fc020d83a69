import type { AclBehaviours } from './behaviours'
import { lower, type Bytes } from './bytes'
import { READ, WRITE, type Access } from './command'
import { cString, type RuleError } from './rule-errors'

/** A rule as ACLSetUser and ACLSetSelector (acl.c) parse it. Some releases refuse some forms: see `neededBehaviour`. */
export type ParsedRule =
  | { readonly kind: 'empty' }
  | { readonly kind: 'flag'; readonly flag: RuleFlag }
  /** `>secret`, `#hash`, `<secret`, `!hash`. */
  | { readonly kind: 'password'; readonly adds: boolean; readonly form: 'plain' | 'hash'; readonly value: Bytes }
  /** `+get`, `-config|get`, `+select|0`, with the name as written: only a command table tells subcommands from first arguments. */
  | { readonly kind: 'command'; readonly allows: boolean; readonly name: Bytes }
  /** `+@read`; `allcommands` and `nocommands` are category rules of `all`. */
  | { readonly kind: 'category'; readonly allows: boolean; readonly name: Bytes }
  /** `~app:*`, `%R~app:*`, or `%R` alone, whose pattern is empty. Access 0 (`%~app:*`, `%`) is accepted by few releases. */
  | { readonly kind: 'key'; readonly access: Access; readonly pattern: Bytes; readonly form: '~' | '%~' | '%' }
  | { readonly kind: 'channel'; readonly pattern: Bytes }
  /** `db=0,1`, the list as written: see `readDatabases`. */
  | { readonly kind: 'databases'; readonly list: Bytes }
  /** `role=reader,writer`, the list as written: see `readRoles`. */
  | { readonly kind: 'roles'; readonly list: Bytes }
  /** `allkeys` and `~*`, `allchannels` and `&*`, `alldbs`. */
  | { readonly kind: 'all'; readonly of: 'keys' | 'channels' | 'databases' }
  | { readonly kind: 'reset'; readonly of: ResetScope }
  /** `(+get ~app:*)`: the rules inside the parentheses as written, which are split like a command line. */
  | { readonly kind: 'selector'; readonly inside: Bytes }
  /** Not a rule; `like` tells which kind was begun. */
  | { readonly kind: 'invalid'; readonly like: 'key' | 'selector' | null; readonly text: Bytes }

export type RuleKind = ParsedRule['kind']

export type RuleFlag = 'on' | 'off' | 'nopass' | 'sanitize-payload' | 'skip-sanitize-payload'

/** The part of a user that `reset`, `resetpass`, `resetkeys`, `resetchannels`, `resetdbs`, `clearselectors` or `resetroles` empties. */
export type ResetScope = 'user' | 'passwords' | 'keys' | 'channels' | 'databases' | 'selectors' | 'roles'

type WordRule = Extract<ParsedRule, { kind: 'flag' | 'category' | 'all' | 'reset' }>

const words: ReadonlyMap<Bytes, WordRule> = new Map<Bytes, WordRule>([
  ['on', { kind: 'flag', flag: 'on' }],
  ['off', { kind: 'flag', flag: 'off' }],
  ['nopass', { kind: 'flag', flag: 'nopass' }],
  ['resetpass', { kind: 'reset', of: 'passwords' }],
  ['sanitize-payload', { kind: 'flag', flag: 'sanitize-payload' }],
  ['skip-sanitize-payload', { kind: 'flag', flag: 'skip-sanitize-payload' }],
  ['allkeys', { kind: 'all', of: 'keys' }],
  ['resetkeys', { kind: 'reset', of: 'keys' }],
  ['allchannels', { kind: 'all', of: 'channels' }],
  ['resetchannels', { kind: 'reset', of: 'channels' }],
  ['alldbs', { kind: 'all', of: 'databases' }],
  ['resetdbs', { kind: 'reset', of: 'databases' }],
  ['allcommands', { kind: 'category', allows: true, name: 'all' }],
  ['nocommands', { kind: 'category', allows: false, name: 'all' }],
  ['clearselectors', { kind: 'reset', of: 'selectors' }],
  ['resetroles', { kind: 'reset', of: 'roles' }],
  ['reset', { kind: 'reset', of: 'user' }],
])

const EMPTY: ParsedRule = { kind: 'empty' }
const ALL_KEYS: ParsedRule = { kind: 'all', of: 'keys' }
const ALL_CHANNELS: ParsedRule = { kind: 'all', of: 'channels' }

/**
 * Parses one rule, a whole `( … )` being one. Accepts any bytes and never throws. Words, command names and categories are
 * case-insensitive and end at a NUL, as C strings do; patterns and passwords are taken as written.
 */
export function parseRule(text: Bytes): ParsedRule {
  switch (text[0]) {
    case undefined:
      return EMPTY
    case '+':
    case '-':
      return parseCommandRule(text)
    case '~':
      return isStar(text) ? ALL_KEYS : { kind: 'key', access: 3, pattern: text.slice(1), form: '~' }
    case '%':
      return parseKeyWithAccess(text)
    case '&':
      return isStar(text) ? ALL_CHANNELS : { kind: 'channel', pattern: text.slice(1) }
    case '>':
    case '<':
      return { kind: 'password', adds: text[0] === '>', form: 'plain', value: text.slice(1) }
    case '#':
    case '!':
      return { kind: 'password', adds: text[0] === '#', form: 'hash', value: text.slice(1) }
    case '(':
      return text.endsWith(')')
        ? { kind: 'selector', inside: text.slice(1, -1) }
        : { kind: 'invalid', like: 'selector', text }
  }
  const written = words.get(text)
  if (written !== undefined) return written
  const word = lower(cString(text))
  const known = words.get(word)
  if (known !== undefined) return known
  if (word.startsWith('db=')) return { kind: 'databases', list: word.slice(3) }
  if (word.startsWith('role=')) return { kind: 'roles', list: cString(text).slice(5) }
  return { kind: 'invalid', like: null, text }
}

/** Returns true for a sign and `*`, up to the end or a NUL. */
function isStar(text: Bytes): boolean {
  return text[1] === '*' && (text.length === 2 || text[2] === '\0')
}

function parseCommandRule(text: Bytes): ParsedRule {
  const allows = text[0] === '+'
  const name = cString(text).slice(1)
  return name[0] === '@' ? { kind: 'category', allows, name: lower(name.slice(1)) } : { kind: 'command', allows, name }
}

/** Parses `%R~`, `%W~`, `%RW~` and `%WR~` in any case: each letter once, up to the `~` or the end. */
function parseKeyWithAccess(text: Bytes): ParsedRule {
  let access = 0
  let at = 1
  for (; at < text.length && text[at] !== '~'; at++) {
    const letter = lower(text[at] ?? '')
    const given = letter === 'r' ? READ : letter === 'w' ? WRITE : 0
    if (given === 0 || (access & given) !== 0) return { kind: 'invalid', like: 'key', text }
    access |= given
  }
  return { kind: 'key', access: access as Access, pattern: text.slice(at + 1), form: at < text.length ? '%~' : '%' }
}

const resetWords: Readonly<Record<ResetScope, Bytes>> = {
  user: 'reset',
  passwords: 'resetpass',
  keys: 'resetkeys',
  channels: 'resetchannels',
  databases: 'resetdbs',
  selectors: 'clearselectors',
  roles: 'resetroles',
}

/** Prints a rule in its usual form, which has the same effect on every server as the text that was parsed. */
export function printRule(rule: ParsedRule): Bytes {
  switch (rule.kind) {
    case 'empty':
      return ''
    case 'flag':
      return rule.flag
    case 'password':
      return (rule.form === 'plain' ? (rule.adds ? '>' : '<') : rule.adds ? '#' : '!') + rule.value
    case 'command':
      return (rule.allows ? '+' : '-') + rule.name
    case 'category':
      return `${rule.allows ? '+' : '-'}@${rule.name}`
    case 'key':
      // A % stays, since releases without selectors refuse it.
      if (rule.form === '~') return `~${rule.pattern}`
      if (rule.form === '%' && rule.access === 0) return '%'
      return rule.access === 3 ? `%RW~${rule.pattern}` : printKey(rule.pattern, rule.access)
    case 'channel':
      return `&${rule.pattern}`
    case 'databases':
      return `db=${rule.list}`
    case 'roles':
      return `role=${rule.list}`
    case 'all':
      return rule.of === 'keys' ? '~*' : rule.of === 'channels' ? '&*' : 'alldbs'
    case 'reset':
      return resetWords[rule.of]
    case 'selector':
      return `(${rule.inside})`
    case 'invalid':
      return rule.text
  }
}

const keySigns: Readonly<Record<Access, Bytes>> = { 0: '%~', [READ]: '%R~', [WRITE]: '%W~', 3: '~' }

/** Prints a key pattern with its access as servers do: `~app:*`, `%R~app:*`. */
export function printKey(pattern: Bytes, access: Access): Bytes {
  return keySigns[access] + pattern
}

/** Returns the keys that a rule grants, `allkeys` and `~*` as the pattern `*`; null for other rules. */
export function keyGrant(rule: ParsedRule): { readonly pattern: Bytes; readonly access: Access } | null {
  if (rule.kind === 'key') return rule
  return rule.kind === 'all' && rule.of === 'keys' ? { pattern: '*', access: 3 } : null
}

/** Returns the pattern of the channels that a rule grants, `allchannels` and `&*` as `*`; null for other rules. */
export function channelGrant(rule: ParsedRule): Bytes | null {
  if (rule.kind === 'channel') return rule.pattern
  return rule.kind === 'all' && rule.of === 'channels' ? '*' : null
}

/** Returns true for a key or channel rule that is written with its sign: `~app:*`, `%R~app:*`, `&*`, not `allkeys`. */
export function isSignedPattern(text: Bytes): boolean {
  const rule = parseRule(text)
  if (rule.kind === 'key') return rule.form !== '%'
  return rule.kind === 'channel' || text === '~*' || text === '&*'
}

/** Returns true for a rule that gives a user a way to log in: a password, or nopass. */
export function logsIn(text: Bytes): boolean {
  const rule = parseRule(text)
  return (rule.kind === 'password' && rule.adds) || (rule.kind === 'flag' && rule.flag === 'nopass')
}

/** Returns true for the rule that empties this part of a user. */
export function isResetOf(rule: ParsedRule, of: ResetScope): boolean {
  return rule.kind === 'reset' && rule.of === of
}

/** Returns true for command and category rules, which AllowedCommands applies. */
export function isCommandRule(
  rule: ParsedRule,
): rule is Extract<ParsedRule, { readonly kind: 'command' | 'category' }> {
  return rule.kind === 'command' || rule.kind === 'category'
}

/** Returns the behaviour without which a target refuses rules of this form as a syntax error; null if all accept them. */
export function neededBehaviour(rule: ParsedRule): keyof AclBehaviours | null {
  switch (rule.kind) {
    case 'selector':
      return 'hasSelectors'
    case 'key':
      return rule.form === '~' ? null : 'hasSelectors'
    case 'channel':
      return 'hasChannels'
    case 'databases':
      return 'hasDatabases'
    case 'roles':
      return 'hasRoles'
    case 'flag':
      return rule.flag === 'sanitize-payload' || rule.flag === 'skip-sanitize-payload' ? 'hasSanitizePayload' : null
    case 'all':
    case 'reset':
      if (rule.of === 'channels') return 'hasChannels'
      if (rule.of === 'roles') return 'hasRoles'
      return rule.of === 'databases' ? 'hasDatabases' : rule.of === 'selectors' ? 'hasSelectors' : null
    default:
      return null
  }
}

/** Parses the list of `db=0,1`; returns it sorted, without duplicates. Numbers may start with white space and a sign, as for strtol. */
export function readDatabases(list: Bytes): readonly number[] | RuleError {
  const numbers = new Set<number>()
  for (const item of list.split(',')) {
    if (!/^[ \t\n\v\f\r]*[+-]?[0-9]+$/.test(item)) return 'syntax'
    const db = Number(item)
    if (db < 0 || db > 2147483647) return 'database-range'
    numbers.add(db)
  }
  return [...numbers].sort((a, b) => a - b)
}

/**
 * Parses the list of `role=reader,writer`; returns the names without duplicates, or the first fault from the left. An empty list and
 * a comma at its end are found before any name is looked up.
 */
export function readRoles(list: Bytes, has: (name: Bytes) => boolean): readonly Bytes[] | RuleError {
  if (list === '' || list.endsWith(',')) return 'syntax'
  const names = new Set<Bytes>()
  for (const name of list.split(',')) {
    if (name === '') return 'syntax'
    if (!has(name)) return 'no-such-role'
    names.add(name)
  }
  return [...names]
}
