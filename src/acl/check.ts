import { textAt } from './argv'
import type { Bytes } from './bytes'
import { type Access, type ChannelUse, type Command, type KeyUse, type Uses, READ, WRITE } from './command'
import type { ChannelCheck, DatabaseCheck, Decision, DenyReason, KeyCheck, SelectorCheck } from './decision'
import { channelRule, commandRule, databaseRule, keyRules } from './reasons'
import type { Selector } from './selector'
import type { User } from './user'

/**
 * Returns true if a user may run a command line: fast, without allocating. `uses` are the keys, channels and databases
 * that the target finds in the line. Always the same as `decide(…).allowed`.
 */
export function check(user: User, command: Command, argv: readonly Bytes[], uses: Uses): boolean {
  const selectors = user.selectors
  for (let i = 0; i < selectors.length; i++) {
    const selector = selectors[i]
    if (selector !== undefined && passes(selector, command, argv, uses)) return true
  }
  return false
}

/**
 * Returns true if one selector allows a command whatever keys, channels and databases it uses: a user's commands then need
 * no search for these.
 */
export function checkRegardless(user: User, command: Command): boolean {
  const selectors = user.selectors
  for (let i = 0; i < selectors.length; i++) {
    const selector = selectors[i]
    if (
      selector !== undefined &&
      selector.allKeys &&
      selector.allChannels &&
      selector.allDatabases &&
      selector.commands.has(command.index)
    )
      return true
  }
  return false
}

/**
 * Returns true if one selector both allows the whole command line and may read every key, which SORT BY and GET require
 * from 7.0 on (ACLUserCheckCmdWithUnrestrictedPerms).
 */
export function readsEveryKey(user: User, command: Command, argv: readonly Bytes[], uses: Uses): boolean {
  return user.selectors.some((selector) => selector.readsEveryKey && passes(selector, command, argv, uses))
}

function passes(selector: Selector, command: Command, argv: readonly Bytes[], uses: Uses): boolean {
  if (!selector.commands.allows(command, argv)) return false
  if (!selector.allKeys) {
    for (let i = 0; i < uses.keys.length; i++) {
      const use = uses.keys[i]
      if (use !== undefined && !grantsKey(selector, use)) return false
    }
  }
  if (!selector.allChannels) {
    for (let i = 0; i < uses.channels.length; i++) {
      const use = uses.channels[i]
      if (use !== undefined && !grantsChannel(selector, use)) return false
    }
  }
  if (!selector.allDatabases) {
    for (let i = 0; i < uses.databases.length; i++) {
      const use = uses.databases[i]
      if (use !== undefined && !selector.databases.includes(use.db)) return false
    }
  }
  return true
}

/** Returns true if a single pattern grants all the access that is needed (ACLSelectorCheckKey). */
function grantsKey(selector: Selector, use: KeyUse): boolean {
  const keys = selector.keys
  for (let i = 0; i < keys.length; i++) {
    const pattern = keys[i]
    if (pattern !== undefined && (pattern.access & use.access) === use.access && pattern.matches(use.key)) return true
  }
  return false
}

function grantsChannel(selector: Selector, use: ChannelUse): boolean {
  const channels = selector.channels
  for (let i = 0; i < channels.length; i++) if (channels[i]?.grants(use.channel, use.isPattern) === true) return true
  return false
}

/** A selector's failure. Of several, servers report the one that got furthest in the check, then the rightmost argument. */
export interface Failure {
  readonly reason: DenyReason
  /** The argument at fault; 0 where it is the command itself. */
  readonly at: number
}

const GRAVITY: Readonly<Record<DenyReason, number>> = { database: 0, command: 1, key: 2, auth: 3, channel: 4 }

/**
 * Returns where a server says that the fault is, in a command line that a user may not run: the same as `decide` finds, without
 * its reasons. Null where the user may run it.
 */
export function refusalOf(user: User, command: Command, argv: readonly Bytes[], uses: Uses): Failure | null {
  let gravest: Failure | null = null
  for (const selector of user.selectors) {
    const failure = failureOf(selector, command, argv, uses)
    if (failure === null) return null
    if (gravest === null || isGraver(failure, gravest)) gravest = failure
  }
  return gravest
}

/** The first failure of a selector, in the order in which `firstFailure` looks for it. */
function failureOf(selector: Selector, command: Command, argv: readonly Bytes[], uses: Uses): Failure | null {
  if (!selector.allDatabases) {
    const database = uses.databases.find(({ db }) => !selector.databases.includes(db))
    if (database !== undefined) return { reason: 'database', at: database.at ?? 0 }
  }
  if (!selector.commands.allows(command, argv)) return { reason: 'command', at: 0 }
  const key = selector.allKeys ? undefined : uses.keys.find((use) => !grantsKey(selector, use))
  if (key !== undefined) return { reason: 'key', at: key.at }
  const channel = selector.allChannels ? undefined : uses.channels.find((use) => !grantsChannel(selector, use))
  return channel === undefined ? null : { reason: 'channel', at: channel.at }
}

/**
 * Decides a command line with reasons: the result of every selector for the command, each key, channel and database, and
 * the one error that a server derives from them (ACLCheckAllUserCommandPerm).
 */
export function decide(user: User, command: Command, argv: readonly Bytes[], uses: Uses): Decision {
  const selectors: SelectorCheck[] = []
  const failures: (Failure | null)[] = []
  for (const [i, selector] of user.selectors.entries()) {
    const made = checkSelector(user, selector, i, command, argv, uses)
    selectors.push(made)
    failures.push(firstFailure(made, uses))
  }
  const passing = failures.indexOf(null)
  if (passing >= 0) {
    return { allowed: true, user: user.name, command, argv, reason: null, object: '', decidedBy: passing, selectors }
  }
  const decidedBy = worst(failures)
  const { reason, at } = failures[decidedBy] ?? { reason: 'command', at: 0 }
  const object = reason === 'command' || at === 0 ? command.name : textAt(argv, at)
  return { allowed: false, user: user.name, command, argv, reason, object, at, decidedBy, selectors }
}

function checkSelector(
  user: User,
  selector: Selector,
  index: number,
  command: Command,
  argv: readonly Bytes[],
  uses: Uses,
): SelectorCheck {
  const allowed = selector.commands.allows(command, argv)
  const deciding = lazily(() => commandRule(selector, command, argv))
  const keys = uses.keys.map((use) => checkKey(selector, use))
  const channels = uses.channels.map((use): ChannelCheck => {
    const granted = selector.allChannels || grantsChannel(selector, use)
    const rule = granted ? lazily(() => channelRule(selector, use)) : () => null
    return {
      use,
      allowed: granted,
      get grantedBy() {
        return rule()
      },
    }
  })
  const databases = uses.databases.map(({ db }): DatabaseCheck => {
    const granted = selector.allDatabases || selector.databases.includes(db)
    return { db, allowed: granted, grantedBy: granted ? databaseRule(selector, db) : null }
  })
  return {
    selector: index,
    place: user.placeOf(index),
    allowed: allowed && [...keys, ...channels, ...databases].every((check) => check.allowed),
    command: {
      allowed,
      get rule() {
        return deciding()
      },
    },
    keys,
    channels,
    databases,
  }
}

function checkKey(selector: Selector, use: KeyUse): KeyCheck {
  const allowed = selector.allKeys || grantsKey(selector, use)
  let missing: Access = use.access
  if (allowed) missing = 0
  else {
    for (const pattern of selector.keys) {
      const lacks = (use.access & ~pattern.access) as Access
      if (size(lacks) < size(missing) && pattern.matches(use.key)) missing = lacks
    }
  }
  const rules = lazily(() => keyRules(selector, use))
  return {
    use,
    allowed,
    get grantedBy() {
      return rules()
    },
    missing,
  }
}

/** Computes a value on first use: finding the rules behind a decision takes longer than the decision. */
function lazily<T>(find: () => T): () => T {
  let found: { readonly value: T } | null = null
  return () => (found ??= { value: find() }).value
}

function size(access: Access): number {
  return (access & READ ? 1 : 0) + (access & WRITE ? 1 : 0)
}

/** Servers check the database first, then the command, the keys and the channels, and stop at the first failure. */
function firstFailure(check: SelectorCheck, uses: Uses): Failure | null {
  const database = check.databases.findIndex((made) => !made.allowed)
  if (database >= 0) return { reason: 'database', at: uses.databases[database]?.at ?? 0 }
  if (!check.command.allowed) return { reason: 'command', at: 0 }
  const key = check.keys.find((made) => !made.allowed)
  if (key !== undefined) return { reason: 'key', at: key.use.at }
  const channel = check.channels.find((made) => !made.allowed)
  return channel === undefined ? null : { reason: 'channel', at: channel.use.at }
}

function worst(failures: readonly (Failure | null)[]): number {
  let best = 0
  for (const [i, failure] of failures.entries()) {
    const rival = failures[best]
    if (failure === null || rival === null || rival === undefined) continue
    if (isGraver(failure, rival)) best = i
  }
  return best
}

function isGraver(failure: Failure, rival: Failure): boolean {
  const graver = GRAVITY[failure.reason] - GRAVITY[rival.reason]
  return graver > 0 || (graver === 0 && failure.at > rival.at)
}
