import type { Bytes } from '../../acl/bytes'
import { loadAclFile } from '../../acl/load'
import { roleNameFault } from '../../acl/role'
import type { Selector } from '../../acl/selector'
import type { User, Users } from '../../acl/users'
import type { Target } from '../../targets/target'
import { logInAlike } from '../diagnostics/effects'
import { lengthOf } from '../simplify/commands'
import { draftOf, printDraft, printSelector, withChanges, type Change, type Draft } from '../simplify/draft'
import { divisions, type Divisible, type Share } from './divide'
import { ruleLines, type RuleLine } from './lines'
import { grantText, sameness } from './meaning'
import { roleName } from './names'

/** A role that users share. */
export interface ExtractedRole {
  readonly name: Bytes
  /** Its rules, a whole selector being one. */
  readonly rules: readonly Bytes[]
  readonly users: readonly Bytes[]
}

/**
 * Roles found in a file, and the file with them, which is shorter and proved to allow every user the same. `none`: no roles
 * were found that make it shorter; `undecided`: a user with roles was not proved equal within the limits; `refused`: the
 * server's words.
 */
export type Extraction =
  | {
      readonly kind: 'roles'
      /** In the order of the file. */
      readonly roles: readonly ExtractedRole[]
      /** All that were found, with those that are not wanted. */
      readonly found: readonly ExtractedRole[]
      readonly content: Bytes
    }
  | { readonly kind: 'none'; readonly found: readonly ExtractedRole[] }
  | { readonly kind: 'undecided'; readonly user: Bytes; readonly found: readonly ExtractedRole[] }
  | { readonly kind: 'refused'; readonly message: Bytes }

export interface ExtractOptions {
  /** The names of the roles that are wanted; null for all that are found. */
  readonly keep?: ReadonlySet<Bytes> | null
  /** Other names for roles that are found, which the caller has validated. */
  readonly names?: ReadonlyMap<Bytes, Bytes>
  /** The number of databases of the server. */
  readonly databases?: number
}

/** States that the proofs for all users may visit, where comparing selectors does not decide. */
const STATES = 200_000

interface Holder extends Divisible {
  readonly line: RuleLine
  readonly user: User
  readonly draft: Draft
  /** The grants of each own selector; null for those that allow nothing. */
  readonly grants: readonly (string | null)[]
}

interface NamedShare extends Share<Holder> {
  readonly name: Bytes
  readonly rules: readonly Bytes[]
}

/**
 * Finds roles in the users of a file: selectors that several users have, root permissions included. Of several ways to divide
 * them, takes the one that makes the file shortest, and of these the one with the fewest roles; others may need fewer. Roles that
 * the file has stay, and users keep them.
 * @param users the server's defaults for new users; not changed
 */
export function extractRoles(
  content: Bytes,
  users: Users,
  target: Target,
  { keep = null, names = new Map(), databases = 16 }: ExtractOptions = {},
): Extraction {
  const before = loadAclFile(users, content, 'users.acl')
  if (!before.ok) return { kind: 'refused', message: before.message }
  const holders = ruleLines(content).flatMap((line): Holder[] => {
    const user = line.of === 'user' ? before.users.get(line.name) : undefined
    return user === undefined ? [] : [holderOf(line, user)]
  })
  const taken = new Set([...before.roles.keys(), ...before.users.keys()])
  const [best] = divisions(holders)
    .map((shares) => named(shares, taken).filter(saves))
    .map((shares) => ({ shares, written: write(content, holders, shares) }))
    .sort((a, b) => a.written.length - b.written.length || a.shares.length - b.shares.length)
  const all = best?.shares ?? []
  const found = all.map(shown)
  const shares = all
    .filter(({ name }) => keep?.has(name) ?? true)
    .map((share) => ({ ...share, name: names.get(share.name) ?? share.name }))
  const written = write(content, holders, shares)
  if (shares.length === 0 || written.length >= content.length) return { kind: 'none', found }
  const after = loadAclFile(users, written, 'users.acl')
  if (!after.ok) return { kind: 'none', found }
  const budget = { left: STATES }
  for (const user of before.users.values()) {
    const other = after.users.get(user.name)
    const isEqual =
      other !== undefined &&
      logInAlike(user, other) &&
      sameness(user, other, target, budget, databases).kind === 'equal'
    if (!isEqual) return { kind: 'undecided', user: user.name, found }
  }
  return { kind: 'roles', roles: shares.map(shown), found, content: written }
}

const shown = ({ name, rules, users }: NamedShare): ExtractedRole => ({
  name,
  rules,
  users: users.map(({ user }) => user.name),
})

function holderOf(line: RuleLine, user: User): Holder {
  const draft = draftOf(line.rules, user)
  const grants = user.own.map(grantText)
  const costs = new Map<string, number>()
  for (const [i, selector] of draft.selectors.entries()) {
    const grant = grants[i] ?? null
    if (grant !== null)
      costs.set(grant, (costs.get(grant) ?? 0) + lengthOf(printSelector(selector)) + (i === 0 ? 1 : 3))
  }
  return { line, user, draft, grants, costs }
}

/** Gives the roles of several users their names and rules, in the order of their first users. */
function named(shares: readonly Share<Holder>[], names: ReadonlySet<Bytes>): readonly NamedShare[] {
  const taken = new Set(names)
  const placed = shares
    .filter(({ users }) => users.length > 1)
    .map((share) => ({ ...share, from: share.users[0]?.line.from ?? 0 }))
    .sort((a, b) => a.from - b.from)
  return placed.flatMap(({ grants, users }): NamedShare[] => {
    const [first, ...others] = grants.flatMap((grant) => shortest(users, grant) ?? [])
    if (first === undefined) return []
    const name = roleName(
      users.map(({ user }) => user.name),
      first.selector,
      first.rules,
      taken,
    )
    if (roleNameFault(name) !== null) return []
    taken.add(name)
    return [{ grants, users, name, rules: [...first.rules, ...others.map(({ rules }) => `(${rules.join(' ')})`)] }]
  })
}

/** Returns true for a role whose line and whose name in the lines of its users are shorter than what it replaces. */
function saves({ grants, users, name, rules }: NamedShare): boolean {
  const line = ['role', name, ...rules].join(' ').length + 1
  const saved = users.map(({ costs }) => grants.reduce((sum, grant) => sum + (costs.get(grant) ?? 0), 0))
  return saved.reduce((sum, one) => sum + one - ` role=${name}`.length, -line) > 0
}

interface WrittenSelector {
  readonly selector: Selector
  readonly rules: readonly Bytes[]
}

/** Returns the shortest rules with which one of the users writes a selector. */
function shortest(users: readonly Holder[], grant: string): WrittenSelector | null {
  let best: WrittenSelector | null = null
  for (const { draft, grants, user } of users) {
    const at = grants.indexOf(grant)
    const [written, selector] = [draft.selectors[at], user.own[at]]
    if (written === undefined || selector === undefined) continue
    const rules = printSelector(written)
    if (best === null || lengthOf(rules) < lengthOf(best.rules)) best = { selector, rules }
  }
  return best
}

/** Writes the roles before the first user, and the users with them. Lines of users without a new role stay as they are. */
function write(content: Bytes, holders: readonly Holder[], shares: readonly NamedShare[]): Bytes {
  const rolesOf = new Map<Holder, NamedShare[]>()
  for (const share of shares)
    for (const user of share.users) {
      const known = rolesOf.get(user)
      if (known === undefined) rolesOf.set(user, [share])
      else known.push(share)
    }
  const start = holders[0]?.line.from ?? 0
  const pieces = [content.slice(0, start), ...shares.map(({ name, rules }) => `role ${[name, ...rules].join(' ')}\n`)]
  let done = start
  for (const holder of holders) {
    const own = rolesOf.get(holder)
    if (own === undefined) continue
    pieces.push(content.slice(done, holder.line.rulesFrom), ...withRoles(holder, own).map((rule) => ` ${rule}`))
    done = holder.line.to
  }
  return [...pieces, content.slice(done)].join('')
}

function withRoles({ draft, user, grants }: Holder, shares: readonly NamedShare[]): readonly Bytes[] {
  const given = new Set(shares.flatMap((share) => share.grants))
  const changes = draft.selectors.flatMap((selector, i): Change[] => {
    const grant = grants[i] ?? null
    return grant === null || given.has(grant) ? [new Map([[selector, null]])] : []
  })
  const roles = [`role=${[...user.roles, ...shares.map(({ name }) => name)].join(',')}`]
  return printDraft({ ...withChanges(draft, changes), roles })
}
