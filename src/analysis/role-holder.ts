import type { Bytes } from '../acl/bytes'
import type { User } from '../acl/user'
import type { Users } from '../acl/users'

/** Returns a user who holds a role and has no rules of its own; null where there is no such role. No other user has its name. */
export function holderOf(users: Users, name: Bytes): User | null {
  const role = users.roles.get(name)
  if (role === undefined) return null
  const user = users.newUser(`role ${name}`)
  user.own = role.own
  for (const rule of ['on', 'nopass']) user.apply(rule)
  return user
}
