import type { Bytes } from '../acl/bytes'
import { READ, WRITE, type Access, type ChannelUse, type Command } from '../acl/command'
import type { Rule } from '../acl/decision'
import { channelRule, databaseRule, keyRules } from '../acl/reasons'
import type { AllowedCommands } from '../acl/allowed'
import { channelGrant, parseRule } from '../acl/rule'
import type { Selector } from '../acl/selector'
import type { User } from '../acl/user'
import type { Target } from '../targets/target'
import { callsFunctions, heldEscalations, heldSort, type HeldEscalation, type Reach } from './escalation'
import { allowsOn, givesAccess, type KeyNeed, keyNeeds, patternsAllow } from './key-access/needs'

/**
 * A way to use a key or channel: the selector that allows it, the rules that grant it, and the commands that can be
 * used.
 */
export interface Way {
  /** 0 is the root. */
  readonly selector: number
  /** The rules of the patterns; empty where a default grants everything. */
  readonly rules: readonly Rule[]
  readonly commands: readonly Command[]
  /** The databases in which it applies: `all`, or numbers (Valkey 9.1). */
  readonly databases: 'all' | readonly number[]
  /** The rule that limits the databases. */
  readonly databaseRule: Rule | null
}

/** A user's access to a key. */
export interface KeyAccess {
  readonly user: User
  /** Ways to read the value, one per selector; empty where there is none. */
  readonly read: readonly Way[]
  /** Ways to change or delete the key. */
  readonly write: readonly Way[]
  /**
   * Commands that list key names regardless of patterns (KEYS, SCAN, RANDOMKEY), and commands that wipe or swap whole
   * databases.
   */
  readonly names: readonly Command[]
  readonly wipes: readonly Command[]
  /** Ways around the patterns: commands that lead to reading or writing the key. */
  readonly escalations: readonly HeldEscalation[]
}

/** A user's access to a channel. */
export interface ChannelAccess {
  readonly user: User
  readonly publish: readonly Way[]
  readonly subscribe: readonly Way[]
  /** Patterns that the user may PSUBSCRIBE to and that match this channel. */
  readonly psubscribe: readonly Way[]
  readonly escalations: readonly HeldEscalation[]
}

/** Commands that key patterns do not limit, since they take no keys. */
const namesOfKeys = ['keys', 'scan', 'randomkey']
const wholeDatabases = ['flushall', 'flushdb', 'swapdb']
/** Kinds of escalation that can lead to reading or writing any key. */
const toKeys: readonly Reach[] = ['everything', 'read', 'write', 'leaks']

/**
 * Returns which users can read and write a key, by which commands and rules: all users in order, including those
 * without access. A command counts where one selector allows it and a single pattern of that selector grants all the
 * access that the command needs. Disabled users are included: their connections may still be open.
 */
export function keyAccess(target: Target, users: Iterable<User>, key: Bytes): KeyAccess[] {
  return [...eachKeyAccess(target, users, key)]
}

/** Yields what `keyAccess` returns, a user at a time. */
export function* eachKeyAccess(target: Target, users: Iterable<User>, key: Bytes): Generator<KeyAccess, void> {
  const needs = keyNeeds(target)
  const waysFor = (user: User, does: Access): Way[] =>
    user.selectors.flatMap((selector, i) => {
      const commands = needs.filter((need) => meets(target, selector, need, key, does))
      const use = { key, at: 1, access: target.behaviours.hasKeySpecs ? does : (0 as Access), flags: [] }
      return commands.length === 0
        ? []
        : [way(selector, i, keyRules(selector, use), [...new Set(commands.map(({ command }) => command))])]
    })
  const all = [...users]
  const callers = all.filter(callsFunctions)
  for (const user of all)
    yield {
      user,
      read: waysFor(user, READ),
      write: waysFor(user, WRITE),
      names: allowed(target, user, namesOfKeys),
      wipes: allowed(target, user, wholeDatabases),
      escalations: [
        ...heldEscalations(user, callers).filter(({ escalation }) => toKeys.includes(escalation.reaches)),
        ...[heldSort(target, user)].filter((held) => held !== null),
      ],
    }
}

/**
 * By allowed commands, or by selector, and by what is to be done with a key: the accesses of which a key pattern must grant
 * one, so that some allowed command can do it.
 */
const sufficientAccesses = new WeakMap<AllowedCommands | Selector, Map<Access, readonly Access[]>>()

/**
 * Returns true where a user can read, or write, a key in a database: where `keyAccess` has a way that applies there. For
 * many keys and users: it does not say by which rules and commands.
 */
export function reachesKey(target: Target, user: User, key: Bytes, does: Access, db: number): boolean {
  return user.selectors.some(
    (selector) =>
      (selector.allDatabases || selector.databases.includes(db)) &&
      (sufficient(target, selector, does).some((access) => givesAccess(selector, key, access)) ||
        (selector.commands.mayHaveFirstArgs &&
          keyNeeds(target).some((need) => meets(target, selector, need, key, does)))),
  )
}

/** Returns true where a selector allows a command that reads, or writes, and grants the access to the key that it needs. */
const meets = (target: Target, selector: Selector, need: KeyNeed, key: Bytes, does: Access): boolean =>
  (need.does & does) !== 0 &&
  allowsOn(selector, need.command, key) &&
  givesAccess(selector, key, need.needs) &&
  patternsAllow(selector, target, need.command, need)

function sufficient(target: Target, selector: Selector, does: Access): readonly Access[] {
  const { commands, allKeys, keys } = selector
  // With a pattern that gives both, the commands alone decide: then many selectors share the answer.
  const owner = allKeys || keys.some(({ access }) => access === (READ | WRITE)) ? commands : selector
  let known = sufficientAccesses.get(owner)
  if (known === undefined) sufficientAccesses.set(owner, (known = new Map<Access, readonly Access[]>()))
  let accesses = known.get(does)
  if (accesses === undefined) {
    const usable = keyNeeds(target).filter(
      (need) =>
        (need.does & does) !== 0 &&
        commands.has(need.command.index) &&
        patternsAllow(selector, target, need.command, need),
    )
    known.set(does, (accesses = [...new Set(usable.map(({ needs }) => needs))]))
  }
  return accesses
}

/**
 * Returns which users can publish to a channel and receive from it. Before 6.2 there are no channel rules: whoever may
 * run the command may use every channel.
 */
export function channelAccess(target: Target, users: Iterable<User>, channel: Bytes): ChannelAccess[] {
  return [...eachChannelAccess(target, users, channel)]
}

/** Yields what `channelAccess` returns, a user at a time. */
export function* eachChannelAccess(
  target: Target,
  users: Iterable<User>,
  channel: Bytes,
): Generator<ChannelAccess, void> {
  const { hasChannels } = target.behaviours
  const use: ChannelUse = { channel, at: 1, isPattern: false }
  const waysWith = (user: User, names: readonly string[]): Way[] =>
    user.selectors.flatMap((selector, i) => {
      const commands = commandsOf(target, selector, names, channel)
      const granted =
        !hasChannels || selector.allChannels || selector.channels.some((pattern) => pattern.grants(channel, false))
      const rule = hasChannels ? channelRule(selector, use) : null
      return commands.length > 0 && granted ? [way(selector, i, rule === null ? [] : [rule], commands)] : []
    })
  const patternWays = (user: User): Way[] =>
    user.selectors.flatMap((selector, i) => {
      const commands = commandsOf(target, selector, ['psubscribe'], null)
      const patterns = selector.channels.filter((pattern) => pattern.matches(channel))
      if (commands.length === 0 || (hasChannels && !selector.allChannels && patterns.length === 0)) return []
      const rules = selector.rules.filter(
        ({ text }) =>
          patterns.some(({ pattern }) => text === `&${pattern}`) ||
          (selector.allChannels && channelGrant(parseRule(text)) === '*'),
      )
      return [way(selector, i, rules, commands)]
    })
  for (const user of users)
    yield {
      user,
      publish: waysWith(user, ['publish', 'spublish']),
      subscribe: waysWith(user, ['subscribe', 'ssubscribe']),
      psubscribe: patternWays(user),
      escalations: heldEscalations(user).filter(
        ({ escalation, command }) => escalation.reaches === 'everything' || command.name === 'monitor',
      ),
    }
}

function way(selector: Selector, index: number, rules: readonly Rule[], commands: readonly Command[]): Way {
  const { allDatabases, databases } = selector
  const limit = allDatabases ? null : databaseRule(selector, databases[0] ?? 0)
  return { selector: index, rules, commands, databases: allDatabases ? 'all' : databases, databaseRule: limit }
}

function commandsOf(target: Target, selector: Selector, names: readonly string[], argument: Bytes | null): Command[] {
  return names.flatMap((name) => {
    const command = target.table.find(name)
    const argv = argument === null ? [name] : [name, argument]
    return command !== undefined && selector.commands.allows(command, argv) ? [command] : []
  })
}

function allowed(target: Target, user: User, names: readonly string[]): Command[] {
  return names.flatMap((name) => {
    const command = target.table.find(name)
    return command !== undefined && user.selectors.some(({ commands }) => commands.has(command.index)) ? [command] : []
  })
}
