import type { Bytes } from '../acl/bytes'
import { READ, WRITE, type Access, type Command } from '../acl/command'
import type { Selector } from '../acl/selector'
import { channelWays, type ChannelUse } from './channels'
import { formsByAccess, type CommandForms, type Form } from './forms'
import { DEFAULT_STATES, common, outside, type Budget } from './inclusion'
import { nothing, union, type Language } from './language'
import { canLogIn, databasesOf, fillFirst, fillOf, grantOf, type Subject, isHidden } from './permissions'
import { combinationOutside, type Place } from './product'
import { allows, type CommandLine } from './users'
import { databaseFor, fillOthers, findWays, selectorWays, type Way } from './ways'

/**
 * Access to a key: `read` and `write` ask for that permission at least (before 7.0, which has none: for a command that reads or
 * writes it), `access` for any, or none (EXISTS, STRLEN).
 */
export type Need = 'read' | 'write' | 'access'

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

export interface ReachOptions {
  /** The database of the connection; null: any that the user may use. */
  readonly db?: number | null
  /** States that the searches may visit; 20,000 by default. */
  readonly budget?: Budget
}

/** Every use of channels, those first that make the best examples. */
export const channelUses: readonly ChannelUse[] = ['publish', 'subscribe', 'psubscribe']

export interface ChannelOptions extends ReachOptions {
  /** The uses of a channel that count; all by default. */
  readonly uses?: readonly ChannelUse[]
}

const none = { kind: 'none' } as const
const undecided = { kind: 'undecided' } as const

/**
 * Finds a command line that a user may run and that names a key of a set, with the access asked for. Takes one walk over
 * the pairs of patterns for each distinct access of each selector; ends with the budget.
 */
export function keyWithin(subject: Subject, need: Need, keys: Language, options: ReachOptions = {}): Search {
  return search(subject, keyWays(subject, need, options), options, (way, budget) => common(keys, way.language, budget))
}

/** Finds a command line that a user may run and that names a key outside of a set, with the access asked for. */
export function keyOutside(subject: Subject, need: Need, keys: Language, options: ReachOptions = {}): Search {
  return search(subject, keyWays(subject, need, options), options, (way, budget) => outside(way.language, keys, budget))
}

/** Finds a key of a set that no command line of the user names with the access asked for. */
export function keyBeyond(subject: Subject, need: Need, keys: Language, options: ReachOptions = {}): Gap {
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

/** A command line that a user is denied, as the reason why it may not run a command. */
export type Denied =
  | { readonly kind: 'denied'; readonly line: CommandLine }
  | { readonly kind: 'none' }
  | { readonly kind: 'undecided' }
  /** The command names no key, so that nothing can be said of its keys. */
  | { readonly kind: 'no-keys' }

/**
 * Finds a command line of a command that the user may not run; `none` where the user can run it: with `keys`, in one of its
 * forms with all keys of the set in all places; without, with some arguments.
 */
export function runDenied(
  subject: Subject,
  command: Command,
  keys: Language | null,
  options: ReachOptions = {},
): Denied {
  const db = options.db ?? 0
  const budget = options.budget ?? { left: DEFAULT_STATES }
  const known = formsByCommand(subject.target).get(command)
  if (known === undefined) return none
  if (keys === null) {
    const found = runOf(subject, new Set([command]), null, { db, budget })
    if (found.kind === 'undecided') return undecided
    return found.kind === 'line' ? none : example(subject, known, db)
  }
  const withKeys = known.forms.filter(
    ({ fixed, readsEveryKey, unusual }) =>
      !unusual && !readsEveryKey.mine && fixed.some(({ kind, access }) => kind === 'key' && access !== null),
  )
  if (withKeys.length === 0) return { kind: 'no-keys' }
  let answer: Denied = undecided
  for (const form of withKeys) {
    const denied = formDenied(subject, command, form, keys, { db, budget })
    if (denied.kind === 'none') return none
    if (answer.kind !== 'denied') answer = denied
  }
  return answer
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

/** A set of names that a selector lets a user reach, and the command line that does. */
type Named = Pick<Way, 'selector' | 'language' | 'line'>

interface NamedWays {
  readonly ways: readonly Named[]
  readonly unknown: readonly unknown[]
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

function keyWays(subject: Subject, need: Need, options: ReachOptions): Reached {
  return waysOf(subject, options, need, ({ kind, does }) => kind === 'key' && meets(does, need))
}

function channelsReached(subject: Subject, { uses = channelUses }: ChannelOptions): Reached {
  const all = subject.user.selectors.flatMap((_, i) => uses.map((use) => channelWays(subject, i, use)))
  const ways = all.flatMap((one) => one.ways)
  return { ways, unknown: all.flatMap((one) => one.unknown), union: unionOf(ways.map(({ language }) => language)) }
}

const meets = (access: Access, need: Need): boolean =>
  need === 'access' || (access & (need === 'read' ? READ : WRITE)) !== 0

/** The ways of a user for one kind of name, and all names together. */
interface Reached extends NamedWays {
  readonly union: Language
}

interface Cached {
  readonly selectors: readonly Selector[]
  readonly table: unknown
  readonly hidden: unknown
  readonly reached: Reached
}

const cache = new WeakMap<Selector, Map<string, Cached>>()

/** Cached by the user's selectors, which do not change. */
function waysOf(
  subject: Subject,
  { db = null }: ReachOptions,
  what: Need,
  is: (way: Pick<Way, 'kind' | 'does'>) => boolean,
): Reached {
  const { selectors } = subject.user
  const [root] = selectors
  if (root === undefined) return { ways: [], unknown: [], union: nothing }
  const known = cache.get(root) ?? new Map<string, Cached>()
  cache.set(root, known)
  const key = `${what} ${db}`
  const before = known.get(key)
  if (
    before?.table === subject.target.table &&
    before.hidden === subject.hidden &&
    before.selectors.length === selectors.length &&
    before.selectors.every((selector, i) => selector === selectors[i])
  )
    return before.reached
  const all = selectors.map((_, i) => selectorWays(subject, i, db))
  const ways = all.flatMap((one) => one.ways.filter(is))
  const unknown = all.flatMap((one) =>
    one.unknown.filter(
      (place) =>
        is(place) &&
        !one.ways.some(({ kind, does, isPartial }) => !isPartial && kind === place.kind && does === place.does),
    ),
  )
  const reached = { ways, unknown, union: unionOf(ways.map(({ language }) => language)) }
  known.set(key, { selectors: [...selectors], table: subject.target.table, hidden: subject.hidden, reached })
  return reached
}

function unionOf(all: readonly Language[]): Language {
  const [first = nothing, ...others] = new Set(all)
  if (others.length === 0) return first
  const languages = [first, ...others]
  return { all: languages.some((one) => one.all), members: languages.flatMap(({ members }) => members) }
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
      { ways: ways.filter(({ kind }) => kind === 'key'), unknown: unknown.filter(({ kind }) => kind === 'key') },
      { ...options, budget },
      meet,
    )
    if (found.kind === 'line') return found
    if (found.kind === 'undecided') answer = undecided
  }
  return answer
}

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

const byCommand = new WeakMap<object, ReadonlyMap<Command, CommandForms>>()

function formsByCommand(target: Subject['target']): ReadonlyMap<Command, CommandForms> {
  const all = formsByAccess(target)
  const known = byCommand.get(all) ?? new Map(all.map((forms) => [forms.command, forms]))
  byCommand.set(all, known)
  return known
}

/** A command line of a command that is denied, to show that it is. */
function example(subject: Subject, { forms }: CommandForms, db: number): Denied {
  for (const form of forms) {
    const found = { argv: form.build([], 0, null), db }
    if (!allows(subject, found)) return { kind: 'denied', line: found }
  }
  return undecided
}

/** Finds keys of a set for a form with which it is denied. */
function formDenied(
  subject: Subject,
  command: Command,
  form: Form,
  keys: Language,
  { db, budget }: { readonly db: number; readonly budget: Budget },
): Denied {
  const others = !canLogIn(subject.user)
    ? []
    : subject.user.selectors.filter((selector) => {
        const grant = grantOf(selector, command)
        return (
          !isHidden(subject, command) &&
          (grant === 'whole' || (grant !== 'none' && form.first === 'slot')) &&
          (!form.everyDatabase.mine || databasesOf(selector).all) &&
          databaseFor(selector, form, db) !== null
        )
      })
  const slots = [...form.fixed, ...(form.repeated === null ? [] : [form.repeated])]
  const places = slots.map((slot, i): Place => {
    const isFirst = slot.at === 1 && i < form.fixed.length
    return {
      repeats: i < form.fixed.length ? 'one' : 'each',
      mine: slot.kind === 'key' ? keys : union([String(db)]),
      theirs: others.map((other) => {
        const fill = fillOf(other, slot.kind, slot.access)
        return isFirst ? fillFirst(other, command, fill) : fill
      }),
      domain: slot.kind === 'database' ? [String(db)] : null,
    }
  })
  const found = combinationOutside(places, others.length, budget)
  if (found.kind === 'included') return none
  if (found.kind === 'undecided') return undecided
  const values = [...found.values]
  const repeated = form.repeated === null ? [] : (values.pop() ?? [])
  const argv = form.build([...values.map((one) => one[0] ?? ''), ...repeated], repeated.length, null)
  return allows(subject, { argv, db }) ? undecided : { kind: 'denied', line: { argv, db } }
}
