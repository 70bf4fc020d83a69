import { fromText, type Bytes } from '../acl/bytes'
import { loadAclFile } from '../acl/load'
import type { Role } from '../acl/role'
import { Users } from '../acl/users'
import { splitWords } from '../acl/split'
import type { Target } from '../targets/target'

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

let last: { readonly target: Target; readonly lines: string; readonly roles: ReadonlyMap<Bytes, Role> } | null = null

/**
 * Returns the roles that the lines of a text define: of users.acl, or of redis.conf, whose words may be quoted. Undefined where
 * there are none. Of the last text, they are cached.
 */
export function rolesIn(
  text: string,
  target: Target,
  file: 'acl' | 'conf' = 'acl',
): ReadonlyMap<Bytes, Role> | undefined {
  const written = target.behaviours.hasRoles ? roleLinesIn(text) : []
  if (written.length === 0) return undefined
  const lines = `${file}\n${written.join('\n')}`
  if (last?.target === target && last.lines === lines) return last.roles
  const users = new Users(target.table, target.behaviours)
  if (file === 'conf') {
    for (const line of written) {
      const [, name, ...rules] = splitWords(fromText(line)) ?? []
      if (name !== undefined)
        users.setRole(
          name.text,
          rules.map((word) => word.text),
        )
    }
  }
  const { roles } = file === 'acl' ? withRoles(users, fromText(written.join('\n'))) : users
  last = { target, lines, roles }
  return roles
}
