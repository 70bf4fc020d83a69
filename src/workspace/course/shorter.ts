import { fromText, toText } from '../../acl/bytes'
import { Users } from '../../acl/users'
import { simplifyFile } from '../../analysis/simplify/file'
import type { Target } from '../../targets/target'

/** A user's rules in fewer words. */
export interface ShorterRules {
  readonly user: string
  readonly rules: string
}

/**
 * Returns a user's rules in fewer words that are proved to allow the same; null where there are none, or the user is not in the
 * file. For a goal of the kind `equivalent`, once it is met. Takes up to a second for long rules.
 */
export function shorterRules(target: Target, acl: string, user: string): string | null {
  const users = new Users(target.table, target.behaviours)
  const { lines } = simplifyFile(fromText(acl), users, target, fromText(user))
  const found = lines.find(({ result }) => result.kind === 'shorter')?.result
  if (found?.kind !== 'shorter') return null
  // That rule says on every release that there are no channels but those that follow.
  const dropsReset = found.before.includes('resetchannels') && !found.after.includes('resetchannels')
  return dropsReset ? null : found.after.map(toText).join(' ')
}
