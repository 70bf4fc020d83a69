import type { Bytes } from '../../acl/bytes'
import type { Difference } from '../../proof/users'
import { readable } from '../../resp/render'
import { withCommas } from '../numbers'
import { describeUserChange, mostNamed } from './describe'
import type { SelectorChange, UserChange } from './types'

/** Users that change alike. */
export interface ChangeGroup {
  /** At least one, in the order of the comparison. */
  readonly users: readonly UserChange[]
  /** The lines of `describeUserChange`; `{id}` stands for the part of each name that differs. */
  readonly lines: readonly string[]
  /** The same with every command by name. */
  readonly full: readonly string[]
  /** True where the lines contain `{id}`. */
  readonly hasId: boolean
}

const ID = '{id}'

/**
 * Groups changed users whose changes are described alike, down to the last command, each user's own part of its name taken
 * for `{id}` where rules contain it: `tenant-1` with `~tenant:1:*` changes like `tenant-2` with `~tenant:2:*`. Groups stand
 * where their first user does; unchanged users are in none.
 * @param most commands that a line names
 */
export function groupChanges(users: readonly UserChange[], most = mostNamed): ChangeGroup[] {
  const groups = new Map<string, UserChange[]>()
  for (const change of users) {
    if (change.kind === 'same') continue
    const key = JSON.stringify([change.kind, change.relation, describeUserChange(templateOf(change), Infinity)])
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [change])
    else group.push(change)
  }
  return [...groups.values()].map((group) => {
    const [first] = group as [UserChange, ...UserChange[]]
    const shown = group.length === 1 ? first : templateOf(first)
    const full = describeUserChange(shown, Infinity)
    return {
      users: group,
      lines: describeUserChange(shown, most),
      full,
      hasId: group.length > 1 && full.some((line) => line.includes(ID)),
    }
  })
}

/** Returns the change with `{id}` in its patterns and examples for what tells the user's name from others. */
function templateOf(change: UserChange): UserChange {
  const fill = replacer(change.name)
  if (fill === null) return change
  const difference = (one: Difference): Difference => ({
    ...one,
    rule: one.rule === null ? null : fill(one.rule),
    // The name of the command stays.
    witness: { ...one.witness, argv: one.witness.argv.map((word, i) => (i === 0 ? word : fill(word))) },
  })
  const selector = (one: SelectorChange): SelectorChange => ({
    ...one,
    patterns: {
      gained: one.patterns.gained.map((pattern) => ({ ...pattern, rule: fill(pattern.rule) })),
      lost: one.patterns.lost.map((pattern) => ({ ...pattern, rule: fill(pattern.rule) })),
    },
  })
  return {
    ...change,
    gained: change.gained.map(difference),
    lost: change.lost.map(difference),
    selectors: change.selectors.map(selector),
  }
}

/** Returns a function that puts `{id}` for the last number of a name, or else for its last word; null for a name of one word. */
function replacer(name: Bytes): ((text: Bytes) => Bytes) | null {
  const number = /\d+(?=\D*$)/.exec(name)?.[0]
  const word = number ?? /[-_.:/]([^-_.:/]+)$/.exec(name)?.[1]
  if (word === undefined) return null
  const letters = number === undefined ? '[0-9A-Za-z]' : '[0-9]'
  const place = new RegExp(`(?<!${letters})${word.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}(?!${letters})`, 'g')
  return (text) => text.replace(place, () => ID)
}

/** Returns the names of users for a heading: `app1, app2 and 98 more`. */
export function namesOf(users: readonly Pick<UserChange, 'name'>[]): string {
  const names = users.map(({ name }) => readable(name))
  if (names.length < 4) return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
  return `${names.slice(0, 2).join(', ')} and ${withCommas(names.length - 2)} more`
}
