import { decide } from '../../acl/check'
import type { Rule } from '../../acl/decision'
import type { User } from '../../acl/user'
import type { ExtentCell } from '../../analysis/key-access/pattern'
import type { SimulatedServer } from '../../server/server'
import { usesOf } from '../../targets/uses'

/** Returns the rules by whose patterns a user may run an example. */
export function rulesOfExample(
  { target }: SimulatedServer,
  user: User | undefined,
  { argv, db }: NonNullable<ExtentCell['example']>,
): readonly Rule[] {
  const command = target.table.resolve(argv)
  if (user === undefined || command === undefined) return []
  const { decidedBy, selectors } = decide(user, command, argv, usesOf(target, command, argv, db))
  const { keys = [], channels = [] } = selectors.find(({ selector }) => selector === decidedBy) ?? {}
  const found = [...keys.flatMap(({ grantedBy }) => grantedBy), ...channels.flatMap(({ grantedBy }) => grantedBy ?? [])]
  return [...new Set(found)]
}
