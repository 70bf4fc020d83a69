import { fromText, type Bytes } from '../../acl/bytes'
import { addedPassword } from '../../acl/password'
import type { User, Users } from '../../acl/users'
import type { Target } from '../../targets/target'
import { applyFix, type Diagnostic, type Fix } from '../diagnostic'
import { catalogue } from './catalogue'
import { refusedGreeting } from './client-handshake'
import type { ClientId } from './clients'
import { beyond } from '../../proof/users'
import type { Subject as ProofSubject } from '../../proof/permissions'
import { logInAlike, sameEffect } from './effects'
import { isPassword, tokensOf, userAllows } from './facts'
import { functionUse, type FunctionUse } from './function-use'
import {
  LONGEST_RULE,
  MOST_RULES,
  readUserLine,
  type LineCheck,
  type Report,
  type Subject,
  type UserLine,
} from './line'
import { placeholdersIn, type Placeholder } from '../placeholder'
import type { IsSilenced } from './settings'

export interface CodedReport extends Report {
  readonly code: string
  readonly severity: Diagnostic['severity']
  readonly fixes: readonly Fix[]
}

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
  /** True where ACL SAVE would write the line unchanged. */
  readonly isAsSaved: boolean
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

/**
 * A line's text and all that is needed to parse it again. Parsed lines are not cached: there are thousands of them, and
 * most are used once.
 */
class LineSource {
  constructor(
    readonly text: string,
    readonly users: Users,
    readonly target: Target,
    readonly client: ClientId | null,
  ) {}

  read(): UserLine | null {
    return readUserLine(this.text, this.users, this.target, this.client)
  }

  /** Runs a check again. Caches the last parsed line, since fixes of one line are mostly requested together. */
  #rerun(check: LineCheck): LastRead {
    if (lastRead?.source !== this) lastRead = { source: this, line: this.read(), reports: new Map() }
    if (lastRead.line !== null && !lastRead.reports.has(check)) lastRead.reports.set(check, check.check(lastRead.line))
    return lastRead
  }

  /**
   * Returns the verified fixes of one report. Fixes are created and verified on demand: most fixes of a large file are
   * never displayed.
   */
  fixes(check: LineCheck, nth: number): readonly Fix[] {
    const { line, reports } = this.#rerun(check)
    if (line === null) return []
    const fixes = reports.get(check)?.[nth]?.fixes ?? []
    return verified(line, typeof fixes === 'function' ? fixes() : fixes, this)
  }
}

/** The line whose fixes were requested last, with its reports by check. */
interface LastRead {
  readonly source: LineSource
  readonly line: UserLine | null
  readonly reports: Map<LineCheck, readonly Report[]>
}

let lastRead: LastRead | null = null

/** The maximum number of diagnostics of one code on a line. */
const MOST_OF_A_CODE = 20
/** The maximum number of characters parsed to verify the fixes of a line: diagnostics beyond it have no fixes. */
const MOST_REREAD = 10_000
/** The limit of states when the patterns of a fixed line are compared, before a proof is tried. */
const STATES_A_LOOK = 100

/** A cached report, whose fixes are computed on demand. */
class CachedReport implements CodedReport {
  readonly #source: LineSource
  readonly #check: LineCheck
  /** The index among the check’s reports on the line; -1 where it has no fixes. */
  readonly #nth: number
  readonly #ownSeverity: Diagnostic['severity'] | undefined

  constructor(
    source: LineSource,
    check: LineCheck,
    nth: number,
    readonly message: string,
    readonly hint: string | null,
    readonly from: number,
    readonly to: number,
    ownSeverity: Diagnostic['severity'] | undefined,
    readonly group?: string | undefined,
  ) {
    this.#source = source
    this.#check = check
    this.#nth = nth
    this.#ownSeverity = ownSeverity
  }

  get code(): string {
    return this.#check.code
  }
  get severity(): Diagnostic['severity'] {
    return this.#ownSeverity ?? this.#check.severity
  }
  get fixes(): readonly Fix[] {
    return this.#nth < 0 ? [] : this.#source.fixes(this.#check, this.#nth)
  }
}

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

function subjectsOf({ plain, patterns, selectors, target, client, user }: UserLine, text: string): number {
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
    (placeholdersIn(text).length > 0 ? subjectBits.placeholders : 0)
  )
}

const bySubjects = new Map<number, readonly LineCheck[]>()

/** Returns the checks that apply to a line, memoized by its subjects: most lines have the same few. */
function checksFor(line: UserLine, text: string): readonly LineCheck[] {
  const has = subjectsOf(line, text)
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
  for (const check of checksFor(line, source.text)) {
    if (check.needsAllRules === true && line.unread > 0) continue
    const found = check.check(line)
    if (found.length === 0) continue
    let shown = 0
    for (const [nth, { message, hint, from, to, severity, fixes, group }] of found.entries()) {
      if (placeholders.length > 0 && aboutWriting.has(check.about) && isWithin({ from, to }, placeholders)) continue
      if (++shown > MOST_OF_A_CODE) continue
      const fixable = (typeof fixes === 'function' || fixes.length > 0) && tries-- > 0
      reports.push(new CachedReport(source, check, fixable ? nth : -1, message, hint, from, to, severity, group))
    }
    if (shown > MOST_OF_A_CODE) cut.push(`${check.code} ${shown.toLocaleString('en')} times`)
  }
  const limits = limitsOf(line, cut)
  if (limits !== null)
    reports.push(new CachedReport(source, partlyChecked, -1, limits, null, line.name.from, line.name.to, 'info'))
  return reports
}

/** Returns sentences on what was not checked or not shown on a line; null where nothing was left out. */
function limitsOf({ rules, unread }: UserLine, cut: readonly string[]): string | null {
  const many = rules > MOST_RULES
  const limits = [
    ...(many
      ? [`This line has ${rules.toLocaleString('en')} rules: the first ${MOST_RULES} were checked one by one.`]
      : []),
    ...(unread > 0 && !many
      ? [
          `${unread} of the rules of this line ${unread === 1 ? 'has' : 'have'} more than ${LONGEST_RULE.toLocaleString('en')} characters and ${unread === 1 ? 'was' : 'were'} not checked.`,
        ]
      : []),
    ...(cut.length > 0 ? [`Here are ${cut.join(', ')}: the first ${MOST_OF_A_CODE} of each are shown.`] : []),
  ]
  return limits.length === 0 ? null : limits.join(' ')
}

/** The check whose code reports that a limit above was reached. */
const partlyChecked: LineCheck = { code: 'partly-checked', severity: 'info', check: () => [] }

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
    isAsSaved: user === null || (looksSaved(text, line) && user.describe() === fromText(text.trim())),
  }
}

/**
 * Returns the reports of a line that are not muted. A weak password in plain text is one diagnostic: `weak-password`
 * mentions both, and `plaintext-password` is shown only where that is muted.
 */
export function shownReports({ reports, name }: CheckedLine, isSilenced: IsSilenced): CodedReport[] {
  const shown = reports.filter(({ code }) => !isSilenced(code, name?.text ?? null))
  const weak = new Set(shown.flatMap(({ code, from }) => (code === 'weak-password' ? [from] : [])))
  return weak.size === 0 ? shown : shown.filter(({ code, from }) => code !== 'plaintext-password' || !weak.has(from))
}

const changing = { subcommands: ['acl|setuser', 'acl|load'], whole: ['acl'] } as const

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

/**
 * Returns true for a fix that only appends rules to the line, all of which are accepted: the common case, and fast to
 * verify.
 */
function isAppended(line: UserLine, user: User, { edits, safe }: Fix): boolean {
  const [edit] = edits
  if (safe === true || edits.length !== 1 || edit === undefined || edit.from !== line.end || edit.to !== line.end)
    return false
  const copy = user.copy()
  return edit.insert.split(' ').every((rule) => copy.apply(fromText(rule)) === null)
}

/**
 * Returns true for a change that admits more log-ins than its label says: removing a rule can restore an earlier one.
 */
function opens(before: User, after: User, label: string): boolean {
  if (after.nopass && !before.nopass) return true
  return (
    !label.includes('password') &&
    after.passwords.some(({ hash }) => before.passwords.every((other) => other.hash !== hash))
  )
}

/**
 * Returns the verified fixes. An accepted line must stay accepted; a fix marked as safe that changes permissions loses
 * the mark.
 */
function verified(line: UserLine, fixes: readonly Fix[], { text, users }: LineSource): readonly Fix[] {
  const { user } = line
  if (fixes.length === 0 || user === null) return fixes
  return fixes.flatMap((fix) => {
    if (isAppended(line, user, fix)) return [fix]
    const fixed = readUserLine(applyFix(text, fix), users, line.target, line.client)?.user ?? null
    if (fixed === null || opens(user, fixed, fix.label)) return []
    const { label, edits } = fix
    return fix.safe === true && !isSame(user, fixed, line.target) ? [{ label, edits }] : [fix]
  })
}

/** The state limit of the proof for one fix. */
const STATES_A_FIX = 5_000

/** Returns true where two users provably have the same log-ins and permissions: by a fast comparison, else by proof. */
function isSame(before: User, after: User, target: Target): boolean {
  if (!logInAlike(before, after)) return false
  if (sameEffect(before, after, { left: STATES_A_LOOK })) return true
  const subject = (user: User): ProofSubject => ({ user, target, hidden: new Set() })
  const within = (a: User, b: User): boolean => {
    const found = beyond(subject(a), subject(b), {
      first: true,
      assumeLogIn: true,
      budget: { left: STATES_A_FIX },
    })
    return found.differences.length === 0 && found.undecided.length === 0
  }
  return within(after, before) && within(before, after)
}
