import type { Bytes } from '../../acl/bytes'
import { type User, canLogIn } from '../../acl/user'
import { DEFAULT_STATES, type Budget } from '../../proof/inclusion'
import { union } from '../../proof/language'
import type { Subject } from '../../proof/permissions'
import type { ChannelUse } from '../../proof/channels'
import {
  channelBeyond,
  channelWithin,
  keyUnreached,
  keyWithin,
  type FoundLine,
  type Gap,
  type Search,
} from '../../proof/reach'
import { channelUses, type Need } from '../../proof/reached'
import { allows } from '../../proof/command-line'
import type { SimulatedServer } from '../../server/server'
import { callsFunctions, type HeldEscalation } from '../escalation'
import type { Access, PolicyStatement } from '../expectations/expectation'
import { disabledCommands } from '../typed-line'
import { escalationsTo, reachesKeys } from './escalations'

/** The share of a pattern's keys that a user reaches with an access: proved over all command lines that its own rules allow. */
export type Extent =
  /** Every key; `line` is an example. */
  | { readonly kind: 'all'; readonly line: FoundLine }
  /** The key of `line`, for one, and not the key `missing`. */
  | { readonly kind: 'some'; readonly line: FoundLine; readonly missing: Bytes }
  | { readonly kind: 'none' }
  /** The search was given up, or no exact answer is known; `line` reaches a key where one was found. */
  | { readonly kind: 'undecided'; readonly line: FoundLine | null }

/** A user's access to the keys or channels that match a pattern. */
export interface Reach<Use extends string> {
  readonly user: User
  /** False for a user that is off or has no password: it reaches nothing. */
  readonly canLogIn: boolean
  readonly extents: Readonly<Record<Use, Extent>>
  /** Ways around the user's own rules that can end in access to these keys or channels. */
  readonly escalations: readonly HeldEscalation[]
}

export type PatternReach = Reach<Need>
export type ChannelReach = Reach<ChannelUse>

export interface PatternReachOptions {
  /** States that the searches for one user may visit. */
  readonly perUser?: number
  /** States that all searches together may visit. Users after that are undecided. */
  readonly total?: number
}

export const needs: readonly Need[] = ['read', 'write', 'access']

const none: Extent = { kind: 'none' }
/** States for hard patterns, whatever the number of users: about two seconds. */
const HARD_STATES = 400_000
/** States for each user on top: ordinary patterns take fewer. */
const EASY_STATES = 100

/**
 * Yields the access of every user to the keys that match a pattern, in the order of the users. Stop iterating to cancel.
 *
 * Takes one pass over the command table for each selector, which is cached, and six searches for each user. The time of
 * a search is about the product of the pattern's length and the lengths of the user's patterns; at worst it is
 * exponential in the latter, which the budgets bound. Only keys of one byte or more count, in any database that the user may
 * use.
 */
export function patternReach(
  server: SimulatedServer,
  pattern: Bytes,
  options: PatternReachOptions = {},
): Generator<PatternReach, void> {
  const keys = union([pattern])
  return reachOf(server, 'access', options, (subject, budget) => {
    const extent = (need: Need): Extent =>
      extentOf(keyWithin(subject, need, keys, { budget }), () => keyUnreached(subject, need, keys, { budget }))
    return { read: extent('read'), write: extent('write'), access: extent('access') }
  })
}

/**
 * Yields the access of every user to the channels that match a pattern, as `patternReach` does for keys. PSUBSCRIBE receives
 * from the channels that a pattern matches which the user is granted literally, or from any where it is granted all channels.
 */
export function channelReach(
  server: SimulatedServer,
  pattern: Bytes,
  options: PatternReachOptions = {},
): Generator<ChannelReach, void> {
  const channels = union([pattern])
  return reachOf(server, 'channel', options, (subject, budget) => {
    const extent = (use: ChannelUse): Extent => {
      const asked = { uses: [use], budget }
      return extentOf(channelWithin(subject, channels, asked), () => channelBeyond(subject, channels, asked))
    }
    return {
      publish: extent('publish'),
      subscribe: extent('subscribe'),
      psubscribe: byPattern(subject, pattern, extent('psubscribe')),
    }
  })
}

/** Shows the pattern itself as the example of PSUBSCRIBE, where the user may subscribe to it. */
function byPattern(subject: Subject, pattern: Bytes, extent: Extent): Extent {
  if (extent.kind !== 'all') return extent
  const line = { argv: ['psubscribe', pattern], db: extent.line.line.db }
  return allows(subject, line) ? { ...extent, line: { ...extent.line, line } } : extent
}

function* reachOf<Use extends string>(
  server: SimulatedServer,
  escalating: Need | 'channel',
  options: PatternReachOptions,
  extentsOf: (subject: Subject, budget: Budget) => Readonly<Record<Use, Extent>>,
): Generator<Reach<Use>, void> {
  const { target } = server
  const users = [...server.users]
  const hidden = disabledCommands(server)
  const total: Budget = { left: options.total ?? HARD_STATES + EASY_STATES * users.length }
  let known: readonly User[] | null = null
  const callers = (): readonly User[] => (known ??= users.filter(callsFunctions))
  for (const user of users) {
    const subject: Subject = { user, target, hidden }
    const granted = Math.min(options.perUser ?? DEFAULT_STATES, total.left)
    const budget: Budget = { left: granted }
    const extents = extentsOf(subject, budget)
    total.left -= granted - budget.left
    const may = canLogIn(user)
    yield { user, canLogIn: may, extents, escalations: may ? escalationsTo(server, subject, escalating, callers) : [] }
  }
}

function extentOf(within: Search, beyond: () => Gap): Extent {
  if (within.kind === 'none') return none
  if (within.kind === 'undecided') return { kind: 'undecided', line: null }
  const gap = beyond()
  if (gap.kind === 'undecided') return { kind: 'undecided', line: within }
  return gap.kind === 'none' ? { kind: 'all', line: within } : { kind: 'some', line: within, missing: gap.name }
}

/** Returns true if a user has an access to some key of the pattern, may have it, or can get it by an escalation. */
function mayReach({ extents, escalations }: PatternReach, need: Need): boolean {
  return extents[need].kind !== 'none' || escalations.some(({ escalation }) => reachesKeys(escalation, need))
}

/** Returns true if a user sends to or receives from some channel of the pattern, may do, or can get there by an escalation. */
function mayUse({ extents, escalations }: ChannelReach): boolean {
  return channelUses.some((use) => extents[use].kind !== 'none') || escalations.length > 0
}

/**
 * Returns the statement that nobody but these users has an access to a pattern's keys, which holds as the rules are now;
 * null where every user may have it.
 * @param reach the access of all users of the server
 */
export function statementOf(reach: readonly PatternReach[], need: Need, pattern: Bytes): PolicyStatement | null {
  const but = reach.filter((one) => mayReach(one, need)).map(({ user }) => user.name)
  return but.length === reach.length ? null : onlyThese(but, { kind: 'keys', need, patterns: [pattern] })
}

/** Returns the statement that nobody but these users can use a pattern's channels, as `statementOf` does for keys. */
export function channelStatementOf(reach: readonly ChannelReach[], pattern: Bytes): PolicyStatement | null {
  const but = reach.filter(mayUse).map(({ user }) => user.name)
  return but.length === reach.length ? null : onlyThese(but, { kind: 'channels', patterns: [pattern] })
}

function onlyThese(but: readonly Bytes[], access: Access): PolicyStatement {
  return { subject: { kind: 'nobody', but }, verb: 'can', access, byOwnRules: false, origin: null, db: null }
}
