import { ruleEnd } from './aclfile'
import type { Bytes } from './bytes'
import { LineOrigin } from './line-origin'
import { applyRules, type LineProblem, NAME_FROM } from './line-rules'
import { hasSpaces } from './selector'
import type { User } from './user'
import type { Users } from './users'

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
  const origin = problems.length === 0 ? new LineOrigin(users.fixedDefaults) : null
  origin?.attachTo(user)
  return { text, name, nameTo, user, origin, problems, crash, again }
}
