import type { Access } from '../../acl/command'
import { placeOf } from '../../acl/pattern'
import type { Selector, User } from '../../acl/users'
import { patternOutside, type Budget } from '../../proof/inclusion'
import { union, type Language } from '../../proof/language'

function coversCommands(wide: Selector, narrow: Selector): boolean {
  const [a, b] = [wide.commands, narrow.commands]
  if (a === b) return true
  if (b.future && !a.future) return false
  if (b.bits.some((word, i) => (word & ~(a.bits[i] ?? 0)) !== 0)) return false
  for (const [index, args] of b.firstArgs) {
    const allowed = new Set(a.firstArgs.get(index))
    if (!a.has(index) && args.some((arg) => !allowed.has(arg))) return false
  }
  return true
}

function coversKeys(wide: Selector, narrow: Selector, budget: Budget): boolean {
  if (wide.allKeys) return true
  if (narrow.allKeys) return false
  const byAccess = new Map<Access, Language>()
  return narrow.keys.every(({ pattern, access }) => {
    let granted = byAccess.get(access)
    if (granted === undefined) {
      granted = union(wide.keys.filter((key) => (key.access & access) === access).map((key) => key.pattern))
      byAccess.set(access, granted)
    }
    return patternOutside(pattern, granted, budget).kind === 'included'
  })
}

/**
 * Returns true unless only the narrow selector allows SORT BY and GET, which need every key to be readable by the
 * pattern `*` itself: other patterns that match every key do not count.
 */
function coversSort(wide: Selector, narrow: Selector): boolean {
  return !(sorts(narrow) && narrow.readsEveryKey) || wide.readsEveryKey
}

/** Returns true where a selector allows SORT or SORT_RO, at least with one first argument. */
export function sorts({ commands }: Selector): boolean {
  return ['sort', 'sort_ro'].some((name) => {
    const command = commands.space.table.find(name)
    return command !== undefined && (commands.has(command.index) || commands.firstArgs.has(command.index))
  })
}

/**
 * Returns true where the wide selector grants the same channel patterns: PSUBSCRIBE requires the literal pattern, so a
 * wider one does not do.
 */
function coversChannels(wide: Selector, narrow: Selector): boolean {
  if (wide.allChannels) return true
  if (narrow.allChannels) return false
  return narrow.channels.every(({ pattern }) => placeOf(wide.channels, pattern) >= 0)
}

function coversDatabases(wide: Selector, narrow: Selector): boolean {
  if (wide.allDatabases) return true
  return !narrow.allDatabases && narrow.databases.every((db) => wide.databases.includes(db))
}

/** The cost of comparing two selectors, in addition to the states of comparing their patterns. */
const STATES_A_PAIR = 2

/** Returns true where a selector provably allows everything that another one allows. */
export function covers(wide: Selector, narrow: Selector, budget: Budget): boolean {
  budget.left -= STATES_A_PAIR
  if (budget.left <= 0) return false
  return (
    coversCommands(wide, narrow) &&
    coversKeys(wide, narrow, budget) &&
    coversSort(wide, narrow) &&
    coversChannels(wide, narrow) &&
    coversDatabases(wide, narrow)
  )
}

function coversUser(wide: User, narrow: User, budget: Budget): boolean {
  const texts = new Set(wide.selectors.map((selector) => selector.describe()))
  return narrow.selectors.every(
    (selector) => texts.has(selector.describe()) || wide.selectors.some((other) => covers(other, selector, budget)),
  )
}

/** Returns true where two users have the same passwords and flags. */
export function logInAlike(a: User, b: User): boolean {
  if (
    a.enabled !== b.enabled ||
    a.nopass !== b.nopass ||
    a.sanitize !== b.sanitize ||
    a.passwords.length !== b.passwords.length
  )
    return false
  const hashes = new Set(a.passwords.map(({ hash }) => hash))
  return b.passwords.every(({ hash }) => hashes.has(hash))
}

/**
 * Returns true where two users provably have the same log-ins and permissions; false also where the budget is used up.
 */
export function sameEffect(a: User, b: User, budget: Budget): boolean {
  return logInAlike(a, b) && coversUser(a, b, budget) && coversUser(b, a, budget)
}
