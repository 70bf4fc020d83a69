import { toText } from '../../acl/bytes'
import { type Access, READ, WRITE } from '../../acl/command'
import type { User } from '../../acl/users'
import { reachesKey } from '../../analysis/key-access'
import type { Steps } from '../../analysis/steps'
import type { Target } from '../../targets/target'
import type { KeyRow } from './rows'

/** The most users whose names are spelled out. */
const mostNamed = 6
/** Users between two steps. */
const STRIDE = 100

/** The users that reach a key, as text: the first by name, and the number of the others. */
export interface KeyReach {
  readonly readers: string
  readonly writers: string
}

/** The users that reach keys, by the ids of the keys' rows, for the users as they are at one moment. */
export type KnownReach = Map<string, KeyReach>

/** Finds the users that reach the keys of rows, where it is not known, and returns what is known then. */
export function* reachOf(
  target: Target,
  users: readonly User[],
  rows: readonly KeyRow[],
  known: KnownReach,
): Steps<{ readonly known: KnownReach }> {
  for (const [done, row] of rows.entries()) {
    if (known.has(row.id)) continue
    const readers = new Names()
    const writers = new Names()
    for (const [i, user] of users.entries()) {
      if (i % STRIDE === 0) yield { done, of: rows.length }
      const can = (does: Access): boolean => reachesKey(target, user, row.key, does, row.db)
      if (can(READ)) readers.add(user)
      if (can(WRITE)) writers.add(user)
    }
    known.set(row.id, { readers: readers.text, writers: writers.text })
  }
  return { known }
}

class Names {
  readonly #first: string[] = []
  #count = 0

  /** Adds a user. Nobody can log in as one that is off, but connections that are logged in stay. */
  add({ name, enabled }: User): void {
    if (++this.#count <= mostNamed) this.#first.push(enabled ? toText(name) : `${toText(name)} (off)`)
  }

  get text(): string {
    if (this.#count === 0) return 'nobody'
    const more = this.#count - mostNamed
    return [...this.#first, ...(more > 0 ? [`${more} more`] : [])].join(', ')
  }
}
