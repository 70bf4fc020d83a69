import type { Bytes } from '../../acl/bytes'
import { loadAclFile } from '../../acl/load'
import type { User } from '../../acl/user'
import type { Users } from '../../acl/users'
import type { Server } from '../../server/types'

/** Tells whether loading this file would change nothing in the server's memory. */
export function agree(server: Server, content: Bytes): boolean {
  const read = loadAclFile(server.users, content, 'users.acl')
  if (!read.ok) return false
  const file = read.users.has('default')
    ? read.users
    : new Map(read.users).set('default', server.users.newDefaultUser())
  if (file.size !== server.users.size) return false
  for (const user of server.users) {
    const other = file.get(user.name)
    if (other === undefined || !isSame(other, user)) return false
  }
  return true
}

/** Tells whether two users are described alike. Users that a file was loaded into share the file's lists: those are the same at a glance. */
export function isSame(a: User, b: User): boolean {
  const isShared =
    a.selectors === b.selectors &&
    a.passwords === b.passwords &&
    a.enabled === b.enabled &&
    a.nopass === b.nopass &&
    a.sanitize === b.sanitize
  return isShared || a.describe() === b.describe()
}

/** Returns the users in memory, in place of each that the file describes alike the file's: its rules point into the file. */
export function pointed(memory: Users, file: ReadonlyMap<Bytes, User>): ReadonlyMap<Bytes, User> {
  const inPlace = (user: User): User => {
    const other = file.get(user.name)
    return other !== undefined && isSame(other, user) ? other : user
  }
  return new Map(Array.from(memory, (user) => [user.name, inPlace(user)]))
}
