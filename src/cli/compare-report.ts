import { toText } from '../acl/bytes'
import { readable } from '../resp/render'
import {
  describeUserChange,
  groupChanges,
  namesOf,
  type Comparison,
  type PatternChange,
  type Upgrade,
  type UserChange,
} from '../analysis/compare'
import { codeBlock, inlineCode } from '../analysis/escape/markdown'
import { withCommas } from '../analysis/numbers'
import type { Difference } from '../proof/users'
import { jsonLine, listed } from './formats/json'
import { MOST_SHOWN, type Paint } from './formats/text'
import { onOneLine, printable } from './printable'

/** A part of the report. */
export interface Section {
  readonly title: string
  /** The users that the part is about. */
  readonly names?: string
  readonly lines: readonly string[]
}

/** Lists the rules to add so that nothing changes. */
export function upgradeLines({ comparison, added, repairs, remaining, complete }: Upgrade): Section[] {
  return [
    ...(comparison.refused.length === 0
      ? []
      : [
          {
            title: 'The new server refuses the unchanged file',
            lines: [...comparison.refused.map(({ message }) => toText(message)), ...repairs],
          },
        ]),
    ...(added.length === 0
      ? []
      : [
          {
            title: 'Rules to add so that nothing changes',
            lines: added.map(({ user, rules }) => `user ${readable(user)}: ${rules.map(readable).join(' ')}`),
          },
        ]),
    ...(complete || remaining.users.length === 0
      ? []
      : [
          {
            title: 'Changes that rules cannot prevent',
            lines: remaining.users.flatMap((user) =>
              describeUserChange(user).map((line) => `${readable(user.name)}: ${line}`),
            ),
          },
        ]),
  ]
}

/**
 * Renders a comparison as text or Markdown.
 * @param limits sentences on what it leaves out, since it was not read from a server
 */
export function renderComparison(
  title: string,
  comparison: Comparison,
  more: readonly Section[],
  limits: readonly string[],
  format: 'text' | 'markdown',
  paint: Paint,
  noChange = sameOnOneServer,
): string {
  const users = groupChanges(comparison.users).flatMap(({ users: group, lines, hasId }): Section[] =>
    lines.length === 0
      ? []
      : [
          {
            title: group.length === 1 ? 'user' : `${withCommas(group.length)} users:`,
            names: namesOf(group),
            lines: hasId ? [...lines, '= {id} is the part of each name that differs'] : lines,
          },
        ],
  )
  const nothing =
    users.length > 0 || comparison.refused.length > 0 ? null : limits.length === 0 ? noChange : noKnownChange
  const hidden = users.length - MOST_SHOWN
  const notes = [
    ...(hidden > 0
      ? [`… and ${withCommas(hidden)} more users or groups of users change: --format json lists all.`]
      : []),
    ...comparison.notes,
    ...limits,
  ]
  const sections = [...users.slice(0, MOST_SHOWN), ...more]
  return format === 'markdown'
    ? markdown(title, sections, notes, nothing)
    : text(title, sections, notes, nothing, paint)
}

function text(
  title: string,
  sections: readonly Section[],
  notes: readonly string[],
  nothing: string | null,
  paint: Paint,
): string {
  const body = sections.map(
    ({ title: heading, names, lines }) =>
      `\n${paint('bold', onOneLine(names === undefined ? heading : `${heading} ${names}`))}\n${lines.map((line) => `  ${coloured(onOneLine(line), paint)}\n`).join('')}`,
  )
  const end = notes.map((note) => `\n${paint('dim', printable(note))}`).join('')
  return `${onOneLine(title)}\n${body.join('')}${nothing === null ? '' : `\n${nothing}\n`}${end}${end === '' ? '' : '\n'}`
}

const coloured = (line: string, paint: Paint): string =>
  line.startsWith('+') ? paint('green', line) : line.startsWith('-') ? paint('red', line) : line

/** Renders Markdown. Text from files is in code, where it can neither format, link nor mention. */
function markdown(
  title: string,
  sections: readonly Section[],
  notes: readonly string[],
  nothing: string | null,
): string {
  const body = sections.map(
    ({ title: heading, names, lines }) =>
      `\n**${heading}**${names === undefined ? '' : ` ${inlineCode(names)}`}\n\n${codeBlock(lines, 'diff')}`,
  )
  const end = notes.length === 0 ? '' : `\n${codeBlock(notes, 'text')}`
  return `### ${inlineCode(title)}\n${body.join('')}${nothing === null ? '' : `\n${nothing}\n`}${end}`
}

const sameOnOneServer = 'No user’s rules or log-in changed in effect (proved over all commands, keys and channels).'
/** Of the same file on two versions. */
export const sameOnBoth =
  'No user’s rules or log-in changed in effect (proved over all keys and channels, and the commands that both versions have).'
const noKnownChange =
  'No user’s rules or log-in changed in effect, as far as the server was read. That is proved over the commands of this version, all keys and channels, but:'

/** Returns a comparison for JSON. */
export function jsonComparison(
  { same, users, notes }: Comparison,
  limits: readonly string[],
): Readonly<Record<string, unknown>> {
  return {
    same,
    users: listed(
      users.filter(({ kind }) => kind !== 'same'),
      jsonUser,
    ),
    groups: groupChanges(users).map(({ users: group, lines }) => ({
      users: group.map(({ name }) => readable(name)),
      relation: group[0]?.relation,
      lines,
    })),
    notes,
    limits,
  }
}

function jsonCommands({ gained, lost }: UserChange['commands']): UserChange['commands'] {
  const named = (changes: typeof gained): typeof gained => changes.map((one) => ({ ...one, name: readable(one.name) }))
  return { gained: named(gained), lost: named(lost) }
}

/** Returns the shortest command line that shows a difference. */
function jsonWitness(differences: readonly Difference[]): unknown {
  const [first] = [...differences].sort((a, b) => a.witness.argv.join(' ').length - b.witness.argv.join(' ').length)
  return first === undefined ? null : jsonLine(first.witness)
}

function jsonUser(change: UserChange): Readonly<Record<string, unknown>> {
  const { name, kind, login, commands, selectors, relation } = change
  const pattern = ({ kind: of, rule, what, certainty, example, effective }: PatternChange): unknown => ({
    kind: of,
    rule: readable(rule),
    what,
    certainty,
    example: example === null ? null : readable(example),
    effective,
  })
  return {
    user: readable(name),
    kind,
    renamedFrom: change.renamedFrom === null ? null : readable(change.renamedFrom),
    relation,
    equivalent: relation === 'undecided' ? null : relation === 'equal',
    witness: { gained: jsonWitness(change.gained), lost: jsonWitness(change.lost) },
    undecided: change.undecided,
    login: login.map(({ what, text: said }) => ({ what, text: said })),
    commands: jsonCommands(commands),
    selectors: selectors.map(({ before, after, commands: of, patterns }) => ({
      before,
      after,
      commands: jsonCommands(of),
      patterns: { gained: patterns.gained.map(pattern), lost: patterns.lost.map(pattern) },
    })),
  }
}
