import { fromText } from '../../acl/bytes'
import type { User, Users } from '../../acl/users'
import type { Target } from '../../targets/target'
import { beyond } from '../../proof/users'
import type { Subject as ProofSubject } from '../../proof/permissions'
import { applyFix, type Diagnostic, type Fix } from '../diagnostic'
import type { ClientId } from './clients'
import { logInAlike, sameEffect } from './effects'
import { readUserLine, type LineCheck, type Report, type UserLine } from './line'
import { offsetIn, type WordPosition } from './line-shape'

export interface CodedReport extends Report {
  readonly code: string
  readonly severity: Diagnostic['severity']
  readonly fixes: readonly Fix[]
}

/**
 * A line's text and all that is needed to parse it again. Parsed lines are not cached: there are thousands of them, and
 * most are used once.
 */
export class LineSource {
  constructor(
    readonly text: string,
    readonly users: Users,
    readonly target: Target,
    readonly client: ClientId | null,
  ) {}

  read(): UserLine | null {
    return readUserLine(this.text, this.users, this.target, this.client)
  }

  /** Runs a check again. Caches the last parsed line, since what is needed of one line is mostly requested together. */
  #rerun(check: LineCheck): LastRead {
    if (lastRead?.source !== this) lastRead = { source: this, line: this.read(), reports: new Map() }
    if (lastRead.line !== null && !lastRead.reports.has(check)) lastRead.reports.set(check, check.check(lastRead.line))
    return lastRead
  }

  /** Returns one report of a check. */
  report(check: LineCheck, nth: number): Report | undefined {
    return this.#rerun(check).reports.get(check)?.[nth]
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

/** The line whose checks ran again last, with its reports by check. */
interface LastRead {
  readonly source: LineSource
  readonly line: UserLine | null
  readonly reports: Map<LineCheck, readonly Report[]>
}

let lastRead: LastRead | null = null

/** The limit of states when the patterns of a fixed line are compared, before a proof is tried. */
const STATES_A_LOOK = 100

/** A cached report, whose fixes are computed on demand. */
export class CachedReport implements CodedReport {
  readonly #source: LineSource
  readonly #ownSeverity: Diagnostic['severity'] | undefined

  /**
   * @param nth the index among the check’s reports on the line
   * @param isFixable false where fixes are not to be computed
   */
  constructor(
    source: LineSource,
    readonly check: LineCheck,
    readonly nth: number,
    readonly isFixable: boolean,
    readonly message: string,
    readonly hint: string | null,
    readonly from: number,
    readonly to: number,
    ownSeverity: Diagnostic['severity'] | undefined,
    readonly group?: string | undefined,
  ) {
    this.#source = source
    this.#ownSeverity = ownSeverity
  }

  get code(): string {
    return this.check.code
  }
  get severity(): Diagnostic['severity'] {
    return this.#ownSeverity ?? this.check.severity
  }
  get fixes(): readonly Fix[] {
    return this.isFixable ? this.#source.fixes(this.check, this.nth) : []
  }
}

/** The same report on another line of the same shape. Its position and texts are computed on demand. */
export class AlikeReport implements CodedReport {
  readonly #source: LineSource
  readonly #model: CachedReport
  readonly #range: WordRange
  #texts: Pick<Report, 'message' | 'hint'> | null = null

  constructor(source: LineSource, model: CachedReport, range: WordRange) {
    this.#source = source
    this.#model = model
    this.#range = range
  }

  #read(): Pick<Report, 'message' | 'hint'> {
    if (this.#texts === null) {
      const { message, hint } = this.#source.report(this.#model.check, this.#model.nth) ?? this.#model
      this.#texts = { message, hint }
    }
    return this.#texts
  }

  get code(): string {
    return this.#model.code
  }
  get severity(): Diagnostic['severity'] {
    return this.#model.severity
  }
  get group(): string | undefined {
    return this.#model.group
  }
  get message(): string {
    return this.#read().message
  }
  get hint(): string | null {
    return this.#read().hint
  }
  get from(): number {
    return offsetIn(this.#source.text, this.#range.from)
  }
  get to(): number {
    return offsetIn(this.#source.text, this.#range.to)
  }
  get fixes(): readonly Fix[] {
    return this.#model.isFixable ? this.#source.fixes(this.#model.check, this.#model.nth) : []
  }
}

/** A range of a line by its words. */
export interface WordRange {
  readonly from: WordPosition
  readonly to: WordPosition
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
