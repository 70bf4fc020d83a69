import { toText, type Bytes } from '../acl/bytes'
import { EVERY_DATABASE, READ, type Access, type Command, runsAlone } from '../acl/command'
import { commandSpace } from '../acl/allowed'
import { check } from '../acl/check'
import { Users, type User } from '../acl/users'
import type { Target } from '../targets/target'
import { categoryRules, singleRules } from './least-privilege/commands'
import { keyRule, maxLevel, patternsFor, type Level, type MadePattern } from './least-privilege/patterns'
import { plural } from './numbers'
import { permissionSet } from './permissions'
import { commandOf, sortDenial, usesOfLine } from './replay'
import { sortOption } from './sort-option'
import { finish, type Steps } from './steps'
import type { CapturedLine } from './replay/types'

export { maxLevel } from './least-privilege/patterns'

/** Labels of the levels, for a slider. */
export const levelNames: readonly string[] = [
  'exact names',
  'numbers and ids open',
  'last part open',
  'first part only',
  'everything',
]

export interface LeastPrivilegeOptions {
  /** From 0 (exact) to `maxLevel` (everything); other values are clamped. */
  readonly level: number
  /** `commands`: name every command; `categories`: use categories of which many commands were seen. */
  readonly commands: 'commands' | 'categories'
}

/** A suggested pattern, with the names that it matches beyond those observed. */
export interface SuggestedPattern extends MadePattern {
  readonly kind: 'key' | 'channel'
  readonly rule: Bytes
}

/** A suggested user that can run the observed lines. */
export interface SuggestedUser {
  /** All rules except `on` and the password. */
  readonly rules: readonly Bytes[]
  readonly patterns: readonly SuggestedPattern[]
  /** Names of commands that it allows and that were not observed. */
  readonly beyondCommands: readonly string[]
  /** Sentences on permissions beyond the observed lines. */
  readonly beyond: readonly string[]
  /** Lines that it would still deny. */
  readonly refused: readonly CapturedLine[]
  /** PSUBSCRIBE patterns that only `&*` allows: they must be granted literally, but contain white space. */
  readonly notGranted: readonly Bytes[]
  /** Names of commands that the target does not have. */
  readonly unknown: readonly string[]
}

/** The permissions that the lines need. */
interface Needs {
  readonly commands: Set<Command>
  readonly keys: Map<Bytes, Access>
  readonly channels: Map<Bytes, Access>
  /** PSUBSCRIBE patterns, which must be granted literally. */
  readonly channelPatterns: Set<Bytes>
  readonly databases: Set<number>
  readonly unknown: Set<string>
  /** True where SORT was observed with an option that needs read access to every key. */
  everyKey: boolean
}

/**
 * Suggests rules that allow these lines and little else: the commands seen, or categories of them; patterns derived
 * from the keys and channels, at a level of generality; databases on Valkey 9.1. Reports what the rules allow beyond
 * the lines.
 */
export function leastPrivilege(
  lines: readonly CapturedLine[],
  target: Target,
  options: LeastPrivilegeOptions,
): SuggestedUser {
  return finish(leastPrivilegeInSteps(lines, target, options))
}

/** Same as `leastPrivilege`, a line or a rule a step. */
export function* leastPrivilegeInSteps(
  lines: readonly CapturedLine[],
  target: Target,
  options: LeastPrivilegeOptions,
): Steps<SuggestedUser> {
  const { behaviours } = target
  const level = Math.min(maxLevel, Math.max(0, Math.trunc(options.level) || 0)) as Level
  const needs = yield* needsOf(lines, target)
  const keys = (yield* keyPatterns(needs, level)).map((made): SuggestedPattern => ({
    ...made,
    kind: 'key',
    rule: keyRule(made.pattern, made.access, behaviours.hasSelectors),
  }))
  const channels = behaviours.hasChannels ? yield* channelPatterns(needs, level) : []
  const commands = [...needs.commands]
  const rules = [
    ...keys.map(({ rule }) => rule),
    ...(behaviours.hasChannels ? ['resetchannels', ...channels.map(({ rule }) => rule)] : []),
    ...(behaviours.hasDatabases ? [databaseRule(needs.databases)] : []),
    ...(options.commands === 'commands'
      ? singleRules(commands)
      : categoryRules(commands, commandSpace(target.table, behaviours))),
  ]
  const user = yield* userWith(rules, target)
  const refused = yield* refusedBy(rules, keys, lines, target)
  const patterns = [...keys, ...channels]
  const beyondCommands = extraCommands(user, needs.commands)
  return {
    rules,
    patterns,
    beyondCommands,
    beyond: sentences(patterns, beyondCommands, needs),
    refused,
    notGranted: channels.some(({ pattern }) => pattern === '*') ? [] : [...needs.channelPatterns].filter(hasWhiteSpace),
    unknown: [...needs.unknown],
  }
}

function* needsOf(lines: readonly CapturedLine[], target: Target): Steps<Needs> {
  const needs: Needs = {
    commands: new Set(),
    keys: new Map(),
    channels: new Map(),
    channelPatterns: new Set(),
    databases: new Set(),
    unknown: new Set(),
    everyKey: false,
  }
  for (const [i, line] of lines.entries()) {
    yield { done: i, of: lines.length }
    const command = commandOf(line, target)
    if (command === undefined) {
      if (needs.unknown.size < 100) needs.unknown.add(toText(line.argv.slice(0, 1).join(' ')).slice(0, 60))
      continue
    }
    if (!command.flags.has('no_auth')) needs.commands.add(command)
    const uses = usesOfLine(line, command, target)
    if (sortOption(line.argv, command, target) !== null) needs.everyKey = true
    for (const { key, access } of uses.keys) needs.keys.set(key, ((needs.keys.get(key) ?? 0) | access) as Access)
    for (const { channel, isPattern } of uses.channels) {
      if (isPattern) needs.channelPatterns.add(channel)
      else needs.channels.set(channel, 0)
    }
    for (const { db } of uses.databases) needs.databases.add(db)
  }
  return needs
}

/** Returns the key patterns. SORT's BY and GET need `%R~*`, which covers every read-only pattern. */
function* keyPatterns(needs: Needs, level: Level): Steps<MadePattern[]> {
  const made = yield* patternsFor(needs.keys, level)
  if (!needs.everyKey || made.some(({ pattern, access }) => pattern === '*' && (access & READ) !== 0)) return made
  const rest = made.filter(({ pattern, access }) => pattern !== '*' && (access | READ) !== READ)
  const star = made.find(({ pattern }) => pattern === '*')
  const seen = namesOf(made.filter((one) => !rest.includes(one)))
  return [{ pattern: '*', access: ((star?.access ?? 0) | READ) as Access, seen, unseen: null }, ...rest]
}

function* channelPatterns(needs: Needs, level: Level): Steps<SuggestedPattern[]> {
  const made = [
    ...(yield* patternsFor(needs.channels, level)),
    ...[...needs.channelPatterns]
      .map((pattern) => (level === maxLevel ? '*' : pattern))
      .filter((pattern) => !hasWhiteSpace(pattern))
      .map((pattern): MadePattern => ({ pattern, access: 0, seen: 1, unseen: null })),
  ]
  if (made.some(({ pattern }) => pattern === '*'))
    return [{ pattern: '*', access: 0, seen: namesOf(made), unseen: null, kind: 'channel', rule: '&*' }]
  const distinct = new Map(made.map((one) => [one.pattern, one]))
  return [...distinct.values()].map((one) => ({ ...one, kind: 'channel', rule: `&${one.pattern}` }))
}

/** Counts the observed names that the patterns cover. */
const namesOf = (made: readonly MadePattern[]): number => made.reduce((sum, { seen }) => sum + seen, 0)

const hasWhiteSpace = (pattern: Bytes): boolean => /[\0\t\n\v\f\r ]/.test(pattern)

function databaseRule(databases: ReadonlySet<number>): Bytes {
  if (databases.has(EVERY_DATABASE)) return 'alldbs'
  const numbers = [...databases].filter((db) => db >= 0).sort((a, b) => a - b)
  return numbers.length === 0 ? 'resetdbs' : `db=${numbers.join(',')}`
}

function* userWith(rules: readonly Bytes[], target: Target): Steps<User> {
  const user = new Users(target.table, target.behaviours).newUser('suggested')
  for (const [i, text] of rules.entries()) {
    yield { done: i, of: rules.length }
    user.applyAsRule({ text, span: null })
  }
  return user
}

/**
 * Returns the lines that the rules would deny. Looks exact names up in a set, since there may be as many as there are
 * lines.
 */
function* refusedBy(
  rules: readonly Bytes[],
  keys: readonly SuggestedPattern[],
  lines: readonly CapturedLine[],
  target: Target,
): Steps<CapturedLine[]> {
  const exact = new Map(keys.filter(({ pattern }) => !/[*?[\\]/.test(pattern)).map((key) => [key.pattern, key]))
  const named = new Set([...exact.values()].map(({ rule }) => rule))
  const user = yield* userWith(
    rules.filter((rule) => !named.has(rule)),
    target,
  )
  const isRefused = (line: CapturedLine): boolean => {
    const command = commandOf(line, target)
    if (command === undefined) return false
    if (sortDenial(line, command, user, target) !== null) return true
    const uses = usesOfLine(line, command, target)
    const rest = uses.keys.filter(
      ({ key, access }) => ((exact.get(key)?.access ?? 0) & access) !== access || !exact.has(key),
    )
    return !check(user, command, line.argv, { ...uses, keys: rest })
  }
  const refused: CapturedLine[] = []
  for (const [i, line] of lines.entries()) {
    yield { done: i, of: lines.length }
    if (isRefused(line)) refused.push(line)
  }
  return refused
}

function extraCommands(user: User, seen: ReadonlySet<Command>): string[] {
  const set = permissionSet(user)
  return user.space.table.commands
    .filter(
      (command) =>
        set.cell(command) === 'all' && !seen.has(command) && !command.flags.has('no_auth') && runsAlone(command),
    )
    .map(({ name }) => name)
}

function sentences(patterns: readonly SuggestedPattern[], commands: readonly string[], needs: Needs): string[] {
  const open = patterns.filter(({ pattern }) => /[*?[]/.test(pattern))
  return [
    ...(needs.everyKey
      ? [
          'It may read every key: SORT with BY or GET is denied to users who may not. Sort in the application to avoid that.',
        ]
      : []),
    ...(commands.length > 0 ? [`It may run ${plural(commands.length, 'more command')}.`] : []),
    ...open
      .slice(0, 20)
      .map(
        ({ rule, seen, unseen, kind }) =>
          `${toText(rule)} stands for ${plural(seen, kind)} seen, and lets it use others${unseen === null ? '' : `, such as ${toText(unseen)}`}.`,
      ),
    ...(open.length > 20 ? [`So do ${open.length - 20} more patterns.`] : []),
    ...(needs.commands.size > 1 && patterns.length > 1
      ? ['Every command is allowed on every pattern with sufficient access, including combinations that were not seen.']
      : []),
  ]
}
