import { fromText, toText } from '../acl/bytes'
import type { Span } from '../acl/decision'
import { parseRule } from '../acl/rule'
import { Users } from '../acl/users'
import type { FileProblem, ProblemKind } from '../server/types'
import type { Target } from '../targets/target'
import type { Diagnostic } from './diagnostic'
import { placeholderHints, placeholdersIn } from './placeholder'
import { append, isComment, remove, replace, rewrite, Source, type Case, type Remedy } from './refusals/case'
import { bothKinds, unknownDirective } from './refusals/directives'
import { unknownName } from './refusals/names'
import { afterAll, badHash, syntax } from './refusals/rules'

function notUserLine(problem: Case): Remedy {
  const { line, source, target } = problem
  if (isComment(line)) {
    const fix = source.comments
    return {
      hint: `${target.label} rejects comments in an ACL file; Redis 8.8 and newer accept them.`,
      fixes: fix ? [fix] : [],
    }
  }
  const trimmed = line.text.replace(/^\uFEFF/, '').trim()
  if (!/^user\s+\S/i.test(trimmed))
    return {
      hint: 'Every line consists of the word user, a name and rules.',
      fixes: [{ label: 'Remove the line', edits: [source.without(line)] }],
    }
  const written = trimmed.replace(/[ \t]+/g, ' ').replace(/^user/i, 'user')
  return {
    hint: line.text.startsWith('\uFEFF')
      ? 'The file starts with a byte order mark, which servers read as part of the first word: save the file as UTF-8 without one.'
      : 'A line starts with the word user in lower case, and words are separated by single spaces.',
    fixes: [
      {
        label: 'Correct the line',
        edits: [{ from: line.from, to: line.from + line.text.trimEnd().length, insert: written }],
      },
    ],
  }
}

const unclosed =
  (hint: string) =>
  (problem: Case): Remedy => ({
    hint,
    fixes: [append(problem, ')', 'Close it at the end of the line')],
  })

/** Advice by the kind of the server's error. */
const remedies: Readonly<Partial<Record<ProblemKind, (problem: Case) => Remedy | null>>> = {
  'not-user-line': notUserLine,
  'duplicate-user': ({ source, line }) => ({
    hint: 'A user may have only one line: combine its rules.',
    fixes: [{ label: 'Remove this line', edits: [source.without(line)] }],
  }),
  'after-all-keys': afterAll,
  'after-all-channels': afterAll,
  'bad-hash': badHash,
  unknown: unknownName,
  'full-then-sub': (problem) => ({ hint: 'The whole command is allowed already.', fixes: remove(problem) }),
  'first-arg-of-subcommand': (problem) => ({
    hint: 'Only one part may follow |.',
    fixes: [
      ...remove(problem),
      replace(problem, 'Allow the whole subcommand', problem.token.split('|').slice(0, 2).join('|')),
    ],
  }),
  'database-range': (problem) => ({ hint: 'Databases are numbered from 0.', fixes: remove(problem) }),
  'no-such-password': (problem) => ({
    hint: 'Only a password that was added before can be removed.',
    fixes: remove(problem),
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
    fixes: [rewrite(problem, 'yes'), rewrite(problem, 'no')],
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
 */
export function refusals(problems: readonly FileProblem[], text: string, target: Target): Diagnostic[] {
  const source = new Source(text)
  return problems.flatMap(({ kind, message, span }) => {
    const line = source.lines[(span?.line ?? 1) - 1] ?? { text: '', from: 0, to: 0 }
    const place: Span = span ?? { source: 'users.acl', line: 1, from: line.from, to: line.to }
    const diagnostics = remedy(kind, { source, target, span: place, line, token: text.slice(place.from, place.to) })
    const ofComment = isComment(line) && place.source === 'users.acl'
    if (ofComment && source.hasReportedComment) return []
    source.hasReportedComment ||= ofComment
    return [
      {
        code: 'refused',
        severity: 'error' as const,
        message: toText(message),
        hint: diagnostics?.hint ?? null,
        span: ofComment ? { ...place, from: line.from, to: line.to } : place,
        fixes: diagnostics?.fixes ?? [],
      },
    ]
  })
}
