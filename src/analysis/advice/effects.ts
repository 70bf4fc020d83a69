import type { Bytes } from '../../acl/bytes'
import type { Selector, User } from '../../acl/users'
import { coverOf } from '../compare/cover'

/** Whether everything that `narrow` matches is matched by some of `wide`. False also where it cannot be told. */
function covered(narrow: Bytes, wide: readonly Bytes[]): boolean {
  return wide.includes(narrow) || wide.includes('*') || coverOf(narrow, wide)?.covered === true
}

function coversCommands(wide: Selector, narrow: Selector): boolean {
  const [a, b] = [wide.commands, narrow.commands]
  if (a === b) return true
  if (b.future && !a.future) return false
  if (b.bits.some((word, i) => (word & ~(a.bits[i] ?? 0)) !== 0)) return false
  for (const [index, args] of b.firstArgs) {
    const allowed = a.firstArgs.get(index) ?? []
    if (!a.has(index) && args.some((arg) => !allowed.includes(arg))) return false
  }
  return true
}

function coversKeys(wide: Selector, narrow: Selector): boolean {
  if (wide.allKeys) return true
  if (narrow.allKeys) return false
  return narrow.keys.every((key) =>
    covered(
      key.pattern,
      wide.keys.filter(({ access }) => (access & key.access) === key.access).map(({ pattern }) => pattern),
    ),
  )
}

/** A channel pattern counts to the letter too: PSUBSCRIBE wants the same pattern. */
function coversChannels(wide: Selector, narrow: Selector): boolean {
  if (wide.allChannels) return true
  if (narrow.allChannels) return false
  return narrow.channels.every((channel) => wide.channels.some(({ pattern }) => pattern === channel.pattern))
}

function coversDatabases(wide: Selector, narrow: Selector): boolean {
  if (wide.allDatabases) return true
  return !narrow.allDatabases && narrow.databases.every((db) => wide.databases.includes(db))
}

/** Whether a selector surely allows everything that another one allows. */
export function covers(wide: Selector, narrow: Selector): boolean {
  return (
    coversCommands(wide, narrow) &&
    coversKeys(wide, narrow) &&
    coversChannels(wide, narrow) &&
    coversDatabases(wide, narrow)
  )
}

function coversUser(wide: User, narrow: User): boolean {
  return narrow.selectors.every((selector) => wide.selectors.some((other) => covers(other, selector)))
}

/** Whether two users surely log in with the same and may do the same. */
export function sameEffect(a: User, b: User): boolean {
  if (
    a.enabled !== b.enabled ||
    a.nopass !== b.nopass ||
    a.sanitize !== b.sanitize ||
    a.passwords.length !== b.passwords.length
  )
    return false
  const hashes = new Set(a.passwords.map(({ hash }) => hash))
  return b.passwords.every(({ hash }) => hashes.has(hash)) && coversUser(a, b) && coversUser(b, a)
}
