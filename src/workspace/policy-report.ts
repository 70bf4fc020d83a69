/**
 * A report of a policy as Markdown, to keep or to send: what was checked, what was found, and what was not checked. It
 * contains no passwords and no hashes.
 */
import { toText } from '../acl/bytes'
import type { User } from '../acl/user'
import { inlineCode, markdownText, table } from '../analysis/escape/markdown'
import { plural, withCommas } from '../analysis/numbers'
import { permissionMatrix } from '../analysis/permissions'
import { summaryParagraph } from '../analysis/summary'
import type { Target } from '../targets/target'
import { permissionsReport } from './report'

/** The severities of findings, the worst first. */
export const findingSeverities = ['refused', 'error', 'warning', 'info'] as const
type FindingSeverity = (typeof findingSeverities)[number]

/** A diagnostic, with passwords masked. */
export interface ReportedFinding {
  readonly code: string
  readonly severity: FindingSeverity
  readonly message: string
  /** The file and line: `users.acl:3`; null where it is about a whole file. */
  readonly place: string | null
}

/** An expectation with its result, with passwords masked. */
export interface ReportedSentence {
  readonly text: string
  readonly state: 'holds' | 'fails' | 'invalid'
  readonly message: string
}

/** All that a report tells. */
export interface PolicyReport {
  readonly name: string
  /** The time of the report, in ISO 8601. */
  readonly at: string
  /** The server by which it was checked, in words. */
  readonly server: string
  /** The files with their SHA-256 in hexadecimal. */
  readonly files: readonly { readonly name: string; readonly sha256: string }[]
  /** The users as the server has them; null where it refuses the files. */
  readonly users: readonly User[] | null
  readonly target: Target
  readonly findings: readonly ReportedFinding[]
  /** Null: no expectations were given. */
  readonly sentences: readonly ReportedSentence[] | null
  /** Sentences about what was not checked. */
  readonly unchecked: readonly string[]
}

/** Users whose permissions are told, and findings of one kind that are listed. */
const mostUsers = 200
const mostOfKind = 10

const words: Readonly<Record<FindingSeverity, string>> = {
  refused: 'refusal',
  error: 'error',
  warning: 'warning',
  info: 'info',
}

/** Shortens the hashes of passwords in a text. */
const withoutHashes = (text: string): string => text.replace(/[0-9a-f]{64}/gi, (hash) => `${hash.slice(0, 4)}…`)

const said = (text: string): string => markdownText(withoutHashes(text))

/** Returns the report as Markdown. */
export function policyReport(report: PolicyReport): string {
  const { name, at, server, files, users, findings, sentences, unchecked, target } = report
  const parts = [
    `# Access control of ${markdownText(name)}\n`,
    table(
      ['', ''],
      [
        ['Date', at],
        ['Server', markdownText(server)],
        ...files.map((file) => [inlineCode(file.name), `SHA-256 ${inlineCode(file.sha256)}`] as const),
      ],
    ),
    `## Summary\n\n${summaryOf(report)
      .map((line) => `- ${line}`)
      .join('\n')}\n`,
    ...(findings.length === 0 ? [] : [findingsOf(findings)]),
    ...(sentences === null ? [] : [sentencesOf(sentences)]),
    ...(users === null ? [] : [usersOf(users, target)]),
    `## Not checked\n\n${unchecked.map((line) => `- ${said(line)}`).join('\n')}\n`,
  ]
  return parts.join('\n')
}

function summaryOf({ users, findings, sentences }: PolicyReport): string[] {
  const counts = findingSeverities.flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length
    if (count === 0) return []
    return [severity === 'info' ? `${withCommas(count)} info` : plural(count, words[severity])]
  })
  const failing = sentences?.filter(({ state }) => state !== 'holds').length ?? 0
  return [
    users === null ? '**The server refuses these files**: it would not start.' : 'The server accepts these files.',
    ...(users === null ? [] : [`${plural(users.length, 'user')}; ${loggingIn(users)}.`]),
    counts.length === 0 ? 'No diagnostics.' : `Diagnostics: ${counts.join(', ')}.`,
    ...(sentences === null
      ? []
      : [
          failing === 0
            ? `All ${plural(sentences.length, 'expectation')} hold.`
            : `**${withCommas(failing)} of ${plural(sentences.length, 'expectation')} do not hold.**`,
        ]),
  ]
}

function loggingIn(users: readonly User[]): string {
  const open = users.filter((user) => user.enabled && user.nopass)
  const names = open.slice(0, 10).map(({ name }) => inlineCode(toText(name)))
  if (open.length === 0) return 'nobody logs in without a password'
  const more = open.length > names.length ? ` and ${withCommas(open.length - names.length)} more` : ''
  return `**any password logs in as** ${names.join(', ')}${more}`
}

/** Lists findings by kind, the worst kinds first, and of these those that concern most lines. */
function findingsOf(findings: readonly ReportedFinding[]): string {
  const byKind = new Map<string, ReportedFinding[]>()
  for (const one of findings) {
    const kind = `${one.severity} ${one.code}`
    const list = byKind.get(kind)
    if (list === undefined) byKind.set(kind, [one])
    else list.push(one)
  }
  const rank = (kind: readonly ReportedFinding[]): number => findingSeverities.indexOf(kind[0]?.severity ?? 'info')
  const sorted = [...byKind.values()].sort((a, b) => rank(a) - rank(b) || b.length - a.length)
  const told = sorted.map((kind) => {
    const [first] = kind
    const lines = kind
      .slice(0, mostOfKind)
      .map(({ message, place }) => `- ${place === null ? '' : `${inlineCode(place)}: `}${said(message)}`)
    const more = kind.length > lines.length ? `\n- ${withCommas(kind.length - lines.length)} more are not listed.` : ''
    return `### ${first?.severity ?? ''}: ${first?.code ?? ''} (${withCommas(kind.length)})\n\n${lines.join('\n')}${more}\n`
  })
  return `## Findings\n\nThe most severe kinds come first.\n\n${told.join('\n')}`
}

function sentencesOf(sentences: readonly ReportedSentence[]): string {
  const order = { invalid: 0, fails: 0, holds: 1 } as const
  const lines = [...sentences]
    .sort((a, b) => order[a.state] - order[b.state])
    .map(
      ({ text, state, message }) =>
        `- ${state === 'holds' ? 'holds' : `**${state}**`}: ${inlineCode(withoutHashes(text))}. ${said(message)}`,
    )
  return `## Expectations\n\n${lines.join('\n')}\n`
}

function usersOf(users: readonly User[], target: Target): string {
  const shown = users.slice(0, mostUsers)
  const lines = shown.map(
    (user) =>
      `- ${summaryParagraph(user, target)
        .map(({ text, kind }) => (kind === null ? markdownText(text) : inlineCode(text)))
        .join('')}`,
  )
  const more =
    users.length > shown.length ? `\n- ${withCommas(users.length - shown.length)} more users are not listed.` : ''
  const matrix = permissionsReport('Commands by category', permissionMatrix(shown), 'categories')
  return `## Users\n\n${lines.join('\n')}${more}\n\n${matrix}`
}
