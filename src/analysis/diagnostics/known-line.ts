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

/** All that is kept of a line of users.acl: what was said of it, and what checks of the whole file look at. Places are in the line. */
export interface KnownLine {
  readonly text: string
  /** Null where it is no `user` line. */
  readonly name: { readonly text: Bytes; readonly from: number; readonly to: number } | null
  readonly isComment: boolean
  readonly reports: readonly CodedReport[]
  readonly passwords: readonly PasswordPlace[]
  /** Commands that client libraries greet with and that this user is refused. */
  readonly greeting: readonly string[]
  /** What this user has to do with functions; null where it is nothing. */
  readonly functions: FunctionUse | null
  /** Where rules can be added. */
  readonly end: number
  /** Whether somebody can log in as this user and change users: by ACL SETUSER or ACL LOAD. */
  readonly mayChangeUsers: boolean
  /** Whether ACL SAVE would write the line as it stands. */
  readonly isAsSaved: boolean
}

const none: Omit<KnownLine, 'text' | 'isComment'> = {
  name: null,
  reports: [],
  passwords: [],
  greeting: [],
  functions: null,
  end: 0,
  mayChangeUsers: false,
  isAsSaved: true,
}

/** A line's text and what it takes to read it again. Lines as read are not kept: there are thousands of them, and most are looked at once. */
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

  /** The reports of a check once more. Those of one line are mostly asked for one after the other. */
  #again(diagnostics: LineCheck): LastRead {
    if (lastRead?.source !== this) lastRead = { source: this, line: this.read(), said: new Map() }
    if (lastRead.line !== null && !lastRead.said.has(diagnostics))
      lastRead.said.set(diagnostics, diagnostics.check(lastRead.line))
    return lastRead
  }

  /** The fixes of one report of a check, tried. Most fixes of a large file are never looked at: they are made and tried when they are. */
  fixes(diagnostics: LineCheck, nth: number): readonly Fix[] {
    const { line, said } = this.#again(diagnostics)
    if (line === null) return []
    const fixes = said.get(diagnostics)?.[nth]?.fixes ?? []
    return tried(line, typeof fixes === 'function' ? fixes() : fixes, this)
  }
}

/** The line whose fixes were looked at last. */
interface LastRead {
  readonly source: LineSource
  readonly line: UserLine | null
  readonly said: Map<LineCheck, readonly Report[]>
}

let lastRead: LastRead | null = null

/** Diagnostics of one code that a line shows. */
const MOST_OF_A_CODE = 20
/** Characters that may be read again to try the fixes of a line: those of the first diagnostics are tried, the others have none. */
const MOST_REREAD = 10_000
/** Steps of comparing patterns that trying one fix may take. */
const STEPS_A_FIX = 5_000

/** A report as it is kept. */
class CachedReport implements CodedReport {
  readonly #source: LineSource
  readonly #diagnostics: LineCheck
  /** Which of the check’s reports on the line this is; -1 where there is nothing to fix. */
  readonly #nth: number
  readonly #ownSeverity: Diagnostic['severity'] | undefined

  constructor(
    source: LineSource,
    diagnostics: LineCheck,
    nth: number,
    readonly message: string,
    readonly hint: string | null,
    readonly from: number,
    readonly to: number,
    ownSeverity: Diagnostic['severity'] | undefined,
    readonly group?: string | undefined,
  ) {
    this.#source = source
    this.#diagnostics = diagnostics
    this.#nth = nth
    this.#ownSeverity = ownSeverity
  }

  get code(): string {
    return this.#diagnostics.code
  }
  get severity(): Diagnostic['severity'] {
    return this.#ownSeverity ?? this.#diagnostics.severity
  }
  get fixes(): readonly Fix[] {
    return this.#nth < 0 ? [] : this.#source.fixes(this.#diagnostics, this.#nth)
  }
}

/** `app:*`, `a.b:*`, and `*`: what most patterns look like. */
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

/** The entries of the catalogue that can have something to say of a line: few lists, as most lines have much the same subjects. */
function diagnosticsFor(line: UserLine, text: string): readonly LineCheck[] {
  const has = subjectsOf(line, text)
  let asked = bySubjects.get(has)
  if (asked === undefined)
    bySubjects.set(
      has,
      (asked = catalogue.filter(({ about }) => about === undefined || (has & subjectBits[about]) !== 0)),
    )
  return asked
}

/** Checks on how a password or a pattern is written: of no use for one that is yet to be filled in. */
const aboutWriting: ReadonlySet<Subject | undefined> = new Set<Subject>(['plain', 'oddPatterns', 'quotes'])

const isWithin = (
  { from, to }: { readonly from: number; readonly to: number },
  places: readonly Placeholder[],
): boolean => places.some((place) => place.from < to && from < place.to)

/** The diagnostics of a line, and, where there are more than are shown, one that says so. */
function reportsOn(line: UserLine, source: LineSource, placeholders: readonly Placeholder[]): CodedReport[] {
  const reports: CodedReport[] = []
  const cut: string[] = []
  let tries = Math.ceil(MOST_REREAD / (line.end + 1))
  for (const diagnostics of diagnosticsFor(line, source.text)) {
    if (diagnostics.needsAllRules === true && line.unread > 0) continue
    const said = diagnostics.check(line)
    if (said.length === 0) continue
    let shown = 0
    for (const [nth, { message, hint, from, to, severity, fixes, group }] of said.entries()) {
      if (placeholders.length > 0 && aboutWriting.has(diagnostics.about) && isWithin({ from, to }, placeholders))
        continue
      if (++shown > MOST_OF_A_CODE) continue
      const fixable = (typeof fixes === 'function' || fixes.length > 0) && tries-- > 0
      reports.push(new CachedReport(source, diagnostics, fixable ? nth : -1, message, hint, from, to, severity, group))
    }
    if (shown > MOST_OF_A_CODE) cut.push(`${diagnostics.code} ${shown.toLocaleString('en')} times`)
  }
  const limits = limitsOf(line, cut)
  if (limits !== null)
    reports.push(new CachedReport(source, partlyChecked, -1, limits, null, line.name.from, line.name.to, 'info'))
  return reports
}

/** What was left out of the diagnostics of a line, in sentences; null where nothing was. */
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

/** What stands for the limits above in a list of diagnostics. */
const partlyChecked: LineCheck = { code: 'partly-checked', severity: 'info', check: () => [] }

/** Looks at a line: every entry of the catalogue that can have something to say of it is asked. */
export function knowLine(text: string, users: Users, target: Target, client: ClientId | null): KnownLine {
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
    // A line that the server refuses may be meant so.
    mayChangeUsers:
      user === null ||
      (user.enabled &&
        (user.nopass || user.passwords.length > 0) &&
        userAllows(line, changing[line.target.behaviours.hasSubcommandRules ? 'subcommands' : 'whole']).length > 0),
    isAsSaved: user === null || (looksSaved(text, line) && user.describe() === fromText(text.trim())),
  }
}

/**
 * The diagnostics of a line that are shown. A weak password in clear is one diagnostic: `weak-password` mentions both, and
 * `plaintext-password` is shown where that one is silenced.
 */
export function shownReports({ reports, name }: KnownLine, isSilenced: IsSilenced): CodedReport[] {
  const shown = reports.filter(({ code }) => !isSilenced(code, name?.text ?? null))
  const weak = new Set(shown.flatMap(({ code, from }) => (code === 'weak-password' ? [from] : [])))
  return weak.size === 0 ? shown : shown.filter(({ code, from }) => code !== 'plaintext-password' || !weak.has(from))
}

const changing = { subcommands: ['acl|setuser', 'acl|load'], whole: ['acl'] } as const

/** What a server prints always names one of +@all and -@all, and how payloads are treated where it prints that. */
function looksSaved(text: string, { target, user }: UserLine): boolean {
  return (
    text.includes('@all') &&
    (!target.behaviours.printsSanitizePayload || user?.sanitize === null || text.includes('sanitize-payload'))
  )
}

/** Passwords of a line that are compared with those of others: hashing takes its time. */
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

/** Whether all that a fix does is to add rules at the end of the line, and all of them are accepted: the common case, and quick to try. */
function isAppended(line: UserLine, user: User, { edits, safe }: Fix): boolean {
  const [edit] = edits
  if (safe === true || edits.length !== 1 || edit === undefined || edit.from !== line.end || edit.to !== line.end)
    return false
  const copy = user.copy()
  return edit.insert.split(' ').every((rule) => copy.apply(fromText(rule)) === null)
}

/** Whether a change lets somebody in whom its label does not speak of: taking one rule away can bring an earlier one back. */
function opens(before: User, after: User, label: string): boolean {
  if (after.nopass && !before.nopass) return true
  return (
    !label.includes('password') &&
    after.passwords.some(({ hash }) => before.passwords.every((known) => known.hash !== hash))
  )
}

/** The fixes that hold: a line that the server accepts must stay accepted, and one that is marked safe must change nothing. */
function tried(line: UserLine, fixes: readonly Fix[], { text, users }: LineSource): readonly Fix[] {
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

/** States that the proof of one fix may visit. */
const STATES_A_FIX = 5_000

/** Tells whether two users surely log in with the same and may do the same: by a quick look, else by proof. */
function isSame(before: User, after: User, target: Target): boolean {
  if (!logInAlike(before, after)) return false
  if (sameEffect(before, after, { left: STEPS_A_FIX })) return true
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
