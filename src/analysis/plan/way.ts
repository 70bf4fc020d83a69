import type { Bytes } from '../../acl/bytes'
import type { Users } from '../../acl/users'
import type { Target } from '../../targets/target'
import { copyOf, effectiveText, stepsBetween, type PlanStep } from './index'

/** The users of a server before a change in two phases, between the phases, and after it. */
export interface States {
  readonly before: Users
  readonly middle: Users
  readonly after: Users
}

/** A way from the users that a server has to others, in two parts. */
export interface Way {
  readonly parts: readonly [first: WayPart, second: WayPart]
  /** Users and roles that are as in none of the states: somebody else changed them. They stay as they are. */
  readonly foreign: readonly Bytes[]
}

export interface WayPart {
  readonly steps: readonly PlanStep[]
  /** The users to which the steps lead. */
  readonly goal: Users
}

/** Returns the way from any point of a change to its end. */
export function wayOn(now: Users, states: States, runner: Bytes, target: Target): Way {
  const { known, foreign, isAfter } = look(now, states)
  const middle = replaced(
    now,
    states.middle,
    known.filter((one) => !isAfter(one)),
    target,
  )
  return wayOver(now, middle, replaced(middle, states.after, known, target), runner, foreign)
}

/** Returns the way back from any point of a change. Users that the change does not concern stay as they are. */
export function wayBack(now: Users, states: States, runner: Bytes, target: Target): Way {
  const { known, foreign, isAfter } = look(now, states)
  const middle = replaced(now, states.middle, known.filter(isAfter), target)
  return wayOver(now, middle, replaced(middle, states.before, known, target), runner, foreign)
}

function wayOver(now: Users, middle: Users, end: Users, runner: Bytes, foreign: readonly Bytes[]): Way {
  const part = (from: Users, goal: Users): WayPart => ({ steps: stepsBetween(from, goal, runner), goal })
  return { parts: [part(now, middle), part(middle, end)], foreign }
}

/** Returns true where both have the same users and roles. */
export function haveSameUsers(a: Users, b: Users): boolean {
  return namesOf([a, b]).every((one) => textOf(a, one) === textOf(b, one))
}

interface Named {
  readonly of: 'user' | 'role'
  readonly name: Bytes
}

const namesOf = (all: readonly Users[]): Named[] => [
  ...[...new Set(all.flatMap(({ roles }) => [...roles.keys()]))].map((name): Named => ({ of: 'role', name })),
  ...[...new Set(all.flatMap((users) => [...users].map(({ name }) => name)))].map((name): Named => ({
    of: 'user',
    name,
  })),
]

/** Returns the rules of a user or role; empty where there is none. */
function textOf(users: Users, { of, name }: Named): Bytes {
  if (of === 'role') return users.roles.get(name)?.describe() ?? ''
  const user = users.get(name)
  return user === undefined ? '' : effectiveText(user)
}

/** Tells which users and roles a change concerns, and how far it has come with each. */
function look(now: Users, { before, middle, after }: States) {
  const all = [before, middle, after]
  const concerned = namesOf(all).filter((one) => new Set(all.map((users) => textOf(users, one))).size > 1)
  const isKnown = (one: Named): boolean => all.some((users) => textOf(users, one) === textOf(now, one))
  return {
    known: concerned.filter(isKnown),
    foreign: concerned.filter((one) => !isKnown(one)).map(({ name }) => name),
    isAfter: (one: Named): boolean =>
      textOf(now, one) === textOf(after, one) && textOf(now, one) !== textOf(middle, one),
  }
}

/** Returns a copy of users in which those of these names are as in `source`. */
function replaced(users: Users, source: Users, names: readonly Named[], target: Target): Users {
  const all = new Map([...users].map((user) => [user.name, user]))
  const roles = new Map(users.roles)
  for (const { of, name } of names) {
    const [user, role] = of === 'user' ? [source.get(name)] : [undefined, source.roles.get(name)]
    if (of === 'user') all.delete(name)
    else roles.delete(name)
    if (user !== undefined) all.set(name, user)
    if (role !== undefined) roles.set(name, role)
  }
  const copy = copyOf(users, target)
  copy.replaceAll({ users: new Map([...all].map(([name, user]) => [name, user.copy()])), roles })
  return copy
}
