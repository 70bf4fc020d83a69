import { fromText } from '../../src/acl/bytes'
import { loadAclFile } from '../../src/acl/load'
import { User, Users } from '../../src/acl/users'
import { loadTarget } from '../../src/targets/load'
import type { Target, TargetId } from '../../src/targets/target'

/** The users of an ACL file, with the default one, and their target. */
export async function usersOf(
  acl: string,
  id: TargetId = 'redis-8.0',
): Promise<{ target: Target; users: Users; user: (name: string) => User }> {
  const target = await loadTarget(id)
  const users = new Users(target.table, target.behaviours)
  const loaded = loadAclFile(users, fromText(acl), 'users.acl')
  if (!loaded.ok) throw new Error(loaded.message)
  users.replaceAll(loaded)
  return {
    target,
    users,
    user: (name) => {
      const found = users.get(name)
      if (found === undefined) throw new Error(`no user ${name}`)
      return found
    },
  }
}
