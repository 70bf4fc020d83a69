import type { Bytes } from '../../acl/bytes'
import type { Users } from '../../acl/users'
import type { Target } from '../../targets/target'
import type { Edit, Diagnostic, Fix } from '../diagnostic'
import type { ClientId } from './clients'
import type { AclText, PlacedLine } from './file/acl-file'
import { fileCatalogue } from './file/catalogue'
import { GroupedDiagnostics, type UserDiagnostic } from './grouped'
import { knowLine, shownReports, type CodedReport, type KnownLine } from './known-line'
import { withSafeFixes } from './safe-fixes'
import { allDiagnostics, clientOf, silencer, type DiagnosticSettings, type IsSilenced } from './settings'

export { allDiagnostics, type DiagnosticSettings } from './settings'
export { clientIds, clients, type ClientId } from './clients'

/** Lines that are looked at in one step: a few milliseconds' worth. */
const STEP = 50

/**
 * Diagnoses on users.acl files of one target. Keeps what it said of a line by the line's text, so that after an edit
 * only lines that changed are looked at. `users` gives the target's rules for a new user and is not changed.
 */
export class Checker {
  #lines: readonly PlacedLine[] = []
  #settings = allDiagnostics
  readonly #users: Users
  readonly #target: Target

  constructor(users: Users, target: Target) {
    this.#users = users
    this.#target = target
  }

  /** All diagnostics on a file, in the order of its lines. Never throws. */
  diagnose(text: string, settings: DiagnosticSettings = allDiagnostics): Diagnostic[] {
    const steps = this.diagnoseInSteps(text, settings)
    for (;;) {
      const step = steps.next()
      if (step.done) return step.value
    }
  }

  /** The same, a few lines at a time: whoever has something else to do meanwhile goes on when it likes, or, once other diagnostics were asked for, never. */
  *diagnoseInSteps(text: string, settings: DiagnosticSettings = allDiagnostics): Generator<undefined, Diagnostic[]> {
    if (settings !== this.#settings) this.#startOver(settings)
    const lines = yield* this.#read(text, clientOf(settings))
    const isSilenced = silencer(settings)
    const ofFile = diagnoseFile({ text, target: this.#target, lines, client: clientOf(settings), isSilenced })
    const diagnostics = new GroupedDiagnostics()
    for (const line of lines) {
      for (const diagnostic of ofFile.get(line.number) ?? []) diagnostics.add(diagnostic)
      for (const diagnostic of (line.diagnostics ??= diagnoseLine(line, isSilenced))) diagnostics.addOfUser(diagnostic)
    }
    return diagnostics.finish()
  }

  /** The file with all safe fixes applied: every user may do, and logs in with, the same as before. */
  fixAll(text: string, settings: DiagnosticSettings = allDiagnostics): string {
    return withSafeFixes(text, (one) => this.diagnose(one, settings))
  }

  #startOver(settings: DiagnosticSettings): void {
    this.#lines =
      clientOf(settings) === clientOf(this.#settings) ? this.#lines.map((line) => ({ ...line, diagnostics: null })) : []
    this.#settings = settings
  }

  /** The lines of a text. Those at the start and at the end that are as they were keep what is known of them. */
  *#read(text: string, client: ClientId | null): Generator<undefined, readonly PlacedLine[]> {
    const old = this.#lines
    const texts = text.split('\n')
    const most = Math.min(old.length, texts.length)
    let head = 0
    while (head < most && old[head]?.known.text === texts[head]) head++
    let tail = 0
    while (tail < most - head && old[old.length - 1 - tail]?.known.text === texts[texts.length - 1 - tail]) tail++
    const changed = new Map(old.slice(head, old.length - tail).map(({ known }) => [known.text, known]))
    const lines = old.slice(0, head)
    let from = endOf(lines.at(-1))
    const put = (known: KnownLine): void => {
      lines.push({ known, number: lines.length + 1, from, diagnostics: null })
      from += known.text.length + 1
    }
    for (const [i, one] of texts.slice(head, texts.length - tail).entries()) {
      // A part of a string keeps the whole in memory: of every version of a file that is being typed, one line would.
      put(
        changed.get(one) ?? knowLine(old.length === 0 ? one : structuredClone(one), this.#users, this.#target, client),
      )
      if (i % STEP === STEP - 1) {
        // Should nobody go on from here, the next text is compared with what was read of this one.
        this.#lines = lines
        yield
      }
    }
    for (const { known } of old.slice(old.length - tail)) put(known)
    this.#lines = lines
    return lines
  }
}

/** Where the line after it starts. */
function endOf(line: PlacedLine | undefined): number {
  return line === undefined ? 0 : line.from + line.known.text.length + 1
}

/** What is said of the whole file, by line. */
function diagnoseFile(file: AclText): ReadonlyMap<number, readonly Diagnostic[]> {
  const byLine = new Map<number, Diagnostic[]>()
  for (const { code, severity, check } of fileCatalogue) {
    for (const { line, user, ...report } of check(file)) {
      if (file.isSilenced(code, user)) continue
      const same = byLine.get(line)
      const diagnostic = new PlacedDiagnostic({ severity, ...report, code }, line, 0, user ?? '')
      if (same === undefined) byLine.set(line, [diagnostic])
      else same.push(diagnostic)
    }
  }
  return byLine
}

function diagnoseLine({ known, number, from }: PlacedLine, isSilenced: IsSilenced): UserDiagnostic[] {
  const user = known.name?.text ?? ''
  return shownReports(known, isSilenced).map((report) => new PlacedDiagnostic(report, number, from, user))
}

/** A report in its place in the file. */
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
    return (this.#fixes ??=
      this.#by === 0 ? this.#report.fixes : this.#report.fixes.map((fix) => movedFix(fix, this.#by)))
  }
}

function movedFix({ label, edits, safe }: Fix, by: number): Fix {
  const moved = edits.map(({ from, to, insert }): Edit => ({ from: from + by, to: to + by, insert }))
  return safe === true ? { label, edits: moved, safe } : { label, edits: moved }
}
