import type { AllowedCommands } from '../acl/allowed'
import type { Bytes } from '../acl/bytes'
import type { Access, Command } from '../acl/command'
import type { Selector } from '../acl/selector'
import type { Target } from '../targets/target'
import { exactly } from './automaton'
import { formsByAccess, type CommandForms, type Form, type Slot } from './forms'
import { DEFAULT_STATES, outside } from './inclusion'
import { mayBegin, openingsOf, type Opening } from './openings'
import { everything, nothing, union, type Language } from './language'
import {
  channelsOf,
  databasesOf,
  fillFirst,
  fillOf,
  slotFill,
  firstArguments,
  grantOf,
  type Subject,
  isHidden,
} from './permissions'
import type { CommandLine } from './command-line'

/** A place of a command form that a selector lets a user fill, and the command line that does. */
export interface Way {
  readonly selector: number
  readonly command: Command
  readonly form: Form
  readonly kind: 'key' | 'channel' | 'pattern'
  /** The access that the server checks; null where it does not check the place. */
  readonly access: Access | null
  /** The access that the command performs. */
  readonly does: Access
  /** The server does not check all of it. */
  readonly beyond: boolean
  /** False where the command line does not name it: FLUSHALL writes every key. */
  readonly named: boolean
  /** All that may stand there. */
  readonly language: Language
  readonly unusual: boolean
  /** First-argument rules decide what may stand there, so that other commands may reach more. */
  readonly isPartial: boolean
  /** Returns the command line with a name at the place. */
  readonly line: (name: Bytes) => CommandLine
}

/** The ways of a selector, one for each set of names that it can reach, and whether some command has more than is known. */
export interface Ways {
  readonly ways: readonly Way[]
  /** Places that some command might fill further, in a manner that is not looked into. */
  readonly unknown: readonly Place[]
}

/** A place of a form, as far as it tells which names can be reached by it. */
export type Place = Pick<Way, 'kind' | 'access' | 'does' | 'beyond' | 'named'>

/** Returns a text that is the same for places that the same names may fill, to the same effect. */
const placeKey = ({ kind, access, does, beyond, at }: Slot): string =>
  `${kind}${access}/${does}${beyond === true ? '+' : ''}${at < 0 ? '*' : ''}`

const cache = new WeakMap<
  Selector,
  Map<string, { readonly table: unknown; readonly hidden: unknown; readonly ways: Ways }>
>()

/** The ways of one selector, cached: selectors do not change. */
export function selectorWays(subject: Subject, index: number, db: number | null): Ways {
  const selector = subject.user.selectors[index] as Selector
  const known =
    cache.get(selector) ?? new Map<string, { readonly table: unknown; readonly hidden: unknown; readonly ways: Ways }>()
  cache.set(selector, known)
  const key = `${index} ${db}`
  const before = known.get(key)
  if (before?.table === subject.target.table && before.hidden === subject.hidden) return before.ways
  const ways = findWays(subject, tellingForms(selector.commands, subject), selector, index, db, true)
  known.set(key, { table: subject.target.table, hidden: subject.hidden, ways })
  return ways
}

/**
 * Returns the forms of the allowed commands that can add to the distinct ways of a selector. A form adds nothing where an earlier
 * one has a place of the same kind and access, and no other place to fill. Cached, since many users share a set of commands.
 */
function tellingForms(commands: AllowedCommands, { target, hidden }: Subject): readonly CommandForms[] {
  const all = formsByAccess(target)
  const known = telling.get(commands)
  if (known?.all === all && known.hidden === hidden) return known.forms
  const found = new Set<string>()
  const forms = all.flatMap((one): CommandForms[] => {
    const grant = grantOf({ commands }, one.command)
    if (grant === 'none' || isHidden({ hidden }, one.command)) return []
    if (grant !== 'whole') return [one]
    const left = one.forms.filter(({ fixed, ownDatabase, everyDatabase, readsEveryKey }) => {
      const places = fixed.map(placeKey)
      const adds = places.some((place) => !found.has(place) && !(ownDatabase.mine && found.has(`${place} own`)))
      const [place = ''] = places
      if (places.length === 1 && !everyDatabase.mine && !readsEveryKey.mine)
        found.add(ownDatabase.mine ? `${place} own` : place)
      return adds
    })
    return left.length === 0 ? [] : [{ command: one.command, forms: left }]
  })
  telling.set(commands, { all, hidden, forms })
  return forms
}

const telling = new WeakMap<
  AllowedCommands,
  { readonly all: unknown; readonly hidden: unknown; readonly forms: readonly CommandForms[] }
>()

/** @param distinct finds one way for each set of names; else each of each command */
export function findWays(
  subject: Subject,
  all: readonly CommandForms[],
  selector: Selector,
  index: number,
  db: number | null,
  distinct: boolean,
): Ways {
  const ways: Way[] = []
  const seen = new Set<string>()
  const unknown: Place[] = []
  for (const { command, forms } of all) {
    const grant = grantOf(selector, command)
    if (grant === 'none' || isHidden(subject, command)) continue
    for (const form of forms) {
      const { fixed, everyDatabase, readsEveryKey } = form
      if (readsEveryKey.mine) {
        // SORT with BY names no other keys than SORT without; with GET it reads others.
        if (!selector.readsEveryKey || !fixed.some(({ at }) => at < 0)) continue
      }
      if (everyDatabase.mine && !databasesOf(selector).all) continue
      const own = databaseFor(selector, form, db)
      if (own === null) continue
      for (const [at, slot] of fixed.entries()) {
        const { kind, access, does } = slot
        if (kind === 'database' || does === null) continue
        const isPartial = grant !== 'whole' && slot.at === 1
        const key = `${placeKey(slot)}${isPartial ? ` ${command.name}` : ''}`
        if (distinct && seen.has(key)) continue
        const filled = fillOthers(subject.target, selector, command, form, at, own)
        const place = { kind, access, does, beyond: slot.beyond === true, named: slot.at >= 0 }
        if (filled === 'unknown') unknown.push(place)
        if (filled === null || filled === 'unknown') continue
        seen.add(key)
        ways.push(...namesAt(selector, { selector: index, command, form, ...place }, slot, isPartial, filled, own))
      }
    }
  }
  ways.sort((a, b) => Number(a.unusual) - Number(b.unusual))
  return { ways, unknown }
}

/** The names that may stand at a place: keys and channels, or all channels that granted patterns receive from. */
function namesAt(
  selector: Selector,
  way: Pick<Way, 'selector' | 'command' | 'form'> & Place,
  slot: Slot,
  isPartial: boolean,
  { build }: Filled,
  db: number,
): Way[] {
  const { kind, command, form } = way
  const make = (language: Language, line: (name: Bytes) => Bytes[]): Way => ({
    ...way,
    language,
    unusual: form.unusual,
    isPartial,
    line: (name) => ({ argv: line(name), db }),
  })
  if (kind !== 'pattern') {
    const fill = slotFill(selector, slot)
    return [make(isPartial ? fillFirst(selector, command, fill) : fill, build)]
  }
  if (channelsOf(selector, false).all) return [make(everything, (name) => build(exactly(name)))]
  // What PSUBSCRIBE takes is granted literally, and receives from every channel that it matches.
  return selector.channels.map(({ pattern }) => make(union([pattern]), () => build(pattern)))
}

interface Filled {
  readonly build: (name: Bytes) => Bytes[]
}

/**
 * Fills all places of a form but one, each with a name that the selector grants; null where it grants none, `unknown` where
 * first-argument rules allow it in a manner that is not looked into.
 */
export function fillOthers(
  target: Target,
  selector: Selector,
  command: Command,
  form: Form,
  but: number,
  db: number,
): Filled | 'unknown' | null {
  const isPartial = grantOf(selector, command) !== 'whole'
  const opening = isPartial ? openingOf(target, selector, command, form) : { repeats: 0, lead: [], number: null }
  if (opening === null || opening === 'unknown') return opening
  const { repeats, lead } = opening
  const first = isPartial && form.first === 'free' ? nameIn(firstArguments(selector, command)) : null
  const values: Bytes[] = []
  for (const [i, slot] of form.fixed.entries()) {
    if (i === but) {
      values.push('')
      continue
    }
    const fill = slotFill(selector, slot)
    const name =
      slot.kind === 'database'
        ? fill.all
          ? String(db)
          : (fill.members[0]?.[0] ?? null)
        : slot.kind === 'pattern' && !fill.all
          ? (selector.channels[0]?.pattern ?? null)
          : nameIn(slot.at === 1 && isPartial ? fillFirst(selector, command, fill) : fill)
    if (name === null) return null
    values.push(name)
  }
  if (repeats > 0 && form.repeated !== null) {
    const name = nameIn(fillOf(selector, form.repeated.kind, form.repeated.access))
    if (name === null) return null
    for (let i = 0; i < repeats; i++) values.push(name)
  }
  const build = (name: Bytes): Bytes[] => {
    const line = form.build(but < 0 ? values : values.with(but, name), repeats, first)
    return lead.length === 0 ? line : line.toSpliced(1, 0, ...lead)
  }
  return { build }
}

/** Returns an opening with which first-argument rules allow a form: null where there is none, `unknown` where none was found. */
function openingOf(target: Target, selector: Selector, command: Command, form: Form): Opening | 'unknown' | null {
  if (form.first === 'none') return null
  const plain = { repeats: 0, lead: [], number: null }
  if (form.first !== 'word' && form.first !== 'count') return plain
  const allowed = selector.commands.firstArgs.get(command.index) ?? []
  const found = allowed
    .flatMap((first) => [...openingsOf(target, command, form, first)])
    .filter(({ number }) => number === null)
  const [best] = found.sort((a, b) => a.repeats - b.repeats || a.lead.length - b.lead.length)
  if (best !== undefined) return best
  return form.first === 'count' && !allowed.some((first) => mayBegin(target, command, form, first)) ? null : 'unknown'
}

/** A short name of a language; null where it has none. */
function nameIn(language: Language): Bytes | null {
  const found = outside(language, nothing, { left: DEFAULT_STATES })
  return found.kind === 'witness' ? found.text : null
}

/** The database to run a form in: the one asked for, else the first that the selector grants; null where it may not run. */
export function databaseFor(selector: Selector, { ownDatabase }: Form, db: number | null): number | null {
  if (!ownDatabase.mine || selector.allDatabases) return db ?? 0
  if (db !== null) return selector.databases.includes(db) ? db : null
  return selector.databases[0] ?? null
}
