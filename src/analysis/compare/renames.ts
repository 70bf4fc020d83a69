import type { Bytes } from '../../acl/bytes'
import type { User } from '../../acl/user'

/**
 * Finds renamed users: a removed and an added user with the same passwords, or with the same rules and no password.
 * Returns the old name by the new one.
 */
export function renames(olds: ReadonlyMap<Bytes, User>, news: ReadonlyMap<Bytes, User>): ReadonlyMap<Bytes, Bytes> {
  const found = new Map<Bytes, Bytes>()
  const gone = [...olds.values()].filter(({ name }) => !news.has(name))
  const byLook = new Map(gone.map((user) => [lookOf(user), user.name]))
  for (const user of news.values()) {
    const from = olds.has(user.name) ? undefined : byLook.get(lookOf(user))
    if (from === undefined) continue
    found.set(user.name, from)
    byLook.delete(lookOf(user))
  }
  return found
}

function lookOf(user: User): string {
  return user.passwords.length > 0
    ? user.passwords
        .map(({ hash }) => hash)
        .sort()
        .join(' ')
    : user.describe().slice(`user ${user.name}`.length)
}
