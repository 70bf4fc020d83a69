import { ruleEnd, trimRule } from './aclfile'
import type { Bytes } from './bytes'
import { LineOrigin } from './line-origin'
import { cString, type RuleError, ruleErrorText } from './rule-errors'
import { hasSpaces } from './selector'
import type { User } from './user'
import type { Users } from './users'

/** An error in a line of an ACL file other than a refused rule. */
export type LineError = 'not-user-line' | 'username-chars' | 'duplicate-user' | 'unmatched-parenthesis'

/** A problem of a line wherever the line is: the place (`users.acl:1`) stands between `before` and `after`. */
export interface LineProblem {
  readonly kind: RuleError | LineError
  readonly before: Bytes
  readonly after: Bytes
  /** The word that caused it, in bytes from the start of the line. */
  readonly from: number
  readonly to: number
}

/** A line of an ACL file, parsed without regard to its place and to the other lines. */
export interface ParsedLine {
  /** Without white space around it. */
  readonly text: Bytes
  /** Null where the line has no user name. */
  readonly name: Bytes | null
  /** The end of the name. */
  readonly nameTo: number
  /** Shared by all who read the line, and never changed; null where the line has no user name. */
  readonly user: User | null
  readonly origin: LineOrigin | null
  readonly problems: readonly LineProblem[]
  /** True if the real server crashes on this line. */
  readonly crash: boolean
  /** True if the line was parsed as a later line of its user (6.x). */
  readonly again: boolean
}

/** The place where the name of a user starts in its line. */
export const NAME_FROM = 5

/** Shorter parts of a string are copies anyway. */
const SHORTEST_SHARED = 13

/** Returns an equal string that does not keep the text it was cut from in memory. */
export const detached = (text: Bytes): Bytes => (text.length < SHORTEST_SHARED ? text : ` ${text}`.slice(1))

/** Returns a line that defines no user. */
function invalid(text: Bytes, again: boolean, problem: LineProblem): ParsedLine {
  return { text, name: null, nameTo: 0, user: null, origin: null, problems: [problem], crash: false, again }
}

/**
 * Parses a line of an ACL file. Never throws.
 * @param text the line, without white space around it; the result keeps it in memory
 * @param again true for a later line of a user: the user is reset first (6.x)
 */
export function parseAclLine(users: Users, text: Bytes, again: boolean): ParsedLine {
  const to = text.length
  const wordEnd = ruleEnd(text, 0, false)
  if (wordEnd !== 4 || wordEnd === to || !text.startsWith('user')) {
    const after = ' should start with user keyword followed by the username.'
    return invalid(text, again, { kind: 'not-user-line', before: '', after, from: 0, to: wordEnd })
  }
  const nameTo = ruleEnd(text, NAME_FROM, false)
  const name = detached(text.slice(NAME_FROM, nameTo))
  if (hasSpaces(name)) {
    const after = `: username '${name}' contains invalid characters.`
    return invalid(text, again, { kind: 'username-chars', before: "'", after, from: NAME_FROM, to: nameTo })
  }
  const user = users.newUser(name)
  if (again) user.apply('reset')
  const problems = applyRules(user, text, nameTo + 1)
  const crash = problems.at(-1)?.kind === 'unmatched-parenthesis'
  const origin = problems.length === 0 ? new LineOrigin(users.space.behaviours.hasSelectors) : null
  if (origin !== null) for (let i = 0; i < user.selectors.length; i++) user.selectors[i]?.setOrigin(origin, i)
  return { text, name, nameTo, user, origin, problems, crash, again }
}

const NO_PROBLEMS: readonly LineProblem[] = []

/** Applies the rules of a line and returns refused ones: all of them on 6.x, later unknown names and the first of the others. */
function applyRules(user: User, text: Bytes, start: number): readonly LineProblem[] {
  const { hasSelectors, strictAclFile: strict } = user.space.behaviours
  let problems: LineProblem[] | null = null
  const to = text.length
  let toldOne = false
  for (let at = start, end; at <= to; at = end + 1) {
    end = ruleEnd(text, at, hasSelectors)
    if (end < 0) {
      const after = ': Unmatched parenthesis in selector definition.'
      return [{ kind: 'unmatched-parenthesis', before: '', after, from: at, to: ruleEnd(text, at, false) }]
    }
    const written = text.slice(at, end)
    const rule = trimRule(written)
    const error = user.apply(rule)
    if (error === null) continue
    const from = at + written.indexOf(rule)
    const place = { kind: error, before: '', from, to: from + rule.length }
    problems ??= []
    if (error === 'unknown' && strict)
      problems.push({ ...place, after: `: Error in applying operation '${cString(rule)}': ${ruleErrorText[error]}.` })
    else if (!toldOne || !strict) {
      problems.push({ ...place, after: `: ${ruleErrorText[error]}.` })
      toldOne = true
    }
  }
  return problems ?? NO_PROBLEMS
}
