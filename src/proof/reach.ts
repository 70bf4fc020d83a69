import type { Bytes } from '../acl/bytes'
import type { Command } from '../acl/command'
import type { Selector } from '../acl/selector'
import { formsByAccess, type CommandForms } from './forms'
import { DEFAULT_STATES, common, outside, type Budget } from './inclusion'
import { nothing, type Language } from './language'
import { canLogIn } from '../acl/user'
import { databasesOf, grantOf, isHidden, type Subject } from './permissions'
import {
  channelsReached,
  keyWays,
  type ChannelOptions,
  type Named,
  type NamedWays,
  type Need,
  type Reached,
  type ReachOptions,
} from './reached'
import { allows, type CommandLine } from './command-line'
import { databaseFor, fillOthers, findWays, type Place } from './ways'

/** A command line that a user may run, and the key, channel or database of it that was asked for. */
export interface FoundLine {
  readonly kind: 'line'
  /** Confirmed by the engine. */
  readonly line: CommandLine
  /** The selector that allows it, by place in its user. */
  readonly selector: number
  /** The key or channel; null where none was asked for. */
  readonly name: Bytes | null
}

/** `none`: proved that there is no such command line. `undecided`: the budget ran out, or no exact answer is known. */
export type Search = FoundLine | { readonly kind: 'none' } | { readonly kind: 'undecided' }

/** The first name of a set that a user cannot reach; `none`: proved that it can reach all of them. */
export type Gap =
  { readonly kind: 'gap'; readonly name: Bytes } | { readonly kind: 'none' } | { readonly kind: 'undecided' }

const none = { kind: 'none' } as const
const undecided = { kind: 'undecided' } as const

/**
 * Finds a command line that a user may run and that accesses a key of a set as asked for. Takes one walk over
 * the pairs of patterns for each distinct access of each selector; ends with the budget.
 */
export function keyWithin(subject: Subject, need: Need, keys: Language, options: ReachOptions = {}): Search {
  return search(subject, keyWays(subject, need, options), options, (way, budget) => common(keys, way.language, budget))
}

/** Finds a command line that a user may run and that accesses a key outside of a set as asked for. */
export function keyOutside(subject: Subject, need: Need, keys: Language, options: ReachOptions = {}): Search {
  return search(subject, keyWays(subject, need, options), options, (way, budget) => outside(way.language, keys, budget))
}

/** Finds a key of a set that the rules do not let the user access as asked for, by any command line that names it. */
export function keyBeyond(subject: Subject, need: Need, keys: Language, options: ReachOptions = {}): Gap {
  const ways = keyWays(subject, need, options)
  return gap(subject, { ...ways, union: ways.granted }, keys, options)
}

/** Finds a key of a set that no command line of the user accesses as asked for, FLUSHALL and the like included. */
export function keyUnreached(subject: Subject, need: Need, keys: Language, options: ReachOptions = {}): Gap {
  return gap(subject, keyWays(subject, need, options), keys, options)
}

/**
 * Finds a command line that a user may run and that sends to or receives from a channel of a set. A pattern of channels
 * (PSUBSCRIBE) receives from all that it matches.
 */
export function channelWithin(subject: Subject, channels: Language, options: ChannelOptions = {}): Search {
  return search(subject, channelsReached(subject, options), options, (way, budget) =>
    common(channels, way.language, budget),
  )
}

/** Finds a command line that a user may run and that sends to or receives from a channel outside of a set. */
export function channelOutside(subject: Subject, channels: Language, options: ChannelOptions = {}): Search {
  return search(subject, channelsReached(subject, options), options, (way, budget) =>
    outside(way.language, channels, budget),
  )
}

/** Finds a channel of a set that the user can neither send to nor receive from. */
export function channelBeyond(subject: Subject, channels: Language, options: ChannelOptions = {}): Gap {
  return gap(subject, channelsReached(subject, options), channels, options)
}

/**
 * Finds a command line of one of these commands that the user may run.
 * @param keys if given: one of its keys is in this set; command lines without keys do not count
 */
export function runOf(
  subject: Subject,
  commands: ReadonlySet<Command>,
  keys: Language | null,
  options: ReachOptions = {},
): Search {
  return run(subject, commands, options, keys === null ? null : (way, budget) => common(keys, way.language, budget))
}

/** Finds a command line of one of these commands that the user may run and that names a key outside of a set. */
export function runOutside(
  subject: Subject,
  commands: ReadonlySet<Command>,
  keys: Language,
  options: ReachOptions = {},
): Search {
  return run(subject, commands, options, (way, budget) => outside(way.language, keys, budget))
}

/** Finds a command line of a user that runs in a database, or that names it. */
export function databaseUse(subject: Subject, db: number): Search {
  const { target } = subject
  if (!canLogIn(subject.user)) return none
  const number = String(db)
  const inside = { db }
  const selecting: CommandLine = { argv: ['select', number], db: 0 }
  const maySelect = db === 0 || allows(subject, selecting)
  if (!target.behaviours.hasDatabases) {
    if (!maySelect) return none
    return db === 0 ? run(subject, null, inside, null) : line(subject, selecting, number)
  }
  let answer: Search = none
  for (const { command, forms } of formsByAccess(target)) {
    for (const form of forms) {
      const at = form.fixed.findIndex(({ kind }) => kind === 'database')
      if (at < 0 && !(form.ownDatabase.mine && maySelect)) continue
      for (const [i, selector] of subject.user.selectors.entries()) {
        if (grantOf(selector, command) === 'none' || isHidden(subject, command)) continue
        const filled = fillOthers(target, selector, command, form, at, at < 0 ? db : 0)
        if (filled === 'unknown') answer = undecided
        if (filled === null || filled === 'unknown') continue
        const found = { argv: filled.build(number), db: at < 0 ? db : 0 }
        if (allows(subject, found)) return { kind: 'line', line: found, selector: i, name: number }
      }
    }
  }
  return answer
}

function line(subject: Subject, found: CommandLine, name: Bytes | null): Search {
  const { user } = subject
  const command = subject.target.table.resolve(found.argv)
  const selector = command === undefined ? -1 : user.selectors.findIndex((one) => grantOf(one, command) !== 'none')
  return { kind: 'line', line: found, selector: Math.max(0, selector), name }
}

type Meet = (way: Named, budget: Budget) => ReturnType<typeof outside>

function search(subject: Subject, { ways, unknown }: NamedWays, options: ReachOptions, meet: Meet): Search {
  if (!canLogIn(subject.user)) return none
  const budget = options.budget ?? { left: DEFAULT_STATES }
  let answer: Search = unknown.length > 0 ? undecided : none
  for (const way of ways) {
    const found = meet(way, budget)
    if (found.kind === 'undecided') answer = undecided
    if (found.kind !== 'witness' || found.text === '') continue
    const shown = confirmed(subject, way, found.text)
    if (shown !== null) return shown
    answer = undecided
  }
  return answer
}

/** The command line of a way with a name, where the engine allows it. */
function confirmed(subject: Subject, way: Named, name: Bytes): FoundLine | null {
  const found = way.line(name)
  return allows(subject, found) ? { kind: 'line', line: found, selector: way.selector, name } : null
}

function gap(subject: Subject, { union: all, unknown }: Reached, names: Language, options: ReachOptions): Gap {
  const reached = canLogIn(subject.user) ? all : nothing
  const found = outside(names, reached, options.budget ?? { left: DEFAULT_STATES })
  if (found.kind === 'undecided') return undecided
  if (found.kind !== 'witness' || found.text === '') return none
  return unknown.length > 0 ? undecided : { kind: 'gap', name: found.text }
}

function run(
  subject: Subject,
  commands: ReadonlySet<Command> | null,
  options: ReachOptions,
  meet: Meet | null,
): Search {
  if (!canLogIn(subject.user)) return none
  const asked = formsByAccess(subject.target).filter(({ command }) => commands === null || commands.has(command))
  const budget = options.budget ?? { left: DEFAULT_STATES }
  let answer: Search = none
  for (const [index, selector] of subject.user.selectors.entries()) {
    const granted = asked.filter(({ command }) => grantOf(selector, command) !== 'none' && !isHidden(subject, command))
    if (meet === null) {
      const found = someLine(subject, granted, selector, index, options.db ?? null)
      if (found.kind === 'line') return found
      if (found.kind === 'undecided') answer = undecided
      continue
    }
    const { ways, unknown } = findWays(subject, granted, selector, index, options.db ?? null, true)
    const found = search(
      subject,
      { ways: ways.filter(namesKey), unknown: unknown.filter(namesKey) },
      { ...options, budget },
      meet,
    )
    if (found.kind === 'line') return found
    if (found.kind === 'undecided') answer = undecided
  }
  return answer
}

const namesKey = ({ kind, named }: Place): boolean => kind === 'key' && named

/** A command line of these commands that a selector allows. */
function someLine(
  subject: Subject,
  granted: readonly CommandForms[],
  selector: Selector,
  index: number,
  db: number | null,
): Search {
  let answer: Search = none
  for (const { command, forms } of granted) {
    for (const form of forms) {
      if (form.everyDatabase.mine && !databasesOf(selector).all) continue
      const own = databaseFor(selector, form, db)
      const filled = own === null ? null : fillOthers(subject.target, selector, command, form, -1, own)
      if (filled === 'unknown') answer = undecided
      if (filled === null || filled === 'unknown' || own === null) continue
      const found = { argv: filled.build(''), db: own }
      if (allows(subject, found)) return { kind: 'line', line: found, selector: index, name: null }
    }
  }
  return answer
}
