import type { Bytes } from '../../acl/bytes'
import { loadAclFile } from '../../acl/load'
import type { Role } from '../../acl/role'
import { Users } from '../../acl/users'

/** Returns the lines of a users.acl file that define roles. */
export const roleLinesIn = (text: string): readonly string[] => text.match(/^[ \t\r]*role .*$/gm) ?? []

/** Returns users of the same defaults that may hold the roles of these lines. Lines that a server rejects define none. */
export function withRoles({ space, allChannelsByDefault }: Users, lines: Bytes): Users {
  const users = new Users(space.table, space.behaviours)
  users.allChannelsByDefault = allChannelsByDefault
  const roles = new Map<Bytes, Role>()
  for (const line of lines.split('\n')) {
    const loaded = loadAclFile(users, line, 'users.acl')
    for (const role of loaded.ok ? loaded.roles.values() : []) if (!roles.has(role.name)) roles.set(role.name, role)
  }
  users.replaceAll({ users: new Map(), roles })
  return users
}
