import { toText } from '../../acl/bytes'
import { commandRule } from '../../acl/reasons'
import type { User } from '../../acl/user'
import { keyBeyond } from '../../proof/reach'
import { union } from '../../proof/language'
import type { Subject } from '../../proof/permissions'
import { memoize } from '../memoize'
import type { Cause } from '../ways/graph'
import { becoming, reaching } from '../ways/goals'
import { shownLine } from '../ways/script'
import type { Goal, Way } from '../ways/search'
import type { Access } from './expectation'
import { fails, holds, type Outcome, type Question } from './outcome'

type WayAccess = Extract<Access, { readonly kind: 'become' | 'reach' }>

const patternsOf = memoize(union)

/** Decides a statement about any number of steps for one user that can log in. */
export function wayOutcome(question: Question, access: WayAccess): Outcome {
  const { server, subject, verb } = question
  const { user } = subject
  const goal = goalOf(question, access)
  if (goal === null) return holds
  const way = question.ways().from(user, goal)
  if (verb === 'can') {
    if (way !== null) return holds
    return goal.isExact ? fails(`has no way to ${goal.name} within these kinds of steps`) : { kind: 'undecided' }
  }
  if (way === null) return goal.isExact ? holds : { kind: 'undecided' }
  if (way.lines.length === 0)
    return fails(
      `is ${toText(user.name)} itself`,
      null,
      `To leave it out, write: nobody but ${toText(user.name)} can ${goal.name}`,
    )
  const failure = fails(`can ${goal.name}`, null, needs(way))
  return failure.kind === 'fails' ? { ...failure, script: way.lines.map((line) => shownLine(server, line)) } : failure
}

/** Returns the goal that a statement is about; null where there is no such user. */
export function goalOf(question: Question, access: WayAccess): Goal | null {
  const { server, subject, verb, db } = question
  const ways = question.ways()
  if (access.kind === 'become') {
    const user = server.users.get(access.user)
    return user === undefined
      ? null
      : ways.goal(`become ${toText(user.name)}`, (name) => becoming(ways.graph, user, name))
  }
  const { patterns } = access
  const shown = patterns.map(toText).join(' ')
  const what = verb === 'can' ? 'every key of' : verb === 'cannot' ? 'keys' : 'other keys than'
  const subjectOf = (user: User): Subject => ({ ...subject, user })
  return ways.goal(`reach ${what} ${shown}${db === null ? '' : ` in db ${db}`}`, (name) => {
    const keys = patternsOf(patterns)
    const goal = reaching(subjectOf, { keys, within: verb !== 'can only', db, name })
    return verb === 'can'
      ? reachingAll(goal, (user) => keyBeyond(subjectOf(user), 'access', keys, { db: db ?? 0 }))
      : goal
  })
}

/** Returns the goal to be able to use all keys, by rules that one user has or gets. */
function reachingAll(goal: Goal, beyond: (user: User) => { readonly kind: string }): Goal {
  const all: Goal = {
    ...goal,
    end: (held) => {
      if (held.kind !== 'session') return held.kind === 'rules' ? goal.end(held) : null
      const { kind } = beyond(held.user)
      if (kind === 'undecided') all.isExact = false
      return kind === 'none' ? goal.end(held) : null
    },
  }
  return all
}

/** Names the rules and credentials that a way needs; null where it needs none that can be taken away. */
function needs({ causes }: Way): string | null {
  const words = [...new Set(causes.map((cause) => causeWords(cause, causes)))]
  if (words.length === 0) return null
  return `It takes ${words.join(' and ')}. Without ${words.length === 1 ? 'it' : 'one of them'}, this way is closed.`
}

/** Names a rule or credential with its user: `+config|get of app`. */
function causeWords(cause: Cause, all: readonly Cause[]): string {
  const name = toText(cause.user.name)
  if (cause.kind === 'nopass') return `nopass of ${name}`
  if (cause.kind === 'password') {
    const sharing = all.flatMap((one) =>
      one.kind === 'password' && one.hash === cause.hash ? toText(one.user.name) : [],
    )
    return sharing.length === 1
      ? `the password of ${name}`
      : `the password that ${sharing.join(' and ')} have in common`
  }
  const { user, selector, command } = cause
  const holder = user.selectors[selector]
  const rule = holder === undefined ? null : commandRule(holder, command, command.name.split('|'))
  const { role } = user.placeOf(selector)
  return `${rule === null ? `+${command.name}` : toText(rule.text)} of ${role === null ? name : `the role ${toText(role)}`}`
}
