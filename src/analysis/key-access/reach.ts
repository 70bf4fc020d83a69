import type { Bytes } from '../../acl/bytes'
import type { User } from '../../acl/user'
import { DEFAULT_STATES, type Budget } from '../../proof/inclusion'
import { union, type Language } from '../../proof/language'
import { canLogIn, type Subject } from '../../proof/permissions'
import { keyBeyond, keyWithin, type FoundLine, type Need } from '../../proof/reach'
import type { SimulatedServer } from '../../server/server'
import { callsFunctions, type HeldEscalation } from '../escalation'
import type { PolicyStatement } from '../expectations/expectation'
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

/** A user's access to the keys that match a pattern. */
export interface PatternReach {
  readonly user: User
  /** False for a user that is off or has no password: it reaches nothing. */
  readonly canLogIn: boolean
  readonly extents: Readonly<Record<Need, Extent>>
  /** Ways around the user's own rules that can end in access to these keys. */
  readonly escalations: readonly HeldEscalation[]
}

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
export function* patternReach(
  server: SimulatedServer,
  pattern: Bytes,
  options: PatternReachOptions = {},
): Generator<PatternReach, void> {
  const { target } = server
  const users = [...server.users]
  const hidden = disabledCommands(server)
  const keys = union([pattern])
  const total: Budget = { left: options.total ?? HARD_STATES + EASY_STATES * users.length }
  let known: readonly User[] | null = null
  const callers = (): readonly User[] => (known ??= users.filter(callsFunctions))
  for (const user of users) {
    const subject: Subject = { user, target, hidden }
    if (!canLogIn(user)) {
      yield { user, canLogIn: false, extents: { read: none, write: none, access: none }, escalations: [] }
      continue
    }
    const granted = Math.min(options.perUser ?? DEFAULT_STATES, total.left)
    const budget: Budget = { left: granted }
    const extents = {
      read: extentOf(subject, 'read', keys, budget),
      write: extentOf(subject, 'write', keys, budget),
      access: extentOf(subject, 'access', keys, budget),
    }
    total.left -= granted - budget.left
    yield { user, canLogIn: true, extents, escalations: escalationsTo(server, subject, 'access', callers) }
  }
}

function extentOf(subject: Subject, need: Need, keys: Language, budget: Budget): Extent {
  const within = keyWithin(subject, need, keys, { budget })
  if (within.kind === 'none') return none
  if (within.kind === 'undecided') return { kind: 'undecided', line: null }
  const beyond = keyBeyond(subject, need, keys, { budget })
  if (beyond.kind === 'undecided') return { kind: 'undecided', line: within }
  return beyond.kind === 'none' ? { kind: 'all', line: within } : { kind: 'some', line: within, missing: beyond.name }
}

/** Returns true if a user has an access to some key of the pattern, may have it, or can get it by an escalation. */
export function mayReach({ extents, escalations }: PatternReach, need: Need): boolean {
  return extents[need].kind !== 'none' || escalations.some(({ escalation }) => reachesKeys(escalation, need))
}

/**
 * Returns the statement that nobody but these users has an access to a pattern's keys, which holds as the rules are now;
 * null where every user may have it.
 * @param reach the access of all users of the server
 */
export function statementOf(reach: readonly PatternReach[], need: Need, pattern: Bytes): PolicyStatement | null {
  const but = reach.filter((one) => mayReach(one, need)).map(({ user }) => user.name)
  if (but.length === reach.length) return null
  return {
    subject: { kind: 'nobody', but },
    verb: 'can',
    access: { kind: 'keys', need, patterns: [pattern] },
    byOwnRules: false,
    origin: null,
    db: null,
  }
}
