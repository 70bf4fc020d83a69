import type { Bytes } from '../acl/bytes'
import { loadAclFile } from '../acl/load'
import type { Role } from '../acl/role'
import type { User } from '../acl/user'
import type { LoadedAcl, Users } from '../acl/users'
import type { Server } from './types'

/** Tells whether loading this file would change nothing in the server's memory. */
export function agree(server: Server, content: Bytes): boolean {
  const read = loadAclFile(server.users, content, 'users.acl')
  if (!read.ok) return false
  const file = read.users.has('default')
    ? read.users
    : new Map(read.users).set('default', server.users.newDefaultUser())
  if (file.size !== server.users.size || read.roles.size !== server.users.roles.size) return false
  for (const role of server.users.roles.values()) {
    const other = read.roles.get(role.name)
    if (other === undefined || !isSameRole(other, role)) return false
  }
  for (const user of server.users) {
    const other = file.get(user.name)
    if (other === undefined || !isSame(other, user)) return false
  }
  return true
}

/** Tells whether two users are described alike. Users that a file was loaded into share the file's lists: those are the same at a glance. */
export function isSame(a: User, b: User): boolean {
  const isShared =
    a.own === b.own &&
    a.roles === b.roles &&
    a.passwords === b.passwords &&
    a.enabled === b.enabled &&
    a.nopass === b.nopass &&
    a.sanitize === b.sanitize
  return isShared || a.describe() === b.describe()
}

/** Tells whether two roles are described alike. */
export function isSameRole(a: Role, b: Role): boolean {
  return a.own === b.own || a.describe() === b.describe()
}

/** Returns the users and roles in memory, in place of each that the file describes alike the file's: its rules point into the file. */
export function pointed(memory: Users, file: LoadedAcl): LoadedAcl {
  const users = Array.from(memory, (user): [Bytes, User] => {
    const other = file.users.get(user.name)
    return [user.name, other !== undefined && isSame(other, user) ? other : user]
  })
  const roles = Array.from(memory.roles.values(), (role): [Bytes, Role] => {
    const other = file.roles.get(role.name)
    return [role.name, other !== undefined && isSameRole(other, role) ? other : role]
  })
  return { users: new Map(users), roles: new Map(roles) }
}
