/**
 * Plans: the commands that change the users and roles of a running server into those of a file. The user that runs them keeps the
 * right to run the rest at every step, and to undo all of them.
 */
import { textAt } from '../../acl/argv'
import { toText, type Bytes } from '../../acl/bytes'
import { check } from '../../acl/check'
import { inOrder } from '../../acl/load'
import { type User, canLogIn } from '../../acl/user'
import { Users } from '../../acl/users'
import { printWord } from '../../resp/render'
import type { Target } from '../../targets/target'
import { usesOf } from '../../targets/uses'
import { emptyRole, rulesOfRole, rulesOfUser } from '../user-rules'
import type { Plan, PlanOptions, PlanRefusal, PlanResult, PlanStep } from './types'

export type { Plan, PlanStep } from './types'

/**
 * Returns the commands that make `current` the same as `wanted`, and those that undo them; or the reason why `runner`
 * could not run them all. Both lists are tried on a copy of the users first. Each user and role is set by one command, which a
 * server applies as a whole, so that nobody meets half of its rules.
 */
export function planUsers({ current, wanted, runner }: PlanOptions, target: Target): PlanResult {
  const apply = stepsBetween(current, wanted, runner)
  const undo = stepsBetween(wanted, current, runner)
  const refusal = apply.length === 0 ? null : refusalOf({ apply, undo }, current, wanted, runner, target)
  return refusal === null ? { ok: true, plan: { apply, undo } } : { ok: false, refusal }
}

/**
 * Returns the steps in their order: roles that are created or changed, users that are created or changed, users that are deleted, and
 * roles that are deleted, since nobody may hold one then. Last come the roles that the user who runs the commands holds before, and
 * that user itself.
 */
export function stepsBetween(from: Users, to: Users, runner: Bytes): PlanStep[] {
  const held = new Set(from.get(runner)?.roles)
  const [setRoles, deletedRoles] = roleSteps(from, to)
  const users = userSteps(from, to)
  const isLate = ({ name }: PlanStep): boolean => held.has(name)
  return [
    ...setRoles.filter((step) => !isLate(step)),
    ...users.filter(({ name }) => name !== runner),
    ...deletedRoles.filter((step) => !isLate(step)),
    ...setRoles.filter(isLate),
    ...users.filter(({ name }) => name === runner),
    ...deletedRoles.filter(isLate),
  ]
}

function roleSteps(from: Users, to: Users): readonly [set: PlanStep[], deleted: PlanStep[]] {
  const set = inOrder(to.roles.values()).flatMap((role): PlanStep[] => {
    const { name } = role
    const old = from.roles.get(name)
    if (old?.describe() === role.describe()) return []
    const argv = ['ACL', 'SETROLE', name, ...emptyRole, ...rulesOfRole(role)]
    return [{ kind: old === undefined ? 'create' : 'change', of: 'role', name, argv }]
  })
  const deleted = inOrder(from.roles.values())
    .filter(({ name }) => !to.roles.has(name))
    .map(({ name }): PlanStep => ({ kind: 'delete', of: 'role', name, argv: ['ACL', 'DELROLE', name] }))
  return [set, deleted]
}

function userSteps(from: Users, to: Users): PlanStep[] {
  const set = inOrder(to).flatMap((user): PlanStep[] => {
    const { name } = user
    const old = from.get(name)
    if (old !== undefined && effectiveText(old) === effectiveText(user)) return []
    const argv = ['ACL', 'SETUSER', name, 'reset', ...rulesOfUser(user)]
    return [{ kind: old === undefined ? 'create' : 'change', of: 'user', name, argv }]
  })
  const deleted = inOrder(from)
    .filter(({ name }) => to.get(name) === undefined)
    .map(({ name }): PlanStep => ({ kind: 'delete', of: 'user', name, argv: ['ACL', 'DELUSER', name] }))
  return [...set, ...deleted]
}

/**
 * Returns a user's line with the flag that `reset` sets. Redis 6.2 and 7.0 do not give it to new users, for whom payloads
 * are checked all the same.
 */
export function effectiveText(user: User): Bytes {
  if (user.sanitize !== null) return user.describe()
  const copy = user.copy()
  copy.sanitize = 'sanitize-payload'
  return copy.describe()
}

function refusalOf(
  { apply, undo }: Plan,
  before: Users,
  after: Users,
  runner: Bytes,
  target: Target,
): PlanRefusal | null {
  if (before.get(runner) === undefined) return { kind: 'no-runner' }
  const becomes = after.get(runner)
  const users = copyOf(before, target)
  const denied = firstDenied(users, apply, runner, target)
  if (denied !== null) return { kind: 'denied', step: denied }
  if (becomes === undefined) return { kind: 'deletes-runner' }
  const inexact = firstDifferent(users, after)
  if (inexact !== null) return inexact
  if (!canLogIn(becomes)) return { kind: 'no-log-in', because: becomes.enabled ? 'no password' : 'off' }
  const deniedAfter = firstDenied(users, undo, runner, target)
  if (deniedAfter !== null) return { kind: 'denied-after', step: deniedAfter }
  return firstDifferent(users, before)
}

/** Returns an independent copy of users and roles. */
export function copyOf(users: Users, target: Target): Users {
  const copy = new Users(target.table, target.behaviours)
  copy.allChannelsByDefault = users.allChannelsByDefault
  copy.replaceAll({ users: new Map([...users].map((user) => [user.name, user.copy()])), roles: users.roles })
  return copy
}

/** Runs the steps as `runner` on these users. Returns the first step that it may not run, where it stops; or null. */
function firstDenied(users: Users, steps: readonly PlanStep[], runner: Bytes, target: Target): PlanStep | null {
  for (const step of steps) {
    const user = users.get(runner)
    if (user === undefined || !mayRun(user, step.argv, target)) return step
    runStep(users, step)
  }
  return null
}

/** Returns true where the rules of a user allow a command line. */
export function mayRun(user: User, argv: readonly Bytes[], target: Target): boolean {
  const command = target.table.resolve(argv)
  return command !== undefined && check(user, command, argv, usesOf(target, command, argv, 0))
}

/** Applies a step to users in memory, as a server does. */
function runStep(users: Users, { kind, of, name, argv }: PlanStep): void {
  if (of === 'role') {
    if (kind === 'delete') users.deleteRole(name)
    else users.setRole(name, argv.slice(3))
  } else if (kind === 'delete') users.deleteUser(name)
  else users.setUser(name, argv.slice(3))
}

/** Returns the refusal for a user or role that differs between the two, or null. */
function firstDifferent(users: Users, wanted: Users): PlanRefusal | null {
  for (const role of wanted.roles.values())
    if (users.roles.get(role.name)?.describe() !== role.describe())
      return { kind: 'inexact', of: 'role', name: role.name }
  for (const { name } of users.roles.values()) if (!wanted.roles.has(name)) return { kind: 'inexact', of: 'role', name }
  for (const user of wanted) {
    const found = users.get(user.name)
    if (found === undefined || effectiveText(found) !== effectiveText(user))
      return { kind: 'inexact', of: 'user', name: user.name }
  }
  for (const { name } of users) if (wanted.get(name) === undefined) return { kind: 'inexact', of: 'user', name }
  return null
}

/** Returns a step as a line for redis-cli: printable ASCII, with everything else escaped in quotes. */
export function printStep({ argv }: PlanStep): string {
  return argv.map(printWord).join(' ')
}

/** Returns the permission that a step needs, as a rule. */
function ruleFor({ argv }: PlanStep): string {
  return `+acl|${textAt(argv, 1).toLowerCase()}`
}

/** Explains a refusal, as text to follow the name of the server. */
export function explainRefusal(refusal: PlanRefusal, runner: Bytes): string {
  const who = toText(runner)
  switch (refusal.kind) {
    case 'no-runner':
      return `the server has no user ${who}, who would run the commands.`
    case 'denied':
      return `${who} may not run ACL ${textAt(refusal.step.argv, 1)}: it needs ${ruleFor(refusal.step)}. Log in as a user who has it.`
    case 'denied-after':
      return `the file takes ${ruleFor(refusal.step)} from ${who}, who runs the commands and could then not undo them. Log in as another user, or leave ${who} that rule.`
    case 'unreadable-after':
      return `the file takes +acl|list from ${who}, who runs the commands and could then not verify them. Log in as another user, or leave ${who} that rule.`
    case 'deletes-runner':
      return `the file has no user ${who}, who runs the commands and would be disconnected. Log in as another user, or add ${who} to the file.`
    case 'no-log-in':
      return `${who}, who runs the commands, could not log in again: with the file it ${refusal.because === 'off' ? 'is off' : 'has no password'}. Log in as another user.`
    case 'inexact':
      return `commands cannot set the ${refusal.of} ${toText(refusal.name)} exactly as it is.`
  }
}
