import { type Bytes, fromText, toText } from '../acl/bytes'
import { READ, WRITE, type Access, type Command } from '../acl/command'
import type { SelectorPlace } from '../acl/decision'
import type { Selector } from '../acl/selector'
import type { RoleTable } from '../acl/holder'
import { Role, User, Users } from '../acl/users'
import type { Target } from '../targets/target'
import { keyNeeds, patternsAllow } from './key-access/needs'
import { runnable } from './permissions'
import {
  channelPhrase,
  commandPhrase,
  keyPhrase,
  placeName,
  rulePhrase,
  userPhrase,
  words,
  type Phrase,
} from './phrase'

/** Patterns of keys or channels; `all` where every name is reached. */
export interface Reach {
  readonly all: boolean
  readonly patterns: readonly Bytes[]
}

/** The permissions of one selector, as its sentence states them. */
export interface SelectorMeaning {
  readonly reads: Reach
  readonly writes: Reach
  readonly publishes: Reach
  readonly subscribes: Reach
  /** The commands that it allows whatever their arguments are, without containers of subcommands. */
  readonly commands: readonly Command[]
  /** Commands that it allows with some first arguments only. */
  readonly partly: readonly Command[]
  /** The databases that it is limited to; null for no limit. */
  readonly databases: readonly number[] | null
}

/** The permissions of several selectors. */
interface PermissionMeaning {
  readonly selectors: readonly SelectorMeaning[]
  /** Powerful commands that some selector allows. */
  readonly included: readonly Command[]
  /** Powerful commands that no selector allows. */
  readonly excluded: readonly Command[]
}

/** The permissions of a user, as its sentence states them. */
export interface UserMeaning extends PermissionMeaning {
  readonly user: User
}

/** A user made of rules, or the rule that the server rejects. */
export type UserOfRules = { readonly user: User } | { readonly rejected: Bytes }

/** Commands that readers of a policy look for first, in the order in which they are named. */
const powerful = ['flushall', 'config|set', 'acl|setuser', 'eval', 'keys', 'shutdown']

/** The number of patterns that a sentence names before it only counts the others. */
const MOST_PATTERNS = 3
/** The number of commands that a sentence names before it only counts them. */
const MOST_COMMANDS = 4
/** The number of selectors that a sentence describes. */
const MOST_SELECTORS = 3

/**
 * Applies the rules of a line to a new user, as ACL LOAD does; a selector is one rule.
 * @param allChannels the value of acl-pubsub-default is allchannels
 * @param roles those that the user may hold
 */
export function userOfRules(
  name: string,
  rules: readonly Bytes[],
  target: Target,
  allChannels = target.behaviours.allChannelsByDefault,
  roles?: RoleTable,
): UserOfRules {
  const { space } = new Users(target.table, target.behaviours)
  const defaults = { allChannelsByDefault: allChannels, ...(roles !== undefined && { roles }) }
  const user = new User(fromText(name), space, defaults)
  const rejected = rules.find((text) => user.applyAsRule({ text, span: null }) !== null)
  return rejected === undefined ? { user } : { rejected }
}

/** Works out what a user may do. Everything in it is what the engine decides. */
export function meaningOf(user: User, target: Target): UserMeaning {
  return { user, ...permissionsOf(user.selectors, target) }
}

/** Works out what selectors allow together. */
function permissionsOf(selectors: readonly Selector[], target: Target): PermissionMeaning {
  const known = powerful.flatMap((name) => target.table.find(name) ?? [])
  const allowed = (command: Command): boolean =>
    selectors.some(({ commands }) => commands.has(command.index) || commands.firstArgs.has(command.index))
  return {
    selectors: selectors.map((selector) => selectorMeaning(selector, target)),
    included: known.filter(allowed),
    excluded: known.filter((command) => !allowed(command)),
  }
}

const nothing: Reach = { all: false, patterns: [] }

function selectorMeaning(selector: Selector, target: Target): SelectorMeaning {
  const { commands } = selector
  const { behaviours } = target
  const limited = behaviours.hasDatabases && !selector.allDatabases
  const all = runnable(target.table.commands)
  const channels = (...names: readonly string[]): Reach => {
    const runs = names.some((name) => {
      const command = target.table.find(name)
      return command !== undefined && commands.has(command.index)
    })
    if (!runs) return nothing
    const everywhere = selector.allChannels || !behaviours.hasChannels
    return { all: everywhere, patterns: everywhere ? [] : selector.channels.map(({ pattern }) => pattern) }
  }
  const noDatabase = limited && selector.databases.length === 0
  return {
    reads: noDatabase ? nothing : keysReached(selector, target, READ),
    writes: noDatabase ? nothing : keysReached(selector, target, WRITE),
    publishes: channels('publish', 'spublish'),
    subscribes: channels('subscribe', 'ssubscribe'),
    commands: all.filter(({ index }) => commands.has(index)),
    partly: all.filter(({ index }) => !commands.has(index) && commands.firstArgs.has(index)),
    databases: limited ? selector.databases : null,
  }
}

/** Returns the key patterns on which some command that the selector allows reads or writes. */
function keysReached(selector: Selector, target: Target, does: Access): Reach {
  const needs = keyNeeds(target).filter((need) => (need.does & does) !== 0 && selector.commands.has(need.command.index))
  const reaches = (access: Access): boolean =>
    needs.some((need) => (access & need.needs) === need.needs && patternsAllow(selector, target, need.command, need))
  if (selector.allKeys && reaches(3)) return { all: true, patterns: [] }
  const patterns = selector.keys.filter(({ access }) => reaches(access)).map(({ pattern }) => pattern)
  // No `*` matches the empty name.
  return patterns.includes('*') && patterns.includes('') ? { all: true, patterns: [] } : { all: false, patterns }
}

/** Returns the sentence: `app may read and write keys that start with app:, and run 221 commands; not FLUSHALL`. */
export function meaningPhrases(meaning: UserMeaning, target: Target): Phrase[] {
  const { user } = meaning
  return [...logInPhrases(user), ...permissionPhrases(meaning, (i) => user.placeOf(i), target)]
}

function permissionPhrases(
  { selectors, included, excluded }: PermissionMeaning,
  placeOf: (selector: number) => SelectorPlace,
  target: Target,
): Phrase[] {
  const total = runnable(target.table.commands).length
  const shown = selectors.slice(0, MOST_SELECTORS + 1)
  const parts = shown.flatMap((one, i) => [
    ...(i === 0 ? [] : [words(`; or, by ${placed(placeOf(i))}, `)]),
    ...selectorPhrases(one, total),
  ])
  const more = selectors.length - shown.length
  return [
    ...parts,
    ...(more > 0
      ? [words(`; or what ${more} more selector${more === 1 ? '' : 's'} allow${more === 1 ? 's' : ''}`)]
      : []),
    ...powerfulPhrases(included, excluded, selectors, total),
    words('.'),
  ]
}

const placed = (place: SelectorPlace): string => (place.role === null ? 'a selector' : placeName(place))

function logInPhrases(user: User): Phrase[] {
  const name = userPhrase(user.name)
  if (!user.enabled) return [name, words(' is '), { text: 'off', kind: 'flag' }, words('; once on, it may ')]
  if (user.nopass) return [name, words(' needs no password, and may ')]
  return user.passwords.length === 0
    ? [name, words(' has no password, so nobody can log in; with one, it may ')]
    : [name, words(' may ')]
}

function selectorPhrases(meaning: SelectorMeaning, total: number): Phrase[] {
  const { commands, partly, databases } = meaning
  if (commands.length === 0 && partly.length === 0) return [words('run no command')]
  const parts = [...keysParts(meaning), ...channelParts(meaning), commandsPart(meaning, total)]
  const joined = parts.flatMap((part, i) => [
    ...(i === 0 ? [] : [words(i === parts.length - 1 ? ', and ' : ', ')]),
    ...part,
  ])
  if (databases === null) return joined
  if (databases.length === 0) return [...joined, words(', in no database')]
  return [...joined, words(`, only in database ${databases.join(', ')}`)]
}

const sameReach = (a: Reach, b: Reach): boolean => a.all === b.all && a.patterns.join(' ') === b.patterns.join(' ')
const isNothing = (reach: Reach): boolean => !reach.all && reach.patterns.length === 0

function keysParts({ reads, writes, partly }: SelectorMeaning): Phrase[][] {
  if (isNothing(reads) && isNothing(writes)) return partly.length > 0 ? [] : [[words('read and write no key')]]
  if (sameReach(reads, writes)) return [[words('read and write '), ...reachPhrases(reads, 'key', keyPhrase)]]
  return [
    ...(isNothing(reads) ? [] : [[words('read '), ...reachPhrases(reads, 'key', keyPhrase)]]),
    ...(isNothing(writes) ? [] : [[words('write '), ...reachPhrases(writes, 'key', keyPhrase)]]),
  ]
}

function channelParts({ publishes, subscribes }: SelectorMeaning): Phrase[][] {
  const part = (verb: string, reach: Reach): Phrase[][] =>
    isNothing(reach) ? [] : [[words(`${verb} to `), ...reachPhrases(reach, 'channel', channelPhrase)]]
  if (sameReach(publishes, subscribes)) return part('publish and subscribe', publishes)
  return [...part('publish', publishes), ...part('subscribe', subscribes)]
}

function commandsPart({ commands, partly }: SelectorMeaning, total: number): Phrase[] {
  const some =
    partly.length === 0 ? [] : [words(`${commands.length === 0 ? '' : ' and '}${partly.length} with some arguments`)]
  if (commands.length === total) return [words('run every command')]
  if (commands.length === 0) return [words('run '), ...some]
  if (commands.length <= MOST_COMMANDS)
    return [
      words('run only '),
      ...either(
        commands.map(({ name }) => commandPhrase(name)),
        'and',
      ),
      ...some,
    ]
  return [words(`run ${commands.length} commands`), ...some]
}

/** Joins phrases: `a`, `a or b`, `a, b or c`. */
function either(items: readonly Phrase[], last: 'or' | 'and'): Phrase[] {
  return items.flatMap((item, i) => (i === 0 ? [item] : [words(i === items.length - 1 ? ` ${last} ` : ', '), item]))
}

function powerfulPhrases(
  included: readonly Command[],
  excluded: readonly Command[],
  selectors: readonly SelectorMeaning[],
  total: number,
): Phrase[] {
  // A user with few commands has them named, and one with every command lacks none.
  if (selectors.every(({ commands }) => commands.length <= MOST_COMMANDS || commands.length === total)) return []
  const names = (list: readonly Command[]): Phrase[] => list.slice(0, 2).map(({ name }) => commandPhrase(name))
  return [
    ...(included.length === 0 ? [] : [words('; even '), ...either(names(included), 'and')]),
    ...(excluded.length === 0 ? [] : [words('; not '), ...either(names(excluded), 'or')]),
  ]
}

/** Names patterns by their form: `keys that start with app:, and the key config`. */
function reachPhrases(reach: Reach, noun: 'key' | 'channel', phraseOf: (text: Bytes) => Phrase): Phrase[] {
  if (reach.all) return [words(`every ${noun}`)]
  if (reach.patterns.includes('*')) return [words(`every ${noun} whose name is not empty`)]
  const groups = (['start', 'alone', 'match'] as const).flatMap((form) => {
    const members = reach.patterns.filter((pattern) => formOf(pattern) === form)
    if (members.length === 0) return []
    const named = members
      .slice(0, members.length > MOST_PATTERNS ? MOST_PATTERNS - 1 : MOST_PATTERNS)
      .map((pattern) => phraseOf(form === 'start' ? pattern.slice(0, -1) : pattern))
    const rest = members.length - named.length
    const leads = {
      start: `${noun}s that start with `,
      match: `${noun}s that match `,
      alone: `the ${noun}${members.length === 1 ? '' : 's'} `,
    }
    return [
      [
        words(leads[form]),
        ...either([...named, ...(rest > 0 ? [words(`${rest} more`)] : [])], form === 'alone' ? 'and' : 'or'),
      ],
    ]
  })
  return groups.flatMap((group, i) => [...(i > 0 ? [words(i === groups.length - 1 ? ' and ' : ', ')] : []), ...group])
}

/** Returns the form in which a pattern is named: by its start, as a single name, or as a glob. */
function formOf(pattern: Bytes): 'start' | 'alone' | 'match' {
  if (/^[^*?[\\]+\*$/.test(pattern)) return 'start'
  return /[*?[\\]/.test(pattern) ? 'match' : 'alone'
}

/** Returns a sentence on the rules of a user's line: what they allow, or which of them the server rejects. */
export function explainLine(
  name: string,
  rules: readonly Bytes[],
  target: Target,
  allChannels?: boolean,
  roles?: RoleTable,
): readonly Phrase[] {
  const made = userOfRules(name, rules, target, allChannels, roles)
  return 'user' in made
    ? meaningPhrases(meaningOf(made.user, target), target)
    : rejectedPhrases([userPhrase(fromText(name))], made.rejected, target)
}

/** Returns a sentence on what a role allows those that hold it. */
export function explainRole({ name, own }: Role, target: Target): readonly Phrase[] {
  const placeOf = (index: number): SelectorPlace => ({ role: null, index })
  return [
    words('Who holds the role '),
    userPhrase(name),
    words(' may '),
    ...permissionPhrases(permissionsOf(own, target), placeOf, target),
  ]
}

/** Returns a sentence on the rules of a role's line: what they allow, or which of them the server rejects. */
export function explainRoleLine(
  name: string,
  rules: readonly Bytes[],
  target: Target,
  allChannels = target.behaviours.allChannelsByDefault,
): readonly Phrase[] {
  const { space } = new Users(target.table, target.behaviours)
  const role = new Role(fromText(name), space, { allChannelsByDefault: allChannels })
  const rejected = rules.find((text) => role.applyAsRule({ text, span: null }) !== null)
  return rejected === undefined
    ? explainRole(role, target)
    : rejectedPhrases([words('the role '), userPhrase(role.name)], rejected, target)
}

function rejectedPhrases(whose: readonly Phrase[], rejected: Bytes, { label }: Target): readonly Phrase[] {
  const shown = rejected.length > 40 ? `${toText(rejected).slice(0, 40)}…` : null
  const isSecret = /^[><#!]/.test(rejected)
  return [
    words(`${label} rejects the line of `),
    ...whose,
    words(', because of '),
    isSecret
      ? words('a password')
      : shown === null
        ? rulePhrase({ text: rejected, span: null })
        : { text: shown, kind: 'flag' },
    words('.'),
  ]
}
