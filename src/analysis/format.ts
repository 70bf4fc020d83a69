import { ruleEnd, trimRule } from '../acl/aclfile'
import { fromText, lower, toText, toTextExact, trimOf, type Bytes } from '../acl/bytes'
import { ANY_ROLE } from '../acl/holder'
import { parseRule, printRule, type ResetScope } from '../acl/rule'
import { hasSpaces } from '../acl/selector'
import { splitWords } from '../acl/split'
import { User } from '../acl/user'
import { Users } from '../acl/users'
import type { Target } from '../targets/target'
import type { Edit } from './diagnostic'
import { finish } from './steps'

/**
 * Returns edits that format users.acl: single spaces, a user's rules in the order in which servers print them (flags,
 * passwords, keys, channels, databases, commands, selectors), lower-case names, `~*` for `allkeys`. Keeps the order
 * within each of these groups. Changes a line only where the server builds the same user from it; leaves rejected lines
 * and comments unchanged.
 */
export function formatAcl(text: string, target: Target): Edit[] {
  return finish(aclFormatting(text, target))
}

/** Does what formatAcl does, a line a step. */
export function aclFormatting(text: string, target: Target): Generator<undefined, Edit[]> {
  const users = new Users(target.table, target.behaviours)
  return eachLine(text, (line) => formatUserLine(line, users))
}

/**
 * Returns edits that format redis.conf: no spaces around lines, single spaces between words, lower-case directives.
 * Leaves words and their quotes, comments, and lines with unbalanced quotes unchanged.
 */
export function formatConf(text: string): Edit[] {
  return finish(confFormatting(text))
}

/** Does what formatConf does, a line a step. */
export function confFormatting(text: string): Generator<undefined, Edit[]> {
  return eachLine(text, (line) => {
    const bytes = fromText(line)
    if (/^\s*(#|$)/.test(line)) return line.trim()
    const words = splitWords(bytes)
    if (words === null || bytes.includes('\0') || toTextExact(bytes) === null) return line
    const raw = words.map(({ from, to }) => bytes.slice(from, to))
    const next = [/^[\w-]+$/.test(raw[0] ?? '') ? lower(raw[0] ?? '') : (raw[0] ?? ''), ...raw.slice(1)].join(' ')
    const again = splitWords(next)
    const same =
      again?.length === words.length &&
      again.every(({ text }, i) => (i === 0 ? lower(text) === lower(words[0]?.text ?? '') : text === words[i]?.text))
    return same ? toText(next) : line
  })
}

/** Calls `format` with every line, without its line ending, a line a step. Returns an edit for each changed line. */
function* eachLine(text: string, format: (line: string) => string): Generator<undefined, Edit[]> {
  const edits: Edit[] = []
  let from = 0
  for (const whole of text.split('\n')) {
    const line = whole.endsWith('\r') ? whole.slice(0, -1) : whole
    const next = format(line)
    if (next !== line) edits.push({ from, to: from + line.length, insert: next })
    from += whole.length + 1
    yield
  }
  return edits
}

function formatUserLine(line: string, users: Users): string {
  if (line.trim() === '') return ''
  const bytes = fromText(line)
  const words = readLine(bytes, users)
  if (words === null) return line
  const before = made(words.name, words.rules, users)
  if (before === null) return line
  for (const rules of [inOrder(words.rules.map(canonical)), words.rules.map(canonical), words.rules]) {
    const next = ['user', words.name, ...rules].join(' ')
    const reread = readLine(next, users)
    const after = reread && made(reread.name, reread.rules, users)
    if (after && same(before, after)) return toText(next)
  }
  return line
}

interface LineWords {
  readonly name: Bytes
  /** The rules, without empty words. */
  readonly rules: readonly Bytes[]
}

/** Splits a user line as a server does; null for other lines and for lines that cannot be printed. */
function readLine(bytes: Bytes, { space }: Users): LineWords | null {
  const text = trimOf(bytes, ' \t\r\n')
  if (!text.startsWith('user ') || text.includes('\0') || toTextExact(bytes) === null) return null
  const nameEnd = ruleEnd(text, 5, false)
  const name = text.slice(5, nameEnd)
  if (name === '' || hasSpaces(name)) return null
  const rules: Bytes[] = []
  for (let at = nameEnd + 1, end; at <= text.length; at = end + 1) {
    end = ruleEnd(text, at, space.behaviours.hasSelectors)
    if (end < 0) return null
    const rule = trimRule(text.slice(at, end))
    if (rule !== '') rules.push(rule)
  }
  return { name, rules }
}

/** Returns the user that rules make; whatever roles they name count as defined. */
function made(name: Bytes, rules: readonly Bytes[], { space, allChannelsByDefault }: Users): User | null {
  const user = new User(name, space, { allChannelsByDefault, roles: ANY_ROLE })
  return rules.every((rule) => user.apply(rule) === null) ? user : null
}

/** Returns true where two users are equal, both as servers print them and in the commands they allow. */
function same(a: User, b: User): boolean {
  return (
    a.describe() === b.describe() &&
    a.selectors.length === b.selectors.length &&
    a.selectors.every(({ commands }, i) => {
      const other = b.selectors[i]?.commands
      return (
        other !== undefined &&
        commands.future === other.future &&
        commands.all === other.all &&
        commands.bits.every((word, k) => word === other.bits[k])
      )
    })
  )
}

/** Returns the canonical form of a rule. */
function canonical(text: Bytes): Bytes {
  const rule = parseRule(text)
  switch (rule.kind) {
    case 'command':
      return lower(text)
    case 'key':
      return rule.access === 3 ? `~${rule.pattern}` : printRule(rule)
    case 'selector':
      // Quotes inside would be parsed as on a command line.
      if (/["']/.test(text)) return text
      return `(${rule.inside
        .split(/[ \t]+/)
        .filter((part) => part !== '')
        .map(canonical)
        .join(' ')})`
    default:
      return printRule(rule)
  }
}

/**
 * Returns the rank of a rule in the order in which servers print a user; -1 where moving it could change its effect.
 */
function placeOf(text: Bytes): number {
  const rule = parseRule(text)
  switch (rule.kind) {
    case 'flag':
      return rule.flag === 'nopass' ? 1 : 0
    case 'password':
      return 1
    case 'key':
      return 2
    case 'channel':
      return 3
    case 'databases':
      return 4
    case 'command':
    case 'category':
      return 5
    case 'selector':
      return 6
    case 'roles':
      return 7
    case 'all':
    case 'reset':
      return scopes.indexOf(rule.of)
    default:
      return -1
  }
}

/** The scopes of reset rules by rank; `reset` itself has none. */
const scopes: readonly (ResetScope | null)[] = [
  null,
  'passwords',
  'keys',
  'channels',
  'databases',
  null,
  'selectors',
  'roles',
]

/** Sorts rules by rank, unless one of them cannot be moved, such as `reset`. */
function inOrder(rules: readonly Bytes[]): readonly Bytes[] {
  if (rules.some((rule) => placeOf(rule) < 0)) return rules
  return [...rules].sort((a, b) => placeOf(a) - placeOf(b))
}
