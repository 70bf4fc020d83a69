import { fromText, toText } from '../acl/bytes'
import type { Span } from '../acl/decision'
import { parseRule } from '../acl/rule'
import { Users } from '../acl/users'
import type { FileProblem, ProblemKind } from '../server/types'
import type { Target } from '../targets/target'
import type { Diagnostic, Fix } from './diagnostic'
import { withCommas } from './numbers'
import { placeholderHints, placeholdersIn } from './placeholder'
import {
  append,
  cut,
  isComment,
  named,
  remove,
  rewrite,
  Source,
  wordsOf,
  type Case,
  type Remedy,
} from './refusals/case'
import { bothKinds, unknownDirective } from './refusals/directives'
import { duplicateUser, notUserLine } from './refusals/lines'
import { unknownName } from './refusals/names'
import { unknownRole } from './refusals/roles'
import { afterAll, badHash, databases, syntax } from './refusals/rules'

const unclosed =
  (hint: string) =>
  (problem: Case): Remedy => {
    // Selectors hold no passwords and flags: what follows the first of them is not part of it.
    const after = wordsOf(problem).filter(({ from }) => from >= problem.span.to)
    const root = after.findIndex(({ text }) => /^(?:[><#!].*|on|off|nopass|resetpass|reset)$/i.test(text))
    const last = root > 0 ? after[root - 1] : undefined
    return {
      hint,
      fixes:
        root === 0
          ? [insertAt(problem.span.to, ')', `Close it after ${named(problem.token)}`)]
          : last !== undefined
            ? [insertAt(last.to, ')', `Close it after ${named(last.text)}`)]
            : [append(problem, ')', 'Close it at the end of the line')],
    }
  }

const insertAt = (at: number, insert: string, label: string): Fix => ({ label, edits: [{ from: at, to: at, insert }] })

/** Advice by the kind of the server's error. */
const remedies: Readonly<Partial<Record<ProblemKind, (problem: Case) => Remedy | null>>> = {
  'not-user-line': notUserLine,
  'duplicate-user': duplicateUser,
  'after-all-keys': afterAll,
  'after-all-channels': afterAll,
  'bad-hash': badHash,
  unknown: unknownName,
  'no-such-role': unknownRole,
  'full-then-sub': (problem) => ({ hint: 'The whole command is allowed already.', fixes: remove(problem) }),
  'first-arg-of-subcommand': (problem) => ({
    hint: `Only one part may follow |: ${problem.token.split('|').slice(0, 2).join('|')} allows the subcommand with all its arguments.`,
    fixes: remove(problem),
  }),
  'database-range': databases,
  'no-such-password': (problem) => ({
    hint: 'Only a password that was added before can be removed.',
    fixes: [cut(problem, problem.span, `Remove ${named(problem.token)}`)],
  }),
  'unmatched-parenthesis': unclosed(
    'A real server crashes on this line. A selector ends with ) at the end of its last rule.',
  ),
  'unclosed-selector': unclosed('A selector ends with ) at the end of its last rule.'),
  'bad-directive': unknownDirective,
  'wrong-number': unknownDirective,
  'both-kinds-of-users': bothKinds,
  'no-acl-file': (problem) => ({
    hint: 'There is no such file here: the only ACL file is users.acl.',
    fixes: [rewrite(problem, 'users.acl')],
  }),
  'not-yes-or-no': (problem) => ({
    hint: 'The value must be yes or no.',
    // The value that allows less comes first.
    fixes: (/^\s*enable-/i.test(problem.line.text) ? ['no', 'yes'] : ['yes', 'no']).map((value) =>
      rewrite(problem, value),
    ),
  }),
  'unbalanced-quotes': () => ({
    hint: 'Close each quote with the same quote on the same line, followed by a space.',
    fixes: [],
  }),
  syntax,
}

/** Returns the hint for a token that is part of a placeholder, which has no fix. */
function unrendered({ line, span }: Case): Remedy | null {
  const [from, to] = [span.from - line.from, span.to - line.from]
  const found = placeholdersIn(line.text).find((one) => one.from < to && from < one.to)
  return found === undefined
    ? null
    : {
        hint: `${found.text} looks like a placeholder, which servers do not expand. ${placeholderHints[found.kind]}`,
        fixes: [],
      }
}

function remedy(kind: ProblemKind, problem: Case): Remedy | null {
  return unrendered(problem) ?? remedies[kind]?.(inSelector(problem)) ?? null
}

/** Narrows a problem to the rule of a selector that causes it. */
function inSelector(problem: Case): Case {
  const { token, span, target } = problem
  if (!target.behaviours.hasSelectors || parseRule(fromText(token)).kind !== 'selector') return problem
  const user = new Users(target.table, target.behaviours).newUser('u')
  let before = ''
  for (const { 0: rule, index } of token.slice(1, -1).matchAll(/\S+/g)) {
    before += ` ${rule}`
    if (user.copy().apply(fromText(`(${before.slice(1)})`)) === null) continue
    const from = span.from + 1 + index
    return { ...problem, token: rule, span: { ...span, from, to: from + rule.length } }
  }
  return problem
}

/**
 * Converts the errors that a server reported for a file, at start or on ACL LOAD, to diagnostics: the server's message
 * at the token that caused it, with advice. A problem without a position is shown on the first line; of comment lines
 * only the first is shown.
 * @param text the file that the server read: users.acl or redis.conf
 * @param most the number of diagnostics to return; where there are more, the last says how many
 */
export function refusals(
  problems: readonly FileProblem[],
  text: string,
  target: Target,
  most = Infinity,
): readonly Diagnostic[] {
  const source = new Source(text)
  const found: Diagnostic[] = []
  let rest: { readonly first: Span; count: number } | null = null
  for (const { kind, message, span } of problems) {
    const line = source.lines[(span?.line ?? 1) - 1] ?? { text: '', from: 0, to: 0 }
    const place: Span = span ?? { source: 'users.acl', line: 1, from: line.from, to: line.to }
    const ofComment = isComment(line) && place.source === 'users.acl'
    if (ofComment && source.hasReportedComment) continue
    source.hasReportedComment ||= ofComment
    if (found.length >= most) {
      rest ??= { first: place, count: 0 }
      rest.count++
      continue
    }
    const advice = remedy(kind, { source, target, span: place, line, token: text.slice(place.from, place.to) })
    found.push({
      code: 'refused',
      severity: 'error',
      message: toText(message),
      hint: advice?.hint ?? null,
      span: ofComment ? { ...place, from: line.from, to: line.to } : place,
      fixes: advice?.fixes ?? [],
      ...(advice?.needsModules === true && { needsModules: true }),
    })
  }
  if (rest !== null) found.push(furtherErrors(rest.first, rest.count))
  return found
}

function furtherErrors(span: Span, count: number): Diagnostic {
  const message = count === 1 ? 'One more error is not shown.' : `${withCommas(count)} more errors are not shown.`
  return { code: 'refused', severity: 'error', message, hint: 'Fix those above first.', span, fixes: [] }
}
