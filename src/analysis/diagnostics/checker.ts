import { fromText, type Bytes } from '../../acl/bytes'
import type { Users } from '../../acl/users'
import type { Target } from '../../targets/target'
import type { Edit, Diagnostic, Fix } from '../diagnostic'
import { roleLinesIn, withRoles } from '../role-lines'
import type { ClientId } from './clients'
import type { AclText, FileReport, PlacedLine } from './file/acl-file'
import { fileCatalogue } from './file/catalogue'
import { GroupedDiagnostics, type UserDiagnostic } from './grouped'
import { AlikeLines } from './alike-lines'
import { shownReports, type CodedReport, type CheckedLine } from './checked-line'
import { withSafeFixes } from './safe-fixes'
import { allDiagnostics, clientOf, silencer, type DiagnosticSettings, type IsSilenced } from './settings'

export { type DiagnosticSettings } from './settings'

/** The number of lines checked in one step, which takes a few milliseconds. */
const STEP = 50

/**
 * Checks users.acl files of one target. Caches the reports on a line by its text, so that after an edit only changed
 * lines are checked again. `users` defines the target's defaults for a new user and is not modified.
 */
export class Checker {
  #lines: readonly PlacedLine[] = []
  #settings = allDiagnostics
  #alike: AlikeLines
  /** The lines of roles, on which the reports on all lines depend. */
  #roles = ''
  readonly #users: Users
  readonly #target: Target

  constructor(users: Users, target: Target) {
    this.#alike = new AlikeLines(users, target)
    this.#users = users
    this.#target = target
  }

  /** Returns all diagnostics on a file, in line order. Never throws. */
  diagnose(text: string, settings: DiagnosticSettings = allDiagnostics): Diagnostic[] {
    const steps = this.diagnoseInSteps(text, settings)
    for (;;) {
      const step = steps.next()
      if (step.done) return step.value
    }
  }

  /**
   * Checks like `diagnose`, but yields every 50 lines, so that callers can do other work in between. Stop iterating to
   * cancel.
   */
  *diagnoseInSteps(text: string, settings: DiagnosticSettings = allDiagnostics): Generator<undefined, Diagnostic[]> {
    if (settings !== this.#settings) this.#startOver(settings)
    this.#readRoles(text)
    const lines = yield* this.#read(text, clientOf(settings))
    const isSilenced = silencer(settings)
    const ofFile = diagnoseFile({ text, target: this.#target, lines, client: clientOf(settings), isSilenced })
    const diagnostics = new GroupedDiagnostics()
    for (const line of lines) {
      for (const diagnostic of ofFile.get(line.number) ?? none) diagnostics.add(diagnostic)
      for (const diagnostic of (line.diagnostics ??= diagnoseLine(line, isSilenced))) diagnostics.addOfUser(diagnostic)
    }
    return diagnostics.finish()
  }

  /** Returns the file with all safe fixes applied: log-ins and permissions of every user stay the same. */
  fixAll(text: string, settings: DiagnosticSettings = allDiagnostics): string {
    return withSafeFixes(text, (one) => this.diagnose(one, settings))
  }

  /** Parses the roles of a file, which its users hold. Where they changed, every line is checked again. */
  #readRoles(text: string): void {
    const roles = this.#target.behaviours.hasRoles ? roleLinesIn(text).join('\n') : ''
    if (roles === this.#roles) return
    this.#roles = roles
    this.#lines = []
    this.#alike = new AlikeLines(withRoles(this.#users, fromText(roles)), this.#target)
  }

  #startOver(settings: DiagnosticSettings): void {
    this.#lines =
      clientOf(settings) === clientOf(this.#settings) ? this.#lines.map((line) => ({ ...line, diagnostics: null })) : []
    this.#settings = settings
  }

  /** Parses and checks the lines of a text. Reuses the results of unchanged lines at its start and end. */
  *#read(text: string, client: ClientId | null): Generator<undefined, readonly PlacedLine[]> {
    const old = this.#lines
    const texts = text.split('\n')
    const most = Math.min(old.length, texts.length)
    let head = 0
    while (head < most && old[head]?.checked.text === texts[head]) head++
    let tail = 0
    while (tail < most - head && old[old.length - 1 - tail]?.checked.text === texts[texts.length - 1 - tail]) tail++
    const changed = new Map<string, CheckedLine>()
    for (let i = head; i < old.length - tail; i++) {
      const checked = old[i]?.checked
      if (checked !== undefined) changed.set(checked.text, checked)
    }
    const lines = old.slice(0, head)
    let from = endOf(lines.at(-1))
    const put = (checked: CheckedLine): void => {
      lines.push({ checked, number: lines.length + 1, from, diagnostics: null })
      from += checked.text.length + 1
    }
    for (let i = head; i < texts.length - tail; i++) {
      const one = texts[i] ?? ''
      // A substring keeps its parent string alive: without the copy, a line of each version of a file being typed
      // would hold that version.
      const known = changed.size === 0 ? undefined : changed.get(one)
      put(known ?? this.#alike.check(old.length === 0 ? one : structuredClone(one), client))
      if ((i - head) % STEP === STEP - 1) {
        // If iteration stops here, the next text is compared with the lines checked so far.
        this.#lines = lines
        yield
      }
    }
    for (const { checked } of old.slice(old.length - tail)) put(checked)
    this.#lines = lines
    return lines
  }
}

/** Returns the offset of the start of the next line. */
function endOf(line: PlacedLine | undefined): number {
  return line === undefined ? 0 : line.from + line.checked.text.length + 1
}

/** Returns the diagnostics of checks of the whole file, by line number. */
function diagnoseFile(file: AclText): ReadonlyMap<number, readonly Diagnostic[]> {
  const byLine = new Map<number, Diagnostic[]>()
  for (const { code, severity, check } of fileCatalogue) {
    for (const report of check(file)) {
      const { line, user } = report
      if (file.isSilenced(code, user)) continue
      const same = byLine.get(line)
      const diagnostic = new FileDiagnostic(report, code, report.severity ?? severity)
      if (same === undefined) byLine.set(line, [diagnostic])
      else same.push(diagnostic)
    }
  }
  return byLine
}

const none: readonly UserDiagnostic[] = []

function diagnoseLine({ checked, number, from }: PlacedLine, isSilenced: IsSilenced): readonly UserDiagnostic[] {
  if (checked.reports.length === 0) return none
  const user = checked.name?.text ?? ''
  return shownReports(checked, isSilenced).map((report) => new PlacedDiagnostic(report, number, from, user))
}

/** A report of a check of the whole file. */
class FileDiagnostic implements Diagnostic {
  readonly #report: FileReport

  constructor(
    report: FileReport,
    readonly code: string,
    readonly severity: Diagnostic['severity'],
  ) {
    this.#report = report
  }

  get message(): string {
    return this.#report.message
  }
  get hint(): string | null {
    return this.#report.hint
  }
  get span(): Diagnostic['span'] {
    const { line, from, to } = this.#report
    return { source: 'users.acl', line, from, to }
  }
  get fixes(): readonly Fix[] {
    return this.#report.fixes
  }
}

/** A report moved to its position in the file. */
class PlacedDiagnostic implements UserDiagnostic {
  #fixes: readonly Fix[] | null = null
  readonly #report: CodedReport
  readonly #line: number
  readonly #by: number

  constructor(
    report: CodedReport,
    line: number,
    by: number,
    readonly user: Bytes,
  ) {
    this.#report = report
    this.#line = line
    this.#by = by
  }

  get code(): string {
    return this.#report.code
  }
  get severity(): Diagnostic['severity'] {
    return this.#report.severity
  }
  get group(): string | undefined {
    return this.#report.group
  }
  get message(): string {
    return this.#report.message
  }
  get hint(): string | null {
    return this.#report.hint
  }
  get span(): Diagnostic['span'] {
    return { source: 'users.acl', line: this.#line, from: this.#report.from + this.#by, to: this.#report.to + this.#by }
  }
  get fixes(): readonly Fix[] {
    return (this.#fixes ??= this.makeFixes())
  }

  makeFixes(): readonly Fix[] {
    return this.#by === 0 ? this.#report.fixes : this.#report.fixes.map((fix) => movedFix(fix, this.#by))
  }
}

function movedFix({ label, edits, safe }: Fix, by: number): Fix {
  const moved = edits.map(({ from, to, insert }): Edit => ({ from: from + by, to: to + by, insert }))
  return safe === true ? { label, edits: moved, safe } : { label, edits: moved }
}
