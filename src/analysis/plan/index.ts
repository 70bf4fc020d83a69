/**
 * Plans: the commands that change the users of a running server into those of a file. The user that runs them keeps the
 * right to run the rest at every step, and to undo all of them.
 */
import { textAt } from '../../acl/argv'
import { toText, type Bytes } from '../../acl/bytes'
import { check } from '../../acl/check'
import { type User, canLogIn } from '../../acl/user'
import { Users } from '../../acl/users'
import { printWord } from '../../resp/render'
import type { Target } from '../../targets/target'
import { usesOf } from '../../targets/uses'
import { byName, rulesOfUser } from '../user-rules'
import type { Plan, PlanOptions, PlanRefusal, PlanResult, PlanStep } from './types'

export type { Plan, PlanStep } from './types'

type UsersByName = ReadonlyMap<Bytes, User>

/**
 * Returns the commands that make `current` the same as `wanted`, and those that undo them; or the reason why `runner`
 * could not run them all. Both lists are tried on a copy of the users first. Each user is set by one command, which a
 * server applies as a whole, so that nobody meets half of its rules. The order: users that are created or changed, users
 * that are deleted, and the user that runs the commands.
 */
export function planUsers({ current, wanted, runner }: PlanOptions, target: Target): PlanResult {
  const before = named(current)
  const after = named(wanted)
  const apply = stepsBetween(before, after, runner)
  const undo = stepsBetween(after, before, runner)
  const refusal = apply.length === 0 ? null : refusalOf({ apply, undo }, before, after, runner, target)
  return refusal === null ? { ok: true, plan: { apply, undo } } : { ok: false, refusal }
}

const named = (users: Iterable<User>): UsersByName => new Map([...users].map((user) => [user.name, user]))

function stepsBetween(from: UsersByName, to: UsersByName, runner: Bytes): PlanStep[] {
  const set = byName(to.values()).flatMap((user): PlanStep[] => {
    const old = from.get(user.name)
    if (old !== undefined && effectiveText(old) === effectiveText(user)) return []
    const argv = ['ACL', 'SETUSER', user.name, 'reset', ...rulesOfUser(user)]
    return [{ kind: old === undefined ? 'create' : 'change', user: user.name, argv }]
  })
  const deleted = byName(from.values())
    .filter(({ name }) => !to.has(name))
    .map(({ name }): PlanStep => ({ kind: 'delete', user: name, argv: ['ACL', 'DELUSER', name] }))
  const steps = [...set, ...deleted]
  return [...steps.filter(({ user }) => user !== runner), ...steps.filter(({ user }) => user === runner)]
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
  before: UsersByName,
  after: UsersByName,
  runner: Bytes,
  target: Target,
): PlanRefusal | null {
  if (!before.has(runner)) return { kind: 'no-runner' }
  const becomes = after.get(runner)
  const users = copyOf(before, target)
  const denied = firstDenied(users, apply, runner, target)
  if (denied !== null) return { kind: 'denied', step: denied }
  if (becomes === undefined) return { kind: 'deletes-runner' }
  const inexact = firstDifferent(users, after)
  if (inexact !== null) return { kind: 'inexact', user: inexact }
  if (!canLogIn(becomes)) return { kind: 'no-log-in', because: becomes.enabled ? 'no password' : 'off' }
  const deniedAfter = firstDenied(users, undo, runner, target)
  if (deniedAfter !== null) return { kind: 'denied-after', step: deniedAfter }
  const notUndone = firstDifferent(users, before)
  return notUndone === null ? null : { kind: 'inexact', user: notUndone }
}

function copyOf(users: UsersByName, target: Target): Users {
  const copy = new Users(target.table, target.behaviours)
  const [first] = users.values()
  if (first !== undefined) copy.allChannelsByDefault = first.defaults.allChannelsByDefault
  copy.replaceAll(new Map([...users].map(([name, user]) => [name, user.copy()])))
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
function mayRun(user: User, argv: readonly Bytes[], target: Target): boolean {
  const command = target.table.resolve(argv)
  return command !== undefined && check(user, command, argv, usesOf(target, command, argv, 0))
}

/** Applies a step to users in memory, as a server does. */
function runStep(users: Users, { kind, user, argv }: PlanStep): void {
  if (kind === 'delete') users.deleteUser(user)
  else users.setUser(user, argv.slice(3))
}

/** Returns the name of a user that differs between the two, or null. */
function firstDifferent(users: Users, wanted: UsersByName): Bytes | null {
  for (const user of wanted.values()) {
    const found = users.get(user.name)
    if (found === undefined || effectiveText(found) !== effectiveText(user)) return user.name
  }
  for (const { name } of users) if (!wanted.has(name)) return name
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
    case 'deletes-runner':
      return `the file has no user ${who}, who runs the commands and would be disconnected. Log in as another user, or add ${who} to the file.`
    case 'no-log-in':
      return `${who}, who runs the commands, could not log in again: with the file it ${refusal.because === 'off' ? 'is off' : 'has no password'}. Log in as another user.`
    case 'inexact':
      return `commands cannot set the user ${toText(refusal.user)} exactly as it is.`
  }
}
