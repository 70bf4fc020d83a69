import { commandSpace, type AllowedCommands } from '../acl/allowed'
import { toText, type Bytes } from '../acl/bytes'
import { type Access, type Command, runsAlone } from '../acl/command'
import {
  channelGrant,
  isCommandRule,
  isResetOf,
  keyGrant,
  parseRule,
  type ParsedRule,
  type RuleFlag,
} from '../acl/rule'
import { patternOutside } from '../proof/inclusion'
import { union } from '../proof/language'
import { commandTitle } from './command-title'
import { type RuleContext, some } from './explain-rule'

const NO_RULE: ParsedRule = { kind: 'empty' }

/** The maximum number of rules that are compared with one another. */
const MAX_RULES = 500

/**
 * Explains how the neighbours of a rule affect it: what it adds to the rules before it, and what rules after it undo.
 * Returns sentences; none where the neighbours do not matter.
 * @param rules all rules of the same selector (or of the root), in order, as written
 * @param at the index of the rule
 */
export function explainOrder(rules: readonly Bytes[], at: number, context: RuleContext): string[] {
  const rule = rules[at]
  if (rule === undefined || rules.length > MAX_RULES) return []
  const all = rules.map(parseRule)
  const parsed = parseRule(rule)
  if (all.some((other, i) => i > at && isResetOf(other, 'user')))
    return ['reset after it resets the user, so it has no effect.']
  if (isCommandRule(parsed)) return commandOrder(rules, at, context)
  if (keyGrant(parsed) !== null) return patternOrder(rules, all, at, 'keys')
  if (channelGrant(parsed) !== null) return patternOrder(rules, all, at, 'channels')
  return wordOrder(rules, all, at)
}

// Commands

/** Returns the command set before each rule, and after the last. Rules that a server rejects have no effect. */
function sets(rules: readonly Bytes[], context: RuleContext): AllowedCommands[] {
  const { nothing } = commandSpace(context.table, context.behaviours)
  const all = [nothing]
  for (const rule of rules) {
    const before = all[all.length - 1] ?? nothing
    const parsed = parseRule(rule)
    const next = isCommandRule(parsed) ? before.after(rule) : before
    all.push(isResetOf(parsed, 'user') ? nothing : typeof next === 'string' ? before : next)
  }
  return all
}

/** Returns true for a rule that allows commands. */
function allowsCommands(text: Bytes): boolean {
  const rule = parseRule(text)
  return isCommandRule(rule) && rule.allows
}

function commandOrder(rules: readonly Bytes[], at: number, context: RuleContext): string[] {
  const all = sets(rules, context)
  const [before, after] = [all[at], all[at + 1]]
  if (before === undefined || after === undefined) return []
  const rule = rules[at] ?? ''
  const allows = allowsCommands(rule)
  const { nothing, everything } = commandSpace(context.table, context.behaviours)
  const alone = (allows ? nothing : everything).after(rule)
  if (typeof alone === 'string' || (allows && alone.mayHaveFirstArgs)) return []
  const commands = context.table.commands.filter(runsAlone)
  const touched = commands.filter(({ index }) => alone.has(index) === allows)
  const changed = touched.filter(({ index }) => before.has(index) !== allows)
  if (changed.length === 0) return [unchanged(rules, at, touched, all, allows)]
  const known = touched.length - changed.length
  const lines =
    known > 0 && touched.length > 1 && allows
      ? [`${known} of these ${known === 1 ? 'is' : 'are'} allowed by rules before it already.`]
      : []
  if (!allows && known > 0 && touched.length > 1)
    lines.push(
      `It denies ${changed.length} that ${changed.length === 1 ? 'was' : 'were'} allowed before it: ${names(changed)}.`,
    )
  return [...lines, ...undone(rules, at, touched, all, allows)]
}

const names = (commands: readonly Command[]): string =>
  some(
    commands.map(({ name }) => commandTitle(name)),
    8,
  )

function unchanged(
  rules: readonly Bytes[],
  at: number,
  touched: readonly Command[],
  all: readonly AllowedCommands[],
  allows: boolean,
): string {
  if (!allows && !rules.slice(0, at).some(allowsCommands))
    return 'It changes nothing: no rule before it allows any command.'
  // The last earlier rule after which all of them had the same state.
  for (let i = at; i > 0; i--) {
    const stood = touched.every(({ index }) => all[i - 1]?.has(index) === allows)
    if (!stood)
      return `It changes nothing: ${toText(rules[i - 1] ?? '')} before it already ${allows ? 'allows' : 'denies'} ${touched.length === 1 ? 'it' : 'all of it'}.`
  }
  return `It changes nothing: ${allows ? 'all of it is allowed' : 'none of it is allowed'} before it.`
}

/**
 * Returns which later rules undo how many commands: each command counts for the first rule that undoes it, if it stays
 * undone.
 */
function undone(
  rules: readonly Bytes[],
  at: number,
  touched: readonly Command[],
  all: readonly AllowedCommands[],
  allows: boolean,
): string[] {
  const last = all[all.length - 1]
  const by = new Map<number, Command[]>()
  let left = touched.filter(({ index }) => last?.has(index) !== allows)
  for (let i = at + 1; i < rules.length && left.length > 0; i++) {
    const turned = left.filter(({ index }) => all[i]?.has(index) === allows && all[i + 1]?.has(index) !== allows)
    if (turned.length === 0) continue
    by.set(i, turned)
    left = left.filter((command) => !turned.includes(command))
  }
  return [...by].map(([i, commands]) => {
    const rule = toText(rules[i] ?? '')
    const verb = allows ? 'denies' : 'allows'
    const how = 'again'
    if (commands.length === touched.length)
      return `${rule} after it ${verb} ${touched.length === 1 ? 'it' : 'all of it'} ${how}.`
    if (commands.length <= 2) return `${rule} after it ${verb} ${names(commands)} ${how}.`
    return `${rule} after it ${verb} ${commands.length} of these ${how}: ${names(commands)}.`
  })
}

// Keys and channels

type PatternKind = 'keys' | 'channels'

interface Grant {
  readonly pattern: Bytes
  readonly access: Access
}

/** Returns the pattern of a kind that a rule grants; a channel pattern has all access. */
function grantOf(rule: ParsedRule, of: PatternKind): Grant | null {
  if (of === 'keys') return keyGrant(rule)
  const pattern = channelGrant(rule)
  return pattern === null ? null : { pattern, access: 3 }
}

function patternOrder(rules: readonly Bytes[], parsed: readonly ParsedRule[], at: number, of: PatternKind): string[] {
  const own = grantOf(parsed[at] ?? NO_RULE, of)
  if (own === null) return []
  const resetAt = parsed.findIndex((rule, i) => i > at && isResetOf(rule, of))
  if (resetAt > at) return [`reset${of} after it revokes it.`]
  const start = parsed.findLastIndex((rule, i) => i < at && (isResetOf(rule, of) || isResetOf(rule, 'user'))) + 1
  const others = rules.flatMap((rule, i) => {
    const other = i < start || i === at ? null : grantOf(parsed[i] ?? NO_RULE, of)
    return other === null ? [] : [{ pattern: other.pattern, access: other.access, rule, i }]
  })
  // `%RW~*` is a pattern like others: only ~* and allkeys end the list.
  const everything = others.find(({ i }) => i < at && parsed[i]?.kind === 'all')
  if (everything)
    return [`${toText(everything.rule)} before it grants everything: the server rejects a further pattern.`]
  // PSUBSCRIBE requires channel patterns literally, so a wider pattern does not replace one.
  // What grants everything grants the empty name too, which no pattern matches.
  const wider = others.find(
    ({ pattern, access, i }) =>
      (access & own.access) === own.access &&
      (parsed[at]?.kind !== 'all' || parsed[i]?.kind === 'all') &&
      (pattern === own.pattern || (of === 'keys' && patternOutside(own.pattern, union([pattern])).kind === 'included')),
  )
  if (wider) return [`${toText(wider.rule)} ${wider.i < at ? 'before' : 'after'} it grants all of this too.`]
  const partner = others.find(
    ({ pattern, access }) =>
      pattern === own.pattern && (access & own.access) !== own.access && (access & own.access) !== access,
  )
  return partner ? [`With ${toText(partner.rule)} it makes one pattern that grants both reading and writing.`] : []
}

// Words and passwords

type Test = (other: ParsedRule) => boolean

const isPassword: Test = (rule) => rule.kind === 'password' && rule.adds
const isFlag =
  (...flags: readonly RuleFlag[]): Test =>
  (rule) =>
    rule.kind === 'flag' && flags.includes(rule.flag)
const emptiesPasswords: Test = (rule) => isResetOf(rule, 'passwords')
const grantsDatabases: Test = (rule) => rule.kind === 'databases'
const grantsAllDatabases: Test = (rule) => rule.kind === 'all' && rule.of === 'databases'
const emptiesDatabases: Test = (rule) => isResetOf(rule, 'databases')

const oppositeFlags: Readonly<Partial<Record<RuleFlag, RuleFlag>>> = {
  on: 'off',
  off: 'on',
  'sanitize-payload': 'skip-sanitize-payload',
  'skip-sanitize-payload': 'sanitize-payload',
}

/** Returns what logging in takes once rules after `at` have ended nopass, as the end of a sentence; empty where unclear. */
function loginAfter(parsed: readonly ParsedRule[], at: number): string {
  const rest = parsed.slice(at + 1)
  const last = rest.findLast((rule) => rule.kind === 'password' || emptiesPasswords(rule))
  if (last === undefined || rest.some(isFlag('nopass')) || (last.kind === 'password' && !last.adds)) return ''
  return last.kind === 'password' ? ': the password is asked for' : ': nobody can log in'
}

function wordOrder(rules: readonly Bytes[], parsed: readonly ParsedRule[], at: number): string[] {
  const rule = parsed[at] ?? NO_RULE
  /** Returns a sentence about the first later rule that passes one of the tests. */
  const later = (what: string, ...tests: readonly Test[]): string[] => {
    const i = parsed.findIndex((other, place) => place > at && tests.some((test) => test(other)))
    if (i < 0) return []
    return [`${parsed[i]?.kind === 'password' ? 'A password' : toText(rules[i] ?? '')} after it ${what}.`]
  }
  switch (rule.kind) {
    case 'password':
      return rule.adds ? later('drops this password', emptiesPasswords, isFlag('nopass')) : []
    case 'databases':
      return later('replaces it', grantsDatabases, grantsAllDatabases, emptiesDatabases)
    case 'selector':
      return later('removes this selector', (other) => isResetOf(other, 'selectors'))
    case 'flag': {
      if (rule.flag === 'nopass') return later(`ends this${loginAfter(parsed, at)}`, emptiesPasswords, isPassword)
      const opposite = oppositeFlags[rule.flag]
      return opposite === undefined ? [] : later('overrides it', isFlag(opposite))
    }
    case 'all':
      return later('overrides it', emptiesDatabases, grantsDatabases)
    case 'reset': {
      if (rule.of === 'databases') return later('overrides it', grantsAllDatabases, grantsDatabases)
      const { of } = rule
      if (of !== 'keys' && of !== 'channels') return []
      const dropped = rules.filter((_, i) => i < at && grantOf(parsed[i] ?? NO_RULE, of) !== null)
      return dropped.length === 0 ? [] : [`It revokes ${some(dropped.map(toText), 4)}.`]
    }
    default:
      return []
  }
}
