import { type Bytes, lower } from '../acl/bytes'
import { type Access, type Command, READ, WRITE } from '../acl/command'
import type { ChannelPattern } from '../acl/pattern'
import type { Selector } from '../acl/selector'
import type { User } from '../acl/user'
import type { Target } from '../targets/target'
import { caseless, exactly } from './automaton'
import type { Form, Slot } from './forms'
import { everything, intersection, nothing, union, type Language } from './language'

/** A user, and the server that it is on. */
export interface Subject {
  readonly user: User
  readonly target: Target
  /** Commands that rename-command removed, by full name in lower case. */
  readonly hidden: ReadonlySet<Bytes>
}

/** The extent to which a selector allows a command: wholly, with some first arguments only, or not at all. */
export type Grant = 'whole' | 'first-arguments' | 'none'

/** Returns the extent to which a selector allows a command. */
export function grantOf({ commands }: Pick<Selector, 'commands'>, command: Command): Grant {
  if (commands.has(command.index)) return 'whole'
  return commands.mayHaveFirstArgs && commands.firstArgs.has(command.index) ? 'first-arguments' : 'none'
}

/**
 * Returns the first arguments that a selector allows a command with: in any case, up to a NUL.
 * @param counts leaves out rules
 */
export function firstArguments(
  { commands }: Selector,
  command: Command,
  counts: (first: Bytes) => boolean = () => true,
): Language {
  const given = (commands.firstArgs.get(command.index) ?? []).filter(counts)
  return union(given.flatMap((argument) => [caseless(argument), `${caseless(argument)}\0*`]))
}

/** Returns true if a selector allows a command with exactly this first argument. */
export function allowsFirst({ commands }: Selector, command: Command, first: Bytes): boolean {
  return (commands.firstArgs.get(command.index) ?? []).some((argument) => lower(argument) === lower(first))
}

const fills = new WeakMap<Selector, Map<string, Language>>()

/** A cache of languages by selector, so that results cached by language are found. Selectors do not change. */
function fill(selector: Selector, what: string, make: () => Language): Language {
  const known = fills.get(selector) ?? new Map<string, Language>()
  fills.set(selector, known)
  const found = known.get(what) ?? make()
  known.set(what, found)
  return found
}

/** Returns the keys to which a selector gives this access. */
function keysOf(selector: Selector, access: Access): Language {
  if (selector.allKeys) return everything
  const patterns = selector.keys.filter((key) => (key.access & access) === access)
  return patterns.length === 0 ? nothing : union(patterns.map(({ pattern }) => pattern))
}

/** Returns the channels that a selector grants; for PSUBSCRIBE the patterns, which must be granted literally. */
export function channelsOf(selector: Selector, isPattern: boolean): Language {
  if (selector.allChannels || !selector.space.behaviours.hasChannels) return everything
  return isPattern
    ? union(selector.channels.flatMap(grantedTexts))
    : union(selector.channels.map(({ pattern }) => pattern))
}

/** Returns patterns of the texts that PSUBSCRIBE may take where a channel pattern is granted. */
export function grantedTexts({ pattern, endsAtNul }: ChannelPattern): readonly Bytes[] {
  const text = exactly(pattern)
  return endsAtNul ? [text, `${text}\0*`] : [text]
}

/** Returns the databases that a selector grants, as the texts of their numbers. */
export function databasesOf(selector: Selector): Language {
  if (selector.allDatabases || !selector.space.behaviours.hasDatabases) return everything
  return union(selector.databases.map(String))
}

/** Returns the values that a selector allows in a slot that needs this access (null: it is not checked). */
export function fillOf(selector: Selector, kind: Slot['kind'], access: Access | null): Language {
  if (access === null) return everything
  // Most patterns give both permissions: then all accesses share a language, and what is cached for it.
  const isSame = kind === 'key' && selector.keys.every((key) => key.access === (READ | WRITE))
  return fill(selector, isSame ? kind : `${kind}${access}`, () => {
    if (kind === 'key') return keysOf(selector, access)
    return kind === 'database' ? databasesOf(selector) : channelsOf(selector, kind === 'pattern')
  })
}

/** Returns the values with which a selector allows a slot of a form: an option, where the form needs one. */
export function slotFill(selector: Selector, { kind, access, word }: Slot): Language {
  const fill = fillOf(selector, kind, access)
  return word === null ? fill : intersection(fill, union([caseless(word)]))
}

/** Returns the values that a selector allows as the first argument of a form, if that is a place of its own or a slot with `fill`. */
export function fillFirst(selector: Selector, command: Command, fill: Language): Language {
  return grantOf(selector, command) === 'whole' ? fill : intersection(fill, firstArguments(selector, command))
}

/** Returns true if a selector grants what a form needs as a whole: reading every key (SORT with BY or GET), or every database. */
export function meetsOwnChecks(
  selector: Selector,
  checks: { readonly readsEveryKey: boolean; readonly everyDatabase: boolean },
): boolean {
  return (!checks.readsEveryKey || selector.readsEveryKey) && (!checks.everyDatabase || databasesOf(selector).all)
}

/** Returns the side of a form's checks that applies to a subject: its own, or the other server's. */
export function checksOf(form: Form, side: 'mine' | 'other'): { readsEveryKey: boolean; everyDatabase: boolean } {
  return { readsEveryKey: form.readsEveryKey[side], everyDatabase: form.everyDatabase[side] }
}

/** Returns whether rename-command took a command away: a container takes its subcommands with it. */
export function isHidden({ hidden }: Pick<Subject, 'hidden'>, command: Command): boolean {
  return hidden.size > 0 && hidden.has((command.parent ?? command).name)
}
