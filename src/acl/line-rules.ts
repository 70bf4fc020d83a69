import { ruleEnd, trimRule } from './aclfile'
import type { Bytes } from './bytes'
import { mergeSelectors } from './merge'
import type { Role } from './role'
import { cString, type RuleError, ruleErrorText, ruleRefusal } from './rule-errors'
import type { User } from './user'

/** An error in a line of an ACL file other than a refused rule. */
export type LineError =
  | 'not-user-line'
  | 'username-chars'
  | 'duplicate-user'
  | 'unmatched-parenthesis'
  | 'unnamed-role'
  | 'role-name'
  | 'duplicate-role'

/** A problem of a line wherever the line is: the place (`users.acl:1`) stands between `before` and `after`. */
export interface LineProblem {
  readonly kind: RuleError | LineError
  readonly before: Bytes
  readonly after: Bytes
  /** The word that caused it, in bytes from the start of the line. */
  readonly from: number
  readonly to: number
}

/** The place where the name of a user or role starts in its line. */
export const NAME_FROM = 5

/** Returns the place where the rules of a user's or role's line start. */
export const rulesFrom = (text: Bytes): number => ruleEnd(text, NAME_FROM, false) + 1

const NO_PROBLEMS: readonly LineProblem[] = []

/** Applies the rules of a line and returns refused ones: all of them on 6.x, later unknown names and the first of the others. */
export function applyRules(user: User, text: Bytes, start: number): readonly LineProblem[] {
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

/** Applies the rules of a role's line and returns the first problem: an open parenthesis anywhere, or the first refused rule. */
export function applyRoleRules(role: Role, text: Bytes, start: number): readonly LineProblem[] {
  const words: Bytes[] = []
  const places: number[] = []
  for (let at = start, end; at <= text.length; at = end + 1) {
    end = ruleEnd(text, at, false)
    words.push(text.slice(at, end))
    places.push(at)
  }
  const placeOf = (word: number, to?: number): { readonly from: number; readonly to: number } => {
    const from = places[word] ?? start
    return { from, to: to ?? from + (words[word]?.length ?? 0) }
  }
  const rules = mergeSelectors(words)
  if (typeof rules === 'number') {
    const after = `: Unmatched parenthesis in selector definition starting at '${words[rules] ?? ''}'..`
    return [{ kind: 'unmatched-parenthesis', before: '', after, ...placeOf(rules) }]
  }
  for (const { text: rule, argument } of rules) {
    const error = role.apply(rule)
    if (error === null) continue
    const place = placeOf(argument, (places[argument] ?? start) + rule.length)
    return [{ kind: error, before: '', after: `: ${ruleRefusal('SETROLE', rule, error)}.`, ...place }]
  }
  return NO_PROBLEMS
}
