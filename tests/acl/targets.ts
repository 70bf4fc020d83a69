import { Users } from '../../src/acl/users'
import { loadTarget } from '../../src/targets/load'
import type { Target, TargetId } from '../../src/targets/target'

/** Targets that together show every behaviour of the ACL engine. */
export const everyKind: readonly TargetId[] = [
  'redis-6.0',
  'redis-6.2',
  'redis-7.0',
  'redis-7.2',
  'redis-8.0',
  'redis-8.8',
  'valkey-7.2',
  'valkey-8.1',
  'valkey-9.1',
  'valkey-9.2',
]

export async function usersOf(id: TargetId): Promise<{ target: Target; users: Users }> {
  const target = await loadTarget(id)
  return { target, users: new Users(target.table, target.behaviours) }
}
