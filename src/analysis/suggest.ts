import { wordAt } from '../acl/argv'
import { type Bytes, toText } from '../acl/bytes'
import { check, readsEveryKey } from '../acl/check'
import { type Access, type Command, type Uses, accessOf, EVERY_DATABASE, READ, runsAlone } from '../acl/command'
import type { Decision, SelectorCheck } from '../acl/decision'
import { ChannelPattern, KeyPattern } from '../acl/pattern'
import { printKey } from '../acl/rule'
import { Selector } from '../acl/selector'
import type { User } from '../acl/user'
import { exactly } from '../proof/automaton'
import type { Subject } from '../proof/permissions'
import { beyond } from '../proof/users'
import { printWord } from '../resp/render'
import { quoteWord } from './user-line'
import type { Target } from '../targets/target'
import { commandTitle } from './command-title'
import { sortOption } from './sort-option'
import { finish, type Steps } from './steps'

/** Rules that would allow a denied command line, to be added at the end of the user's rules. */
export interface Suggestion {
  /** The rules as written; a selector is one rule. */
  readonly rules: readonly Bytes[]
  /**
   * The other permissions that it grants, as text to follow `and`: `97 more write commands on secret:1, such as DEL
   * secret:1`; or `nothing else`, where it is proved that the user may then additionally run only this command, on
   * exactly these keys and channels.
   */
  readonly also: string
  /** The other permissions as lists; empty where they include no command. */
  readonly grants: readonly Grant[]
  /** The extent of the other permissions, by which suggestions are sorted in ascending order. */
  readonly cost: number
}

/** Commands that a suggestion grants in addition to the wanted one. */
export interface Grant {
  /** The heading of the list: `Commands that were denied`, `Commands on secret:1`. */
  readonly what: string
  /** Full names, sorted. */
  readonly commands: readonly string[]
}

/** Returns a pattern that matches exactly these bytes. A rule cannot contain white space, so `?` replaces it. */
export function literalPattern(bytes: Bytes): Bytes {
  return bytes.replace(/[*?[\]\\]/g, '\\$&').replace(/[\0\t\n\v\f\r ]/g, '?')
}

/**
 * Returns a pattern for the first part of a name: `app:*` for `app:cart:7`; null where no delimiter follows a first
 * part.
 */
function prefixPattern(key: Bytes): Bytes | null {
  const cut = /^[^:/.|_-]+[:/.|_-]/.exec(key)?.[0]
  return cut === undefined ? null : `${literalPattern(cut)}*`
}

/** Returns true where a selector allows the command with this key as some argument. */
function usableOn(selector: Selector, command: Command, key: Bytes): boolean {
  if (!selector.commands.has(command.index) || (command.firstKey === 0 && command.keySpecs.length === 0)) return false
  if (selector.allKeys) return true
  const needs = command.keySpecs.length > 0 ? command.keySpecs.map(({ flags }) => accessOf(flags)) : [0 as Access]
  return selector.keys.some((pattern) => needs.some((need) => (pattern.access & need) === need) && pattern.matches(key))
}

interface Growth {
  readonly commands: readonly Command[]
  readonly onKeys: readonly Command[]
}

/**
 * Returns the commands that the root permissions gained: commands that were denied, and commands that could not use
 * these keys.
 */
function growth(before: Selector, after: Selector, wanted: Command, keys: readonly Bytes[]): Growth {
  const others = before.space.table.commands.filter((command) => command !== wanted && runsAlone(command))
  return {
    commands: others.filter(({ index }) => after.commands.has(index) && !before.commands.has(index)),
    onKeys: others.filter(
      (command) =>
        before.commands.has(command.index) &&
        keys.some((key) => usableOn(after, command, key) && !usableOn(before, command, key)),
    ),
  }
}

const plural = (n: number, noun: string): string => `${n} more ${noun}${n === 1 ? '' : 's'}`

function kindOf(commands: readonly Command[]): string {
  if (commands.every((command) => command.flags.has('write'))) return 'write command'
  return commands.every((command) => command.flags.has('readonly')) ? 'read command' : 'command'
}

function describe(
  { commands, onKeys }: Growth,
  keys: readonly Bytes[],
  wide: readonly Bytes[],
  everyKey: boolean,
  databases: string,
): string {
  const parts = [
    ...(everyKey ? ['the same on its other keys'] : []),
    ...(commands.length > 0 ? [plural(commands.length, 'command')] : []),
    ...(onKeys.length > 0
      ? [`${plural(onKeys.length, kindOf(onKeys))} on ${keys.length === 1 ? toText(keys[0] ?? '') : 'these keys'}`]
      : []),
    ...(databases.length > 0 ? [`all its commands in ${databases}`] : []),
    ...(wide.length > 0 ? [`as much on every key that matches ${wide.map(toText).join(' or ')}`] : []),
  ]
  return parts.join(', and ')
}

/** Returns the user with the wanted command allowed on exactly the keys, channels and databases of its command line. */
function justThis(user: User, { command, argv, selectors }: Decision): User {
  const copy = user.copy()
  const selector = new Selector(user.space, false)
  const first = copy.space.nothing.after(`+${command.name}`)
  if (typeof first !== 'string') selector.commands = first
  const [check] = selectors
  selector.keys = (check?.keys ?? []).map(({ use }) => new KeyPattern(exactly(use.key), use.access))
  selector.channels = (check?.channels ?? []).map(
    ({ use }) => new ChannelPattern(use.isPattern ? use.channel : exactly(use.channel), false),
  )
  if (check !== undefined && check.databases.length > 0) {
    selector.allDatabases = check.databases.some(({ db }) => db === EVERY_DATABASE)
    selector.databases = check.databases.map(({ db }) => db)
  }
  // Before 7.0, the first argument determines what such a command does.
  if (!user.space.behaviours.hasSubcommandRules && command.firstKey === 0 && argv[1] !== undefined) {
    const partly = copy.space.nothing.after(`+${command.name}|${argv[1]}`)
    if (typeof partly !== 'string') selector.commands = partly
  }
  copy.own = [...copy.own, selector]
  return copy
}

/** Describes what a suggestion grants beyond the wanted command line: proved, or with an example command line. */
function otherGrants(gains: string, decision: Decision, user: User, after: User, target: Target): string {
  const subject = (of: User): Subject => ({ user: of, target, hidden: new Set() })
  const { differences, undecided } = beyond(subject(after), subject(justThis(user, decision)), {
    first: true,
    assumeLogIn: true,
  })
  const [found] = differences
  if (found === undefined) {
    if (undecided.length > 0) return gains === '' ? 'perhaps more, which was not decided' : gains
    return gains === '' ? 'nothing else' : gains
  }
  const { argv, db } = found.witness
  const [name = ''] = found.commands
  const line = [commandTitle(name), ...argv.slice(name.split('|').length).map(printWord)].join(' ')
  return `${gains === '' ? 'more' : gains}, such as ${line}${db === 0 ? '' : ` in database ${db}`}`
}

/** Returns the commands that `describe` counts. */
function grantsOf({ commands, onKeys }: Growth, keys: readonly Bytes[]): Grant[] {
  const grant = (what: string, list: readonly Command[]): Grant[] =>
    list.length === 0 ? [] : [{ what, commands: list.map(({ name }) => name).sort() }]
  return [
    ...grant('Commands that were denied', commands),
    ...grant(`Commands on ${keys.length === 1 ? toText(keys[0] ?? '') : 'these keys'}`, onKeys),
  ]
}

/** Describes the databases that the root permissions gained; empty for none. */
function newDatabases(before: Selector, after: Selector): string {
  if (before.allDatabases) return ''
  if (after.allDatabases) return 'every database'
  const gained = after.databases.filter((db) => !before.databases.includes(db))
  return gained.length === 0 ? '' : `database ${gained.join(' and ')}`
}

/** Forms of the rules that a selector check lacks. */
interface Parts {
  readonly commands: readonly Bytes[]
  readonly exact: readonly Bytes[]
  /** The rules with key patterns widened to a prefix, and these patterns; null where that makes no difference. */
  readonly wide: { readonly rules: readonly Bytes[]; readonly patterns: readonly Bytes[] } | null
}

function commandRules(decision: Decision, target: Target): Bytes[] {
  const { command, argv } = decision
  const firstArgument = wordAt(argv, 1)
  // Before 7.0, a first-argument rule allows a part of a command.
  const partly = !target.behaviours.hasSubcommandRules && command.firstKey === 0 && command.arity <= -2
  return [
    ...(partly && /^[a-z-]+$/.test(firstArgument) ? [`+${command.name}|${firstArgument}`] : []),
    `+${command.name}`,
    // Half of all commands are in one of these two categories.
    ...command.categories
      .filter((category) => category !== 'slow' && category !== 'fast')
      .map((category) => `+@${category}`),
  ]
}

/** Returns a rule that adds these databases: `db=` replaces an earlier one, so it lists the present ones as well. */
function databaseRule(kept: readonly number[], databases: readonly number[]): Bytes {
  return databases.includes(EVERY_DATABASE)
    ? 'alldbs'
    : `db=${[...new Set([...kept, ...databases])].sort((a, b) => a - b).join(',')}`
}

/**
 * Returns rules for what a selector check lacks; or, with `all`, for everything that the line needs.
 * @param kept the databases that the selector allows
 */
function lacking(
  check: SelectorCheck,
  all: boolean,
  kept: readonly number[],
  decision: Decision,
  target: Target,
): Parts {
  /** Returns a key rule. A pattern that needs no access gets read access. */
  const keyRule = (pattern: Bytes, access: Access): Bytes =>
    printKey(pattern, target.behaviours.hasSelectors ? access || READ : 3)
  const keys = check.keys.filter(({ allowed }) => all || !allowed)
  const channels = check.channels.filter(({ allowed }) => all || !allowed)
  const databases = check.databases.filter(({ allowed }) => all || !allowed)
  const rest = [
    ...channels.map(({ use }) => `&${use.isPattern ? use.channel : literalPattern(use.channel)}`),
    ...(databases.length > 0
      ? [
          databaseRule(
            kept,
            check.databases.map(({ db }) => db),
          ),
        ]
      : []),
  ]
  const rulesWith = (pattern: (key: Bytes) => Bytes): Bytes[] => [
    ...new Set([...keys.map(({ use }) => keyRule(pattern(use.key), use.access)), ...rest]),
  ]
  const patterns = [...new Set(keys.flatMap(({ use }) => prefixPattern(use.key) ?? []))]
  return {
    commands: all || !check.command.allowed ? commandRules(decision, target) : [],
    exact: rulesWith(literalPattern),
    wide:
      patterns.length === 0 ? null : { rules: rulesWith((key) => prefixPattern(key) ?? literalPattern(key)), patterns },
  }
}

/** Returns the user with these rules added; null where the server rejects one of them. */
function grown(user: User, rules: readonly Bytes[]): User | null {
  const copy = user.copy()
  return rules.every((text) => copy.applyAsRule({ text, span: null }) === null) ? copy : null
}

/** Returns a selector that grants the command on exactly these keys and channels. */
function asSelector(decision: Decision, target: Target): Bytes[] {
  const check = decision.selectors[0]
  if (!check || !target.behaviours.hasSelectors) return []
  const { commands, exact } = lacking(check, true, [], decision, target)
  if (exact.length === 0) return []
  const inside = [commands[0] ?? '', ...exact]
  // Parentheses and quotes would end the selector or the word, and cannot be escaped there.
  return inside.some((rule) => /[()"']/.test(rule)) ? [] : [`(${inside.join(' ')})`]
}

/**
 * Returns the smallest rules that would allow a denied command line, those that grant least else first. Each is
 * verified: with its rules added at the end, the user may run the line. Empty for an allowed line, or where no rule
 * helps.
 * @param user the user, whose decision this is
 */
export function suggest(decision: Decision, user: User, target: Target): Suggestion[] {
  return finish(suggestInSteps(decision, user, target))
}

/** Does what `suggest` does, one candidate after the other. */
export function* suggestInSteps(decision: Decision, user: User, target: Target): Steps<Suggestion[]> {
  const root = decision.selectors[0]
  if (decision.allowed || !root) return []
  const { command, argv } = decision
  const touched: Uses = {
    keys: root.keys.map(({ use }) => use),
    channels: root.channels.map(({ use }) => use),
    databases: root.databases.map(({ db }) => ({ db, at: null })),
  }
  const { commands, exact, wide } = lacking(root, false, user.root.databases, decision, target)
  const candidates: { readonly rules: readonly Bytes[]; readonly wide: readonly Bytes[] }[] = [
    ...(commands.length === 0
      ? [{ rules: exact, wide: [] }]
      : commands.map((rule) => ({ rules: [rule, ...exact], wide: [] }))),
    ...(wide ? [{ rules: [...commands.slice(0, 1), ...wide.rules], wide: wide.patterns }] : []),
    ...asSelector(decision, target).map((rule) => ({ rules: [rule], wide: [] })),
  ]
  // SORT's BY and GET need a rule of their own.
  const readsAll = sortOption(argv, command, target) === null ? [] : ['%R~*']
  const keys = [...new Set(root.keys.filter(({ allowed }) => !allowed).map(({ use }) => use.key))]
  const everyKey = (rules: readonly Bytes[]): boolean =>
    keys.length === 0 && root.keys.length > 0 && rules[0]?.startsWith('+') === true
  const found: Suggestion[] = []
  for (const [done, { rules: own, wide }] of candidates.entries()) {
    yield { done, of: candidates.length }
    const rules = [...own, ...readsAll]
    const after = grown(user, rules)
    if (!after || !check(after, command, argv, touched)) continue
    if (readsAll.length > 0 && !readsEveryKey(after, command, argv, touched)) continue
    const gained = growth(user.root, after.root, command, keys)
    // Before 7.0, allowing the whole command grants more than this line needs.
    const whole = commands[0]?.includes('|') === true && rules[0] === `+${command.name}` && !command.name.includes('|')
    const gains = whole
      ? 'all that it does'
      : describe(gained, keys, wide, everyKey(rules), newDatabases(user.root, after.root))
    const reads = readsAll.length > 0 ? ['reads of every key'] : []
    const also = otherGrants([...reads, ...(gains === '' ? [] : [gains])].join(', and '), decision, user, after, target)
    found.push({
      rules,
      also,
      grants: grantsOf(gained, keys),
      cost:
        (whole ? 1 : 0) +
        (also === 'nothing else' ? 0 : 1) +
        (newDatabases(user.root, after.root) === '' ? 0 : 500) +
        gained.commands.length * 2 +
        gained.onKeys.length +
        wide.length * 1000,
    })
  }
  return found.sort(
    (a, b) =>
      a.cost - b.cost || categoriesIn(a) - categoriesIn(b) || a.rules.join(' ').length - b.rules.join(' ').length,
  )
}

/** Counts the rules that allow a category: other versions have other commands in it. */
const categoriesIn = ({ rules }: Suggestion): number => rules.filter((rule) => rule.startsWith('+@')).length

/** Returns the command line that adds the rules in memory, quoted for redis-cli. */
export function asSetUser(user: Bytes, rules: readonly Bytes[]): Bytes {
  return ['ACL', 'SETUSER', user, ...rules].map(quoteWord).join(' ')
}
