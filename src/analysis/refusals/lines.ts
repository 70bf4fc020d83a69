import { fromText, toText } from '../../acl/bytes'
import { mergeSelectors } from '../../acl/merge'
import { parseRule } from '../../acl/rule'
import { Users } from '../../acl/users'
import type { Fix } from '../diagnostic'
import { nearest } from '../nearest'
import { isComment, named, nameOf, takesAway, type Case, type Line, type Remedy } from './case'
import { noRoles } from './roles'

const isRule = (word: string): boolean => parseRule(fromText(word)).kind !== 'invalid'

/** Returns the advice on a line that does not start with the word user. */
export function notUserLine(problem: Case): Remedy {
  const { line, source, target } = problem
  if (isComment(line)) {
    const fix = source.comments
    return {
      hint: `${target.label} rejects comments in an ACL file; Redis 8.8 and newer accept them.`,
      fixes: fix ? [fix] : [],
    }
  }
  const trimmed = line.text.replace(/^\uFEFF/, '').trim()
  const isOfRole = /^role\s+\S/i.test(trimmed)
  if (isOfRole && !target.behaviours.hasRoles) return { hint: noRoles, fixes: [] }
  if (!isOfRole && !/^user\s+\S/i.test(trimmed)) return withoutUser(problem, trimmed)
  const written = trimmed.replace(/[ \t]+/g, ' ').replace(/^(?:user|role)/i, (word) => word.toLowerCase())
  return {
    hint: line.text.startsWith('\uFEFF')
      ? 'The file starts with a byte order mark, which servers read as part of the first word: save the file as UTF-8 without one.'
      : `A line starts with the word ${isOfRole ? 'role' : 'user'} in lower case, and words are separated by single spaces.`,
    fixes: [
      {
        label: 'Correct the line',
        edits: [{ from: line.from, to: line.from + line.text.trimEnd().length, insert: written }],
      },
    ],
  }
}

/** Handles a line of rules: of a user whose line lacks the word user, or of the user of the line before. */
function withoutUser(problem: Case, trimmed: string): Remedy {
  const { line, source } = problem
  const [first = '', second = '', ...others] = trimmed.split(/\s+/)
  const start = line.from + line.text.search(/[^\s\uFEFF]/)
  const starting = (label: string, to: number, insert: string): Fix => ({
    label,
    edits: [{ from: line.from, to, insert }],
  })
  const readings = ((): readonly Fix[] => {
    const command = /^(?:acl\s+)?setuser\s+(?=\S)/i.exec(trimmed)?.[0]
    if (command !== undefined)
      return [starting(`Write user in place of ${command.trim()}`, start + command.length, 'user ')]
    const word = first.toLowerCase().replace(/[:=,]$/, '')
    if (!isRule(second) && second !== '' && nearest(word, ['user']) !== null)
      return [starting(`Write user in place of ${first}`, start + first.length, 'user')]
    if (isRule(first)) return joinedToUser(problem, start)
    return [second, ...others].some((one) => one !== '' && isRule(one))
      ? [starting(`Write user before ${named(first)}`, start, 'user ')]
      : []
  })()
  const isDefault = first === 'default' || second === 'default'
  return {
    hint: 'Every line consists of the word user, a name and rules.',
    fixes: [
      ...readings,
      ...(isDefault || takesAway(trimmed)
        ? []
        : [{ label: `Remove the line ${named(trimmed)}`, edits: [source.without(line)] }]),
    ],
  }
}

/** Joins a line of rules to the line of a user right before it. */
function joinedToUser({ source, span, line }: Case, start: number): readonly Fix[] {
  const before = source.lines[span.line - 2]
  const name = before === undefined ? null : nameOf(before)
  if (before === undefined || name === null) return []
  const end = before.from + before.text.replace(/\s*\\?\s*$/, '').length
  return [
    {
      label: `Join it to the line before, of user ${name}`,
      edits: [{ from: end, to: Math.max(start, line.from), insert: ' ' }],
    },
  ]
}

/** Returns the advice on a second line of a user. */
export function duplicateUser({ source, line, span, target }: Case): Remedy {
  const hint = 'A user has one line: combine its rules.'
  const name = nameOf(line)
  const number = name === null ? undefined : source.firstOf(name)
  const first = source.lines[(number ?? 0) - 1]
  if (number === undefined || first === undefined || first === line) return { hint, fixes: [] }
  const rulesIn = ({ text }: Line): string => text.replace(/^\s*user +\S+/, '').trim()
  const [own, further] = [rulesIn(first), rulesIn(line)]
  const added = /["'\\]/.test(own + further)
    ? null
    : withoutVain(own, further, new Users(target.table, target.behaviours))
  const end = first.from + first.text.trimEnd().length
  const merge: readonly Fix[] =
    added === null
      ? []
      : [
          {
            label: added === '' ? `Merge it into line ${number}` : `Add ${named(added)} to line ${number}`,
            edits: [...(added === '' ? [] : [{ from: end, to: end, insert: ` ${added}` }]), source.without(line)],
          },
        ]
  const without = (text: string, number: number, removed: Line): readonly Fix[] =>
    takesAway(text)
      ? []
      : [{ label: `Remove line ${number}${text === '' ? '' : ` (${named(text)})`}`, edits: [source.without(removed)] }]
  return {
    hint,
    fixes: [
      ...merge,
      ...without(further, span.line, line),
      // Without its rules about channels, a new user has all of them there.
      ...(target.behaviours.allChannelsByDefault ? [] : without(own, number, first)),
    ],
  }
}

/**
 * Returns the rules to add to those of a line, without patterns that say nothing after a rule for everything, which servers
 * reject; null where a parenthesis is not closed.
 */
function withoutVain(own: string, further: string, users: Users): string | null {
  const [before, added] = [own, further].map((rules) =>
    mergeSelectors(
      fromText(rules)
        .split(' ')
        .filter((one) => one !== ''),
    ),
  )
  if (typeof before !== 'object' || typeof added !== 'object') return null
  const user = users.newUser('u')
  for (const { text } of before) user.apply(text)
  const kept = added.filter(({ text }) => !['after-all-keys', 'after-all-channels'].includes(user.apply(text) ?? ''))
  return toText(kept.map(({ text }) => text).join(' '))
}
