import { AclLines, aclWords, trimRule } from '../../acl/aclfile'
import type { Bytes } from '../../acl/bytes'
import { mergeSelectors } from '../../acl/merge'
import type { Users } from '../../acl/users'
import type { Target } from '../../targets/target'
import { finish, type Steps } from '../steps'
import { simplify, STATES_A_USER, type Simplification } from '../simplify'

/** A user's line in an ACL file, and what was found for it. */
export interface SimplifiedLine {
  readonly name: Bytes
  /** From 1. */
  readonly line: number
  readonly result: Simplification
}

export interface SimplifiedFile {
  readonly lines: readonly SimplifiedLine[]
  /** The file with the shorter rules. */
  readonly content: Bytes
}

/** States that the proofs for all users of a file may visit. */
const STATES_A_FILE = 1_000_000

/**
 * Simplifies the lines of an ACL file, each by itself; comments and blank lines stay. Takes the time of `simplify` for each
 * line; beyond a million states, the lines that are left are undecided.
 * @param users the server's defaults for new users; not changed
 * @param only the name of a user; null for all
 */
export function simplifyFile(content: Bytes, users: Users, target: Target, only: Bytes | null): SimplifiedFile {
  return finish(simplifyFileInSteps(content, users, target, only))
}

/** Same as `simplifyFile`, a line a step; the progress is the place that was reached, and the length of the file. */
export function* simplifyFileInSteps(
  content: Bytes,
  users: Users,
  target: Target,
  only: Bytes | null,
): Steps<SimplifiedFile> {
  const lines: SimplifiedLine[] = []
  let written = ''
  let end = 0
  let left = STATES_A_FILE
  const all = new AclLines(content)
  while (all.next()) {
    const { number, from, to } = all
    const [keyword, name, ...rest] = aclWords(content, from, to)
    if (keyword?.text !== 'user' || name === undefined || (only !== null && name.text !== only)) continue
    const words = rest.map(({ text }) => text)
    const merged = target.behaviours.hasSelectors ? mergeSelectors(words) : words.map((text) => ({ text }))
    const rules =
      typeof merged === 'number' ? null : merged.map(({ text }) => trimRule(text)).filter((text) => text !== '')
    const given = Math.min(STATES_A_USER, left)
    const budget = { left: given }
    const result =
      rules === null ? ({ kind: 'refused' } as const) : simplify(rules, users.newUser(name.text), target, budget)
    left -= given - Math.max(0, budget.left)
    lines.push({ name: name.text, line: number, result })
    if (result.kind === 'shorter') {
      written += content.slice(end, name.to) + result.after.map((rule) => ` ${rule}`).join('')
      end = to
    }
    yield { done: to, of: content.length }
  }
  return { lines, content: written + content.slice(end) }
}
