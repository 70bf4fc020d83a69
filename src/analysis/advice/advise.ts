import type { Bytes } from '../../acl/bytes'
import type { Users } from '../../acl/users'
import type { Target } from '../../targets/target'
import type { Edit, Finding, Fix } from '../finding'
import type { ClientId } from './clients'
import type { AclText, PlacedLine } from './file/acl-file'
import { fileCatalogue } from './file/catalogue'
import { GroupedFindings, type UserFinding } from './grouped'
import { knowLine, shownRemarks, type CodedRemark, type KnownLine } from './known-line'
import { withSafeFixes } from './safe-fixes'
import { allAdvice, clientOf, silencer, type AdviceSettings, type IsSilenced } from './settings'

export { allAdvice, type AdviceSettings } from './settings'
export { clientIds, clients, type ClientId } from './clients'

/** Lines that are looked at in one step: a few milliseconds' worth. */
const STEP = 50

/**
 * Advises on users.acl files of one target. Keeps what it said of a line by the line's text, so that after an edit
 * only lines that changed are looked at. `users` gives the target's rules for a new user and is not changed.
 */
export class Adviser {
  #lines: readonly PlacedLine[] = []
  #settings = allAdvice
  readonly #users: Users
  readonly #target: Target

  constructor(users: Users, target: Target) {
    this.#users = users
    this.#target = target
  }

  /** All advice on a file, in the order of its lines. Never throws. */
  advise(text: string, settings: AdviceSettings = allAdvice): Finding[] {
    const steps = this.adviseInSteps(text, settings)
    for (;;) {
      const step = steps.next()
      if (step.done) return step.value
    }
  }

  /** The same, a few lines at a time: whoever has something else to do meanwhile goes on when it likes, or, once other advice was asked for, never. */
  *adviseInSteps(text: string, settings: AdviceSettings = allAdvice): Generator<undefined, Finding[]> {
    if (settings !== this.#settings) this.#startOver(settings)
    const lines = yield* this.#read(text, clientOf(settings))
    const isSilenced = silencer(settings)
    const ofFile = adviseFile({ text, target: this.#target, lines, client: clientOf(settings), isSilenced })
    const findings = new GroupedFindings()
    for (const line of lines) {
      for (const finding of ofFile.get(line.number) ?? []) findings.add(finding)
      for (const finding of (line.findings ??= adviseLine(line, isSilenced))) findings.addOfUser(finding)
    }
    return findings.finish()
  }

  /** The file with all safe fixes applied: every user may do, and logs in with, the same as before. */
  fixAll(text: string, settings: AdviceSettings = allAdvice): string {
    return withSafeFixes(text, (one) => this.advise(one, settings))
  }

  #startOver(settings: AdviceSettings): void {
    this.#lines =
      clientOf(settings) === clientOf(this.#settings) ? this.#lines.map((line) => ({ ...line, findings: null })) : []
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
      lines.push({ known, number: lines.length + 1, from, findings: null })
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
function adviseFile(file: AclText): ReadonlyMap<number, readonly Finding[]> {
  const byLine = new Map<number, Finding[]>()
  for (const { code, severity, check } of fileCatalogue) {
    for (const { line, user, ...remark } of check(file)) {
      if (file.isSilenced(code, user)) continue
      const same = byLine.get(line)
      const finding = new PlacedFinding({ severity, ...remark, code }, line, 0, user ?? '')
      if (same === undefined) byLine.set(line, [finding])
      else same.push(finding)
    }
  }
  return byLine
}

function adviseLine({ known, number, from }: PlacedLine, isSilenced: IsSilenced): UserFinding[] {
  const user = known.name?.text ?? ''
  return shownRemarks(known, isSilenced).map((remark) => new PlacedFinding(remark, number, from, user))
}

/** A remark in its place in the file. */
class PlacedFinding implements UserFinding {
  #fixes: readonly Fix[] | null = null
  readonly #remark: CodedRemark
  readonly #line: number
  readonly #by: number

  constructor(
    remark: CodedRemark,
    line: number,
    by: number,
    readonly user: Bytes,
  ) {
    this.#remark = remark
    this.#line = line
    this.#by = by
  }

  get code(): string {
    return this.#remark.code
  }
  get severity(): Finding['severity'] {
    return this.#remark.severity
  }
  get group(): string | undefined {
    return this.#remark.group
  }
  get message(): string {
    return this.#remark.message
  }
  get hint(): string | null {
    return this.#remark.hint
  }
  get span(): Finding['span'] {
    return { source: 'users.acl', line: this.#line, from: this.#remark.from + this.#by, to: this.#remark.to + this.#by }
  }
  get fixes(): readonly Fix[] {
    return (this.#fixes ??=
      this.#by === 0 ? this.#remark.fixes : this.#remark.fixes.map((fix) => movedFix(fix, this.#by)))
  }
}

function movedFix({ label, edits, safe }: Fix, by: number): Fix {
  const moved = edits.map(({ from, to, insert }): Edit => ({ from: from + by, to: to + by, insert }))
  return safe === true ? { label, edits: moved, safe } : { label, edits: moved }
}
