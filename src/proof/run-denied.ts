import type { Command } from '../acl/command'
import { formsFor, type CommandForms, type Form } from './forms'
import { DEFAULT_STATES, type Budget } from './inclusion'
import { union, type Language } from './language'
import { canLogIn } from '../acl/user'
import { databasesOf, fillFirst, fillOf, grantOf, isHidden, type Subject } from './permissions'
import { combinationOutside, type Place } from './product'
import { runOf } from './reach'
import type { ReachOptions } from './reached'
import { allows, type CommandLine } from './command-line'
import { databaseFor } from './ways'

/** A command line that a user is denied, as the reason why it may not run a command. */
export type Denied =
  | { readonly kind: 'denied'; readonly line: CommandLine }
  | { readonly kind: 'none' }
  | { readonly kind: 'undecided' }
  /** The command names no key, so that nothing can be said of its keys. */
  | { readonly kind: 'no-keys' }

/**
 * Finds a command line of a command that the user may not run; `none` where the user can run it: with `keys`, in one of its
 * forms with all keys of the set in all places; without, with some arguments.
 */
export function runDenied(
  subject: Subject,
  command: Command,
  keys: Language | null,
  options: ReachOptions = {},
): Denied {
  const db = options.db ?? 0
  const budget = options.budget ?? { left: DEFAULT_STATES }
  const known = formsFor(subject.target, command)
  if (known === undefined) return none
  if (keys === null) {
    const found = runOf(subject, new Set([command]), null, { db, budget })
    if (found.kind === 'undecided') return undecided
    return found.kind === 'line' ? none : example(subject, known, db)
  }
  const withKeys = known.forms.filter(
    ({ fixed, readsEveryKey, unusual }) =>
      !unusual && !readsEveryKey.mine && fixed.some(({ kind, access }) => kind === 'key' && access !== null),
  )
  if (withKeys.length === 0) return { kind: 'no-keys' }
  let answer: Denied = undecided
  for (const form of withKeys) {
    const denied = formDenied(subject, command, form, keys, { db, budget })
    if (denied.kind === 'none') return none
    if (answer.kind !== 'denied') answer = denied
  }
  return answer
}

const none = { kind: 'none' } as const
const undecided = { kind: 'undecided' } as const

/** A command line of a command that is denied, to show that it is. */
function example(subject: Subject, { forms }: CommandForms, db: number): Denied {
  for (const form of forms) {
    const found = { argv: form.build([], 0, null), db }
    if (!allows(subject, found)) return { kind: 'denied', line: found }
  }
  return undecided
}

/** Finds keys of a set for a form with which it is denied. */
function formDenied(
  subject: Subject,
  command: Command,
  form: Form,
  keys: Language,
  { db, budget }: { readonly db: number; readonly budget: Budget },
): Denied {
  const others = !canLogIn(subject.user)
    ? []
    : subject.user.selectors.filter((selector) => {
        const grant = grantOf(selector, command)
        return (
          !isHidden(subject, command) &&
          (grant === 'whole' || (grant !== 'none' && form.first === 'slot')) &&
          (!form.everyDatabase.mine || databasesOf(selector).all) &&
          databaseFor(selector, form, db) !== null
        )
      })
  const slots = [...form.fixed, ...(form.repeated === null ? [] : [form.repeated])]
  const places = slots.map((slot, i): Place => {
    const isFirst = slot.at === 1 && i < form.fixed.length
    return {
      repeats: i < form.fixed.length ? 'one' : 'each',
      mine: slot.kind === 'key' ? keys : union([String(db)]),
      theirs: others.map((other) => {
        const fill = fillOf(other, slot.kind, slot.access)
        return isFirst ? fillFirst(other, command, fill) : fill
      }),
      domain: slot.kind === 'database' ? [String(db)] : null,
    }
  })
  const found = combinationOutside(places, others.length, budget)
  if (found.kind === 'included') return none
  if (found.kind === 'undecided') return undecided
  const values = [...found.values]
  const repeated = form.repeated === null ? [] : (values.pop() ?? [])
  const argv = form.build([...values.map((one) => one[0] ?? ''), ...repeated], repeated.length, null)
  return allows(subject, { argv, db }) ? undecided : { kind: 'denied', line: { argv, db } }
}
