import type { Decision } from '../../src/acl/decision'
import { decide } from '../../src/acl/check'
import type { User } from '../../src/acl/user'
import { Users } from '../../src/acl/users'
import { loadTarget } from '../../src/targets/load'
import type { Target, TargetId } from '../../src/targets/target'
import { usesOf } from '../../src/targets/uses'
import { usersOf } from './users'

/** The decision on a command line of a user of an ACL file. */
export async function judgedIn(acl: string, name: string, line: string, id: TargetId): Promise<Decision> {
  const { target, user } = await usersOf(acl, id)
  const argv = line.split(' ')
  const command = target.table.resolve(argv)
  if (command === undefined) throw new Error(`${line} on ${id}`)
  return decide(user(name), command, argv, usesOf(target, command, argv, 0))
}

/** A user with these rules, and the decision on a command line. */
export async function judged(
  rules: string,
  line: string,
  id: TargetId = 'redis-8.0',
  db = 0,
): Promise<{ target: Target; user: User; decision: Decision }> {
  const target = await loadTarget(id)
  const users = new Users(target.table, target.behaviours)
  const refusal = users.setUser('app', rules.split(' '))
  const user = users.get('app')
  const argv = line.split(' ')
  const command = target.table.resolve(argv)
  if (refusal || !user || !command) throw new Error(`${refusal?.message ?? line} on ${id}`)
  return { target, user, decision: decide(user, command, argv, usesOf(target, command, argv, db)) }
}
