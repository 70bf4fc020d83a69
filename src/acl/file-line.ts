import { ruleEnd } from './aclfile'
import type { Bytes } from './bytes'
import { ANY_ROLE, type RoleTable } from './holder'
import { LineOrigin } from './line-origin'
import { applyRoleRules, applyRules, type LineProblem, NAME_FROM } from './line-rules'
import { Role, roleNameFault } from './role'
import { hasSpaces } from './selector'
import { User } from './user'
import type { Users } from './users'

/** A line of an ACL file, parsed without regard to its place and to the other lines. */
export interface ParsedLine {
  /** Without white space around it. */
  readonly text: Bytes
  /** True for lines that start with `role` where the target has roles: servers parse them before all others. */
  readonly isOfRole: boolean
  /** Null where the line has no valid name. */
  readonly name: Bytes | null
  /** The end of the name. */
  readonly nameTo: number
  /** Shared by all who read the line, and never changed; null where the line defines no user. */
  readonly user: User | null
  /** The same for roles. */
  readonly role: Role | null
  /** The names of the roles that the rules look up: the line was parsed as if all of them existed. */
  readonly lookedUp: readonly Bytes[]
  readonly origin: LineOrigin | null
  readonly problems: readonly LineProblem[]
  /** True if the real server crashes on this line. */
  readonly crash: boolean
  /** True if the line was parsed as a later line of its user (6.x). */
  readonly again: boolean
}

/** Shorter parts of a string are copies anyway. */
const SHORTEST_SHARED = 13

/** Returns an equal string that does not keep the text it was cut from in memory. */
export const detached = (text: Bytes): Bytes => (text.length < SHORTEST_SHARED ? text : ` ${text}`.slice(1))

const NO_NAMES: readonly Bytes[] = []

/** Returns a line that defines no user and no role. */
function invalid(text: Bytes, again: boolean, isOfRole: boolean, problem: LineProblem): ParsedLine {
  const nothing = { name: null, nameTo: 0, user: null, role: null, lookedUp: NO_NAMES, origin: null }
  return { ...nothing, text, isOfRole, problems: [problem], crash: false, again }
}

/**
 * Parses a line of an ACL file. Never throws.
 * @param text the line, without white space around it; the result keeps it in memory
 * @param again true for a later line of a user: the user is reset first (6.x)
 * @param roles those that the user may hold; by default any
 */
export function parseAclLine(users: Users, text: Bytes, again: boolean, roles: RoleTable = ANY_ROLE): ParsedLine {
  const { hasRoles } = users.space.behaviours
  const to = text.length
  const wordEnd = ruleEnd(text, 0, false)
  if (hasRoles && wordEnd === 4 && text.startsWith('role')) return parseRoleLine(users, text, again)
  if (wordEnd !== 4 || wordEnd === to || !text.startsWith('user')) {
    const isOther = hasRoles && !(wordEnd === 4 && text.startsWith('user'))
    const after = isOther
      ? ' should start with user or role keyword.'
      : ' should start with user keyword followed by the username.'
    return invalid(text, again, false, { kind: 'not-user-line', before: '', after, from: 0, to: wordEnd })
  }
  const nameTo = ruleEnd(text, NAME_FROM, false)
  const name = detached(text.slice(NAME_FROM, nameTo))
  if (hasSpaces(name)) {
    const after = `: username '${name}' contains invalid characters.`
    return invalid(text, again, false, { kind: 'username-chars', before: "'", after, from: NAME_FROM, to: nameTo })
  }
  const lookedUp = new Set<Bytes>()
  const user = hasRoles && /role=/i.test(text) ? newHolder(users, name, roles, lookedUp) : users.newUser(name)
  if (again) user.apply('reset')
  const problems = applyRules(user, text, nameTo + 1)
  const crash = problems.at(-1)?.kind === 'unmatched-parenthesis'
  const origin = problems.length === 0 ? new LineOrigin(users.fixedDefaults) : null
  origin?.attachTo(user)
  const names = lookedUp.size === 0 ? NO_NAMES : [...lookedUp]
  return { text, isOfRole: false, name, nameTo, user, role: null, lookedUp: names, origin, problems, crash, again }
}

/** Returns a new user; the names of roles that its rules look up are added to `lookedUp`. */
function newHolder({ space, allChannelsByDefault }: Users, name: Bytes, roles: RoleTable, lookedUp: Set<Bytes>): User {
  const has = (role: Bytes): boolean => {
    lookedUp.add(role)
    return roles.has(role)
  }
  return new User(name, space, { allChannelsByDefault, roles: { has, get: (role) => roles.get(role) } })
}

function parseRoleLine(users: Users, text: Bytes, again: boolean): ParsedLine {
  if (text.length === 4) {
    const after = ': role line requires a role name.'
    return invalid(text, again, true, { kind: 'unnamed-role', before: '', after, from: 0, to: 4 })
  }
  const nameTo = ruleEnd(text, NAME_FROM, false)
  const name = detached(text.slice(NAME_FROM, nameTo))
  const fault = roleNameFault(name)
  if (fault !== null) {
    const after = `: invalid role name '${name}': ${fault}.`
    return invalid(text, again, true, { kind: 'role-name', before: '', after, from: NAME_FROM, to: nameTo })
  }
  const role = new Role(name, users.space, { allChannelsByDefault: users.allChannelsByDefault })
  const problems = applyRoleRules(role, text, nameTo + 1)
  const origin = problems.length === 0 ? new LineOrigin(users.fixedDefaults) : null
  origin?.attachTo(role)
  return {
    text,
    isOfRole: true,
    name,
    nameTo,
    user: null,
    role,
    lookedUp: NO_NAMES,
    origin,
    problems,
    crash: false,
    again,
  }
}
