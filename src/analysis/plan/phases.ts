import type { Bytes } from '../../acl/bytes'
import { canLogIn, type User } from '../../acl/user'
import type { Users } from '../../acl/users'
import { beyond } from '../../proof/users'
import type { Target } from '../../targets/target'
import { rulesOfUser } from '../user-rules'
import { copyOf, effectiveText, mayRun, planUsers } from './index'
import type { PhasedResult, PlanOptions } from './types'

/**
 * Plans a change of several servers in two phases: first what grants, then what takes away. Between them, each user may do
 * what both versions of it may do, so that nobody who moves from a changed server to one that is not changed yet misses a
 * permission that it has before and after. Nor does anybody get a permission, or log in with a password, that neither version
 * has. Users for which both cannot be had change in one step, in the second phase.
 */
export function planPhases({ current, wanted, runner }: PlanOptions, target: Target): PhasedResult {
  const middle = middleOf(current, wanted, target)
  const keepsReading = [middle, wanted].every((users) => {
    const user = users.get(runner)
    return user === undefined || mayRun(user, ['ACL', 'LIST'], target)
  })
  if (!keepsReading) return { ok: false, refusal: { kind: 'unreadable-after' } }
  const grant = planUsers({ current, wanted: middle, runner }, target)
  if (!grant.ok) return grant
  const take = planUsers({ current: middle, wanted, runner }, target)
  if (!take.ok) return take
  // A change may end anywhere: whatever the user may do then, it can undo the rest.
  const undo = [...take.plan.undo, ...grant.plan.undo]
  const denied = undo.find(({ argv }) =>
    [current, middle].some((users) => {
      const user = users.get(runner)
      return user !== undefined && !mayRun(user, argv, target)
    }),
  )
  if (denied !== undefined) return { ok: false, refusal: { kind: 'denied', step: denied } }
  return { ok: true, middle, grant: grant.plan, take: take.plan }
}

/** Returns the users between the two phases. */
function middleOf(current: Users, wanted: Users, target: Target): Users {
  const middle = copyOf(current, target)
  // A role changes all who hold it: servers with roles change in one phase.
  if (current.roles.size + wanted.roles.size > 0) return middle
  for (const user of wanted) {
    const old = current.get(user.name)
    const between = old === undefined ? user : betweenVersions(old, user, target)
    if (between === old) continue
    const rules = ['reset', ...rulesOfUser(between)]
    const isSet = middle.setUser(user.name, rules) === null
    const set = middle.get(user.name)
    // What commands cannot set exactly is not set in between.
    if (old !== undefined && (!isSet || set === undefined || effectiveText(set) !== effectiveText(between)))
      middle.setUser(user.name, ['reset', ...rulesOfUser(old)])
  }
  return middle
}

/** Returns the version of a user between the two: one of them, or one that has what both have. */
function betweenVersions(old: User, user: User, target: Target): User {
  if (effectiveText(old) === effectiveText(user)) return old
  if (!canLogIn(old)) return user
  if (!canLogIn(user)) return old
  const logIn = logInChange(old, user)
  const more = mayMore(user, old, target)
  const less = mayMore(old, user, target)
  if (!logIn.removes && !less) return user
  if (!logIn.adds && !more) return old
  const both = old.copy()
  if (more || less) {
    if (logIn.adds || logIn.removes || !old.space.behaviours.hasSelectors) return old
    both.own = [old.own[0], ...old.own.slice(1), ...user.own]
    return both
  }
  if (old.nopass || user.nopass) return old
  const known = new Set(old.passwords.map(({ hash }) => hash))
  both.passwords = [...old.passwords, ...user.passwords.filter(({ hash }) => !known.has(hash))]
  return both
}

/** Returns whether there are passwords with which only one of the versions lets somebody log in. */
function logInChange(old: User, user: User): { readonly adds: boolean; readonly removes: boolean } {
  const accepts = (one: User, hash: Bytes): boolean => one.nopass || one.passwords.some((known) => known.hash === hash)
  return {
    adds: !old.nopass && (user.nopass || user.passwords.some(({ hash }) => !accepts(old, hash))),
    removes: !user.nopass && (old.nopass || old.passwords.some(({ hash }) => !accepts(user, hash))),
  }
}

/** Returns false where it is proved that a user may do nothing that another may not. */
function mayMore(user: User, other: User, target: Target): boolean {
  if (user.sanitize !== other.sanitize) return true
  const subject = (one: User): Parameters<typeof beyond>[0] => ({ user: one, target, hidden: new Set() })
  const { differences, undecided } = beyond(subject(user), subject(other), { first: true })
  return differences.length > 0 || undecided.length > 0
}
