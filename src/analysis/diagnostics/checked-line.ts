import { fromText, type Bytes } from '../../acl/bytes'
import { addedPassword } from '../../acl/password'
import type { Users } from '../../acl/users'
import type { Target } from '../../targets/target'
import { withCommas } from '../numbers'
import { placeholdersIn, type Placeholder } from '../placeholder'
import { CachedReport, LineSource, type CodedReport } from './cached-report'
import { catalogue } from './catalogue'
import { refusedGreeting } from './client-handshake'
import type { ClientId } from './clients'
import { isPassword, tokensOf, userAllows } from './facts'
import { functionUse, type FunctionUse } from './function-use'
import { LONGEST_RULE, MOST_RULES, type LineCheck, type Subject, type UserLine } from './line'
import { type IsSilenced, neverSilenced } from './settings'

export type { CodedReport }

export interface PasswordPlace {
  readonly hash: Bytes
  readonly from: number
  readonly to: number
}

/**
 * The cached results for a line of users.acl: its reports, and the facts that checks of the whole file need. Offsets
 * are in the line.
 */
export interface CheckedLine {
  readonly text: string
  /** Null for lines that are not `user` lines. */
  readonly name: { readonly text: Bytes; readonly from: number; readonly to: number } | null
  readonly isComment: boolean
  readonly reports: readonly CodedReport[]
  readonly passwords: readonly PasswordPlace[]
  /** Handshake commands of client libraries that this user is denied. */
  readonly greeting: readonly string[]
  /** The user's permissions on functions; null where it has none. */
  readonly functions: FunctionUse | null
  /** The offset at which rules can be added. */
  readonly end: number
  /** True where somebody can log in as this user and change users, by ACL SETUSER or ACL LOAD. */
  readonly mayChangeUsers: boolean
  /** True where ACL SAVE would write the line unchanged; null where the server rejects it. */
  readonly isAsSaved: boolean | null
}

const none: Omit<CheckedLine, 'text' | 'isComment'> = {
  name: null,
  reports: [],
  passwords: [],
  greeting: [],
  functions: null,
  end: 0,
  mayChangeUsers: false,
  isAsSaved: true,
}

/** The maximum number of diagnostics of one code on a line. */
const MOST_OF_A_CODE = 20
/** The maximum number of characters parsed to verify the fixes of a line: diagnostics beyond it have no fixes. */
const MOST_REREAD = 10_000

/** The usual forms of patterns: `app:*`, `a.b:*`, and `*`. */
const plainPattern = /^(?:\w[\w.:-]*[:.])?\*$/

const subjectBits = {
  plain: 1,
  oddPatterns: 2,
  selectors: 4,
  databases: 8,
  quotes: 16,
  bars: 32,
  client: 64,
  refused: 128,
  placeholders: 256,
} as const satisfies Readonly<Record<Subject, number>>

function subjectsOf(
  { plain, patterns, selectors, target, client, user }: UserLine,
  text: string,
  placeholders: readonly Placeholder[],
): number {
  return (
    (plain.length > 0 ? subjectBits.plain : 0) |
    (patterns.some(({ pattern }) => pattern !== null && !plainPattern.test(pattern.text))
      ? subjectBits.oddPatterns
      : 0) |
    (selectors.length > 0 ? subjectBits.selectors : 0) |
    (target.behaviours.hasDatabases ? subjectBits.databases : 0) |
    (text.includes('"') || text.includes("'") ? subjectBits.quotes : 0) |
    (text.includes('|') ? subjectBits.bars : 0) |
    (client !== null ? subjectBits.client : 0) |
    (user === null ? subjectBits.refused : 0) |
    (placeholders.length > 0 ? subjectBits.placeholders : 0)
  )
}

const bySubjects = new Map<number, readonly LineCheck[]>()

/** Returns the checks that apply to a line, memoized by its subjects: most lines have the same few. */
function checksFor(line: UserLine, text: string, placeholders: readonly Placeholder[]): readonly LineCheck[] {
  const has = subjectsOf(line, text, placeholders)
  let checks = bySubjects.get(has)
  if (checks === undefined)
    bySubjects.set(
      has,
      (checks = catalogue.filter(({ about }) => about === undefined || (has & subjectBits[about]) !== 0)),
    )
  return checks
}

/** Subjects of checks of the spelling of passwords and patterns, which do not apply to placeholders. */
const aboutWriting: ReadonlySet<Subject | undefined> = new Set<Subject>(['plain', 'oddPatterns', 'quotes'])

const isWithin = (
  { from, to }: { readonly from: number; readonly to: number },
  places: readonly Placeholder[],
): boolean => places.some((place) => place.from < to && from < place.to)

/** Returns the reports on a line, and a further one where some are not shown. */
function reportsOn(line: UserLine, source: LineSource, placeholders: readonly Placeholder[]): CodedReport[] {
  const reports: CodedReport[] = []
  const cut: string[] = []
  let tries = Math.ceil(MOST_REREAD / (line.end + 1))
  for (const check of checksFor(line, source.text, placeholders)) {
    if (check.needsAllRules === true && line.unread > 0) continue
    const found = check.check(line)
    if (found.length === 0) continue
    let shown = 0
    for (const [nth, { message, hint, from, to, severity, fixes, group }] of found.entries()) {
      if (placeholders.length > 0 && aboutWriting.has(check.about) && isWithin({ from, to }, placeholders)) continue
      if (++shown > MOST_OF_A_CODE) continue
      const fixable = (typeof fixes === 'function' || fixes.length > 0) && tries-- > 0
      reports.push(new CachedReport(source, check, nth, fixable, message, hint, from, to, severity, group))
    }
    if (shown > MOST_OF_A_CODE) cut.push(`${check.code} ${withCommas(shown)} times`)
  }
  const limits = limitsOf(line, cut)
  if (limits !== null)
    reports.push(new CachedReport(source, partlyChecked, -1, false, limits, null, line.name.from, line.name.to, 'info'))
  return reports
}

/** Returns sentences on what was not checked or not shown on a line; null where nothing was left out. */
function limitsOf({ rules, unread }: UserLine, cut: readonly string[]): string | null {
  const many = rules > MOST_RULES
  const limits = [
    ...(many ? [`This line has ${withCommas(rules)} rules: the first ${MOST_RULES} were checked one by one.`] : []),
    ...(unread > 0 && !many
      ? [
          `${unread} of the rules of this line ${unread === 1 ? 'has' : 'have'} more than ${withCommas(LONGEST_RULE)} characters and ${unread === 1 ? 'was' : 'were'} not checked.`,
        ]
      : []),
    ...(cut.length > 0 ? [`Here are ${cut.join(', ')}: the first ${MOST_OF_A_CODE} of each are shown.`] : []),
  ]
  return limits.length === 0 ? null : limits.join(' ')
}

/** The check whose code reports that a limit above was reached. */
export const partlyChecked: LineCheck = { code: 'partly-checked', severity: 'info', check: () => [] }

/** Checks a line, by all checks that apply to it. */
export function checkLine(text: string, users: Users, target: Target, client: ClientId | null): CheckedLine {
  if (text.trim() === '') return { ...none, text, isComment: false }
  const source = new LineSource(text, users, target, client)
  const line = source.read()
  if (line === null) return { ...none, text, isComment: /^\s*#/.test(text) }
  const placeholders = placeholdersIn(text)
  const reports = reportsOn(line, source, placeholders)
  const { user } = line
  return {
    text,
    name: { text: line.name.text, from: line.name.from, to: line.name.to },
    isComment: false,
    reports,
    passwords: passwordsOf(line).filter((place) => !isWithin(place, placeholders)),
    greeting: refusedGreeting(line),
    functions: functionUse(line),
    end: line.end,
    // The intent of a rejected line is unknown.
    mayChangeUsers:
      user === null ||
      (user.enabled &&
        (user.nopass || user.passwords.length > 0) &&
        userAllows(line, changing[line.target.behaviours.hasSubcommandRules ? 'subcommands' : 'whole']).length > 0),
    isAsSaved: user === null ? null : looksSaved(text, line) && user.describe() === fromText(text.trim()),
  }
}

/**
 * Returns the reports of a line that are not muted. A weak password in plain text is one diagnostic: `weak-password`
 * mentions both, and `plaintext-password` is shown only where that is muted.
 */
export function shownReports({ reports, name }: CheckedLine, isSilenced: IsSilenced): readonly CodedReport[] {
  if (reports.length === 0) return reports
  const shown =
    isSilenced === neverSilenced ? reports : reports.filter(({ code }) => !isSilenced(code, name?.text ?? null))
  if (!shown.some(({ code }) => code === 'weak-password')) return shown
  const weak = new Set(shown.flatMap(({ code, from }) => (code === 'weak-password' ? [from] : [])))
  return shown.filter(({ code, from }) => code !== 'plaintext-password' || !weak.has(from))
}

const changing = { subcommands: ['acl|setuser', 'acl|setrole', 'acl|load'], whole: ['acl'] } as const

/**
 * Returns false for lines that no server prints: servers always print +@all or -@all, and the sanitize-payload flag
 * where they have it. Cheaper than printing the user.
 */
function looksSaved(text: string, { target, user }: UserLine): boolean {
  return (
    text.includes('@all') &&
    (!target.behaviours.printsSanitizePayload || user?.sanitize === null || text.includes('sanitize-payload'))
  )
}

/** The number of passwords of a line that are compared with those of others: hashing is slow. */
const MOST_PASSWORDS = 50

function passwordsOf(line: UserLine): PasswordPlace[] {
  if (line.user === null || line.user.passwords.length === 0) return []
  return tokensOf(line, 0)
    .filter(isPassword)
    .slice(0, MOST_PASSWORDS)
    .flatMap(({ parsed, from, to }) => {
      const hash = addedPassword(parsed)
      return hash === null ? [] : [{ hash, from, to }]
    })
}
