import { READ, WRITE, type Access } from '../acl/command'
import type { Selector } from '../acl/selector'
import { channelWays, type ChannelUse } from './channels'
import type { Budget } from './inclusion'
import { nothing, type Language } from './language'
import type { Subject } from './permissions'
import { selectorWays, type Way } from './ways'

/**
 * Access to a key: `read` and `write` ask for that permission at least (before 7.0, which has none: for a command that reads or
 * writes it), `access` for any, or none (EXISTS, STRLEN).
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
}

/** The keys that a user reaches with the access asked for. */
export function keyWays(subject: Subject, need: Need, options: ReachOptions): Reached {
  return waysOf(subject, options, need, ({ kind, does }) => kind === 'key' && meets(does, need))
}

/** The channels that a user reaches by the uses asked for. */
export function channelsReached(subject: Subject, { uses = channelUses }: ChannelOptions): Reached {
  const all = subject.user.selectors.flatMap((_, i) => uses.map((use) => channelWays(subject, i, use)))
  const ways = all.flatMap((one) => one.ways)
  return { ways, unknown: all.flatMap((one) => one.unknown), union: unionOf(ways.map(({ language }) => language)) }
}

const meets = (access: Access, need: Need): boolean =>
  need === 'access' || (access & (need === 'read' ? READ : WRITE)) !== 0

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
