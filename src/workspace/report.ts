/**
 * Reports of comparisons, permissions and replays as Markdown for a pull request. What comes from files and captures is
 * in code, where it can neither format, link nor mention.
 */
import { toText, type Bytes } from '../acl/bytes'
import { commandTitle } from '../analysis/command-title'
import { codeBlock, inlineCode, table } from '../analysis/escape/markdown'
import { plural, withCommas } from '../analysis/numbers'
import { rowName, runnable, type Cell, type PermissionMatrix, type PermissionRow } from '../analysis/permissions'
import type { ReplayedLine } from '../analysis/replay'
import { printWord } from '../resp/render'
import { hideCommandSecrets } from './secrets'

/** The most entries that each report lists: a comment on GitHub has at most 65,536 characters. */
export const reportLimits = { groups: 50, linesOfGroup: 40, rows: 200, users: 20, characters: 160 } as const

/** The users that change alike, with the lines that say what changes: `+` for more, `-` for less. */
interface ReportedChange {
  readonly name: string
  readonly hasId: boolean
  readonly lines: readonly string[]
}

interface ReportedComparison {
  readonly refused: readonly { readonly side: 'before' | 'after'; readonly messages: readonly string[] }[]
  readonly same: boolean
  readonly notes: readonly string[]
  readonly changes: readonly ReportedChange[]
}

interface ReportedUpgrade {
  readonly comparison: ReportedComparison
  readonly added: readonly { readonly user: string; readonly rules: string }[]
}

/** Returns a text without what is beyond the longest that a report shows. */
const cut = (text: string): string =>
  text.length > reportLimits.characters ? `${text.slice(0, reportLimits.characters)}…` : text

/** Returns the sentence about what is not listed; nothing where everything is. */
const unlisted = (n: number, what: string): string => (n > 0 ? `\n${withCommas(n)} more ${what} not listed.\n` : '')

/**
 * Returns a comparison of two versions as Markdown. The messages of a file that the server rejects are left out: they can
 * repeat passwords.
 * @param title a sentence of this program's own
 * @param same said where nothing differs
 */
export function comparisonReport(title: string, comparison: ReportedComparison, same: string): string {
  const { refused, changes, notes } = comparison
  if (refused.length > 0)
    return `### ${title}\n${refused.map(({ side, messages }) => `\nThe server rejects the version ${side}: ${plural(messages.length, 'error')}.\n`).join('')}`
  const body = changes.slice(0, reportLimits.groups).map(({ name, hasId, lines }) => {
    const shown = lines.slice(0, reportLimits.linesOfGroup).map((line) => cut(line))
    const more = lines.length - shown.length
    const ends = [
      ...(more > 0 ? [`= ${withCommas(more)} more not listed`] : []),
      ...(hasId ? ['= {id} is the part of each name that differs'] : []),
    ]
    return `\n**User** ${inlineCode(cut(name))}\n\n${codeBlock([...shown, ...ends], 'diff')}`
  })
  const end = unlisted(changes.length - reportLimits.groups, 'groups of users')
  const said = notes.length === 0 ? '' : `\n${codeBlock(notes, 'text')}`
  return `### ${title}\n${comparison.same ? `\n${same}\n` : ''}${body.join('')}${end}${said}`
}

/** Returns a comparison of two servers as Markdown, with the rules to add so that nothing changes. */
export function upgradeReport(title: string, { comparison, added }: ReportedUpgrade, same: string): string {
  const report = comparisonReport(title, comparison, same)
  if (added.length === 0) return report
  const rows = added
    .slice(0, reportLimits.rows)
    .map(({ user, rules }) => [inlineCode(cut(user)), inlineCode(rules)] as const)
  return `${report}\n#### Rules to add so that nothing changes\n\n${table(['User', 'Rules'], rows)}${unlisted(added.length - rows.length, 'users')}`
}

const words: Readonly<Record<Cell, string>> = { all: '✅', some: 'in part', none: '–' }

/** Returns a user's share of the commands of a category: `3 of 20`. */
function share({ set }: PermissionRow, group: PermissionMatrix['commands']): string {
  const commands = runnable(group)
  const allowed = commands.filter((command) => set.cell(command) === 'all').length
  const inPart = commands.filter((command) => set.cell(command) === 'some').length
  return `${allowed}${inPart > 0 ? ` (+${inPart} in part)` : ''} of ${commands.length}`
}

const bypassNote = '\n▲ can bypass its rules (by ACL, CONFIG, MODULE and similar commands).\n'

/**
 * Returns permissions as a table of Markdown: users or roles are columns.
 * @param by the rows: `commands` lists each command, `categories` the number of allowed commands of each category
 */
export function permissionsReport(title: string, matrix: PermissionMatrix, by: 'commands' | 'categories'): string {
  const users = matrix.rows.slice(0, reportLimits.users)
  const head = [
    by === 'commands' ? 'Command' : 'Category',
    ...users.map((row) => `${inlineCode(cut(toText(rowName(row))))}${row.escalations.length > 0 ? ' ▲' : ''}`),
  ]
  const all =
    by === 'commands'
      ? matrix.commands.map((command) => [
          inlineCode(commandTitle(command.name)),
          ...users.map(({ set }) => words[set.cell(command)]),
        ])
      : matrix.groups.map(({ category, commands }) => [
          inlineCode(`@${category}`),
          ...users.map((row) => share(row, commands)),
        ])
  const rows = all.slice(0, reportLimits.rows)
  const note = users.some(({ escalations }) => escalations.length > 0) ? bypassNote : ''
  return `### ${title}\n\n${table(head, rows)}${note}${unlisted(all.length - rows.length, by)}${unlisted(matrix.rows.length - users.length, matrix.rows[0]?.role == null ? 'users' : 'roles')}`
}

/** A part of a cell: words of this program's own, or a rule, command line or key, which becomes code. */
export type ReportPart = string | { readonly code: string }

/** A user's access to a key or channel, or to those of a pattern. */
export interface ReportedAccess {
  readonly name: string
  /** The reason why nobody can log in as the user; null where it can log in. */
  readonly shut: string | null
  /** True where the user can bypass its rules. */
  readonly bypasses: boolean
  readonly cells: readonly (readonly ReportPart[])[]
}

/**
 * Returns who can reach a key or channel, or those of a pattern, as a table of Markdown.
 * @param columns the titles of the cells
 */
export function accessReport(
  title: readonly ReportPart[],
  columns: readonly string[],
  rows: readonly ReportedAccess[],
): string {
  const text = (parts: readonly ReportPart[]): string =>
    parts.map((part) => (typeof part === 'string' ? part : inlineCode(cut(part.code)))).join(' ')
  const shown = rows.slice(0, reportLimits.rows)
  const cells = shown.map(({ name, shut, bypasses, cells }) => [
    `${inlineCode(cut(name))}${bypasses ? ' ▲' : ''}${shut === null ? '' : ` (${shut})`}`,
    ...cells.map(text),
  ])
  const note = shown.some(({ bypasses }) => bypasses) ? bypassNote : ''
  return `### ${text(title)}\n\n${table(['User', ...columns], cells)}${note}${unlisted(rows.length - shown.length, 'users')}`
}

/** A row of a replay: the line by the rules now, and by those before the edits; null where nothing was edited. */
export interface ReplayReportRow {
  readonly line: ReplayedLine
  readonly old: ReplayedLine | null
}

function verdict({ decision, sortRefusal }: ReplayedLine): string {
  if (decision === null) return 'no such command'
  if (!decision.allowed) return `❌ ${decision.reason}`
  return sortRefusal === null ? '✅' : '❌ key'
}

/** Returns a command line as it could be typed, without the passwords in it. */
const printLine = (argv: readonly Bytes[]): string => cut(toText(hideCommandSecrets(argv.map(printWord).join(' '))))

/** Returns the verdicts of a replay as Markdown. Passwords in its command lines are replaced. */
export function replayReport(user: string, rows: readonly ReplayReportRow[]): string {
  const hasOld = rows.some(({ old }) => old !== null)
  const shown = rows.slice(0, reportLimits.rows)
  const head = ['Line', 'Command', ...(hasOld ? ['Before'] : []), 'Now']
  const cells = shown.map(({ line, old }) => {
    const { captured } = line
    const times = captured.count > 1 ? ` × ${withCommas(captured.count)}` : ''
    const before = hasOld ? [old === null ? '' : verdict(old)] : []
    return [String(captured.line), `${inlineCode(printLine(captured.argv))}${times}`, ...before, verdict(line)]
  })
  return `### Replay for user ${inlineCode(cut(user))}\n\n${table(head, cells)}${unlisted(rows.length - shown.length, 'lines')}`
}
