import { READ, WRITE, type Access } from '../acl/command'
import type { Selector } from '../acl/selector'
import { channelWays, type ChannelUse } from './channels'
import type { Budget } from './inclusion'
import { nothing, type Language } from './language'
import type { Subject } from './permissions'
import { selectorWays, type Place, type Way } from './ways'

/**
 * Access to a key: `read` and `write` ask for a command line that reads or writes the key, whether or not the access check sees
 * it (FLUSHALL writes every key); `access` for one that names the key, with any access or none (EXISTS, STRLEN).
 */
export type Need = 'read' | 'write' | 'access'

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

/** A set of names that a selector lets a user reach, and the command line that does. */
export type Named = Pick<Way, 'selector' | 'language' | 'line'>

export interface NamedWays {
  readonly ways: readonly Named[]
  readonly unknown: readonly unknown[]
}

/** The ways of a user for one kind of name, and all names together. */
export interface Reached extends NamedWays {
  readonly union: Language
  /** Of these, the names that the rules grant: not those that a command reaches although the server does not check them. */
  readonly granted: Language
}

/** The keys that a user reaches with the access asked for. */
export function keyWays(subject: Subject, need: Need, options: ReachOptions): Reached {
  return waysOf(subject, options, need, ({ kind, does, named }) => kind === 'key' && meets(does, named, need))
}

/** The channels that a user reaches by the uses asked for. */
export function channelsReached(subject: Subject, { uses = channelUses }: ChannelOptions): Reached {
  const all = subject.user.selectors.flatMap((_, i) => uses.map((use) => channelWays(subject, i, use)))
  const ways = all.flatMap((one) => one.ways)
  const union = unionOf(ways.map(({ language }) => language))
  return { ways, unknown: all.flatMap((one) => one.unknown), union, granted: union }
}

const meets = (access: Access, named: boolean, need: Need): boolean =>
  need === 'access' ? named : (access & (need === 'read' ? READ : WRITE)) !== 0

interface Cached {
  readonly selectors: readonly Selector[]
  readonly table: unknown
  readonly hidden: unknown
  readonly reached: Reached
}

const cache = new WeakMap<Selector, Map<string, Cached>>()

/** Cached by the user's selectors, which do not change. */
function waysOf(subject: Subject, { db = null }: ReachOptions, what: Need, is: (way: Place) => boolean): Reached {
  const { selectors } = subject.user
  const [root] = selectors
  if (root === undefined) return { ways: [], unknown: [], union: nothing, granted: nothing }
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
        !one.ways.some(
          ({ kind, access, does, beyond, isPartial }) =>
            !isPartial &&
            kind === place.kind &&
            access === place.access &&
            does === place.does &&
            beyond === place.beyond,
        ),
    ),
  )
  const union = unionOf(ways.map(({ language }) => language))
  const granted = ways.filter(({ beyond }) => !beyond)
  const reached = {
    ways,
    unknown,
    union,
    granted: granted.length === ways.length ? union : unionOf(granted.map(({ language }) => language)),
  }
  known.set(key, { selectors: [...selectors], table: subject.target.table, hidden: subject.hidden, reached })
  return reached
}

function unionOf(all: readonly Language[]): Language {
  const [first = nothing, ...others] = new Set(all)
  if (others.length === 0) return first
  const languages = [first, ...others]
  return { all: languages.some((one) => one.all), members: languages.flatMap(({ members }) => members) }
}
