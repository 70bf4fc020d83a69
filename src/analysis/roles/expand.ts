import { toText, type Bytes } from '../../acl/bytes'
import { loadAclFile } from '../../acl/load'
import type { Difference } from '../../proof/users'
import type { Target } from '../../targets/target'
import { emptyServer } from '../compare/loaded-side'
import { compareTargets, isDifferent } from '../compare/upgrade'
import { logInAlike } from '../diagnostics/effects'
import { sameness } from './meaning'
import { withoutRoles } from './without-roles'

/**
 * A file without roles that is proved to allow every user the same. `differs`: a server without roles cannot have the same
 * policy, as a command line shows, or a change of log-in; `none`: the file has no roles; `refused`: the server's words.
 */
export type Expansion =
  | {
      readonly kind: 'expanded'
      readonly content: Bytes
      readonly roles: readonly Bytes[]
      /** `isJoined`: the user's selectors became root permissions. */
      readonly users: readonly { readonly name: Bytes; readonly isJoined: boolean }[]
      /** Rules that keep what another server's categories and defaults would change. */
      readonly added: readonly { readonly user: Bytes; readonly rules: readonly Bytes[] }[]
      /** True where command lines that no client sends differ between the two servers. */
      readonly hasUnusual: boolean
    }
  | {
      readonly kind: 'differs'
      readonly user: Bytes
      /** True where the user without roles may do more. */
      readonly isMore: boolean
      /** Null where it is no command line that differs. */
      readonly difference: Difference | null
    }
  | { readonly kind: 'undecided'; readonly user: Bytes }
  | { readonly kind: 'none' }
  | { readonly kind: 'refused'; readonly message: Bytes }

/** States that the proofs for all users of one server may visit, where comparing selectors does not decide. */
const STATES = 200_000

/**
 * Gives users the rules of their roles, for servers without roles: as selectors, or joined into root permissions where the server has
 * no selectors either. What is not proved equal is not returned. On another server, that is so for the commands which both have.
 * @param conf redis.conf of both servers
 */
export function expandRoles(content: Bytes, from: Target, to: Target, conf: Bytes = ''): Expansion {
  const { users, databases } = emptyServer(from, conf)
  const before = loadAclFile(users, content, 'users.acl')
  if (!before.ok) return { kind: 'refused', message: before.message }
  const expanded = withoutRoles(content, users, emptyServer(to, conf).users, to.behaviours.hasSelectors)
  if (expanded === null) return { kind: 'none' }
  if (from !== to) {
    const found = compareTargets(content, from, to, conf)
    if (found.complete)
      return {
        kind: 'expanded',
        ...expanded,
        content: found.acl,
        added: found.added,
        hasUnusual: found.remaining.users.some(({ gained, lost }) => gained.length + lost.length > 0),
      }
    const [refused] = found.remaining.refused
    if (refused !== undefined) return { kind: 'refused', message: refused.message }
    const changed = found.remaining.users.find(isDifferent)
    if (changed === undefined) return { kind: 'undecided', user: '' }
    const { name, gained, lost, undecided, login } = changed
    const usual = [...gained, ...lost].find(({ unusual }) => !unusual)
    if (usual === undefined && login.length === 0 && undecided.length > 0) return { kind: 'undecided', user: name }
    return {
      kind: 'differs',
      user: name,
      isMore: usual !== undefined && gained.includes(usual),
      difference: usual ?? null,
    }
  }
  const after = loadAclFile(users, expanded.content, 'users.acl')
  if (!after.ok) return { kind: 'refused', message: after.message }
  const budget = { left: STATES }
  for (const user of before.users.values()) {
    const other = after.users.get(user.name)
    if (other === undefined || !logInAlike(user, other)) return { kind: 'undecided', user: user.name }
    const found = sameness(user, other, to, budget, databases)
    if (found.kind !== 'equal') return { kind: 'undecided', user: user.name }
  }
  return { kind: 'expanded', ...expanded, added: [], hasUnusual: false }
}

/** Returns a difference in a sentence: which user, and the command line that only one of the files allows. */
export function describeDifference({ user, isMore, difference }: Extract<Expansion, { kind: 'differs' }>): string {
  const name = toText(user)
  if (difference === null) return `${name} would not log in as before, or RESTORE would check other payloads.`
  const { argv, db } = difference.witness
  const line = `${argv.map(toText).join(' ')}${db === 0 ? '' : ` in database ${db}`}`
  return `${name} may ${isMore ? 'not ' : ''}run ${line} now, and would${isMore ? '' : ' not'} without roles.`
}
