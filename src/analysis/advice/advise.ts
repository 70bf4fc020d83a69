import type { Users } from '../../acl/users'
import type { Target } from '../../targets/target'
import { applyFix, type Edit, type Finding, type Fix } from '../finding'
import type { ClientId } from './clients'
import type { AclText, PlacedLine } from './file/acl-file'
import { fileCatalogue } from './file/catalogue'
import { knowLine, type CodedRemark, type KnownLine } from './known-line'
import { allAdvice, clientOf, silencer, type AdviceSettings } from './settings'

export { allAdvice, type AdviceSettings } from './settings'
export { clientIds, clients, type ClientId } from './clients'

/** Rounds of fix-all: one fix may make room for another. */
const MOST_ROUNDS = 100

/**
 * Advises on users.acl files of one target. Keeps what it said of a line by the line's text, so that after an edit
 * only lines that changed are looked at. `users` gives the target's rules for a new user and is not changed.
 */
export class Adviser {
  #known = new Map<string, KnownLine>()
  #lines: readonly PlacedLine[] = []
  #settings = allAdvice

  constructor(private readonly users: Users, private readonly target: Target) {}

  /** All advice on a file, in the order of its lines. Never throws. */
  advise(text: string, settings: AdviceSettings = allAdvice): Finding[] {
    if (settings !== this.#settings) this.#startOver(settings)
    const lines = this.#read(text, clientOf(settings))
    const isSilenced = silencer(settings)
    const ofFile = adviseFile({ text, target: this.target, lines }, isSilenced)
    const findings: Finding[] = []
    for (const line of lines) {
      for (const finding of ofFile.get(line.number) ?? []) findings.push(finding)
      for (const finding of (line.findings ??= adviseLine(line, isSilenced))) findings.push(finding)
    }
    return findings
  }

  /** The file with all safe fixes applied: every user may do, and logs in with, the same as before. */
  fixAll(text: string, settings: AdviceSettings = allAdvice): string {
    let fixed = text
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const fix = together(this.advise(fixed, settings).flatMap(({ fixes }) => fixes.filter((one) => one.safe)[0] ?? []), fixed)
      if (fix === null) break
      fixed = applyFix(fixed, fix)
    }
    return fixed
  }

  #startOver(settings: AdviceSettings): void {
    if (clientOf(settings) !== clientOf(this.#settings)) this.#known = new Map<string, KnownLine>()
    this.#lines = []
    this.#settings = settings
  }

  #read(text: string, client: ClientId | null): readonly PlacedLine[] {
    const seen = new Map<string, KnownLine>()
    const lines: PlacedLine[] = []
    let from = 0
    for (const lineText of text.split('\n')) {
      let known = seen.get(lineText)
      if (known === undefined) seen.set(lineText, (known = this.#known.get(lineText) ?? knowLine(lineText, this.users, this.target, client)))
      const before = this.#lines[lines.length]
      lines.push(before?.known === known && before.from === from ? before : { known, number: lines.length + 1, from, length: lineText.length, findings: null })
      from += lineText.length + 1
    }
    this.#known = seen
    this.#lines = lines
    return lines
  }
}

type IsSilenced = ReturnType<typeof silencer>

/** What is said of the whole file, by line. */
function adviseFile(file: AclText, isSilenced: IsSilenced): ReadonlyMap<number, readonly Finding[]> {
  const byLine = new Map<number, Finding[]>()
  for (const { code, severity, check } of fileCatalogue) {
    for (const { line, user, ...remark } of check(file)) {
      if (isSilenced(code, user)) continue
      const same = byLine.get(line)
      const finding = placed({ ...remark, code, severity }, line, 0)
      if (same === undefined) byLine.set(line, [finding])
      else same.push(finding)
    }
  }
  return byLine
}

function adviseLine({ known, number, from }: PlacedLine, isSilenced: IsSilenced): Finding[] {
  const findings: Finding[] = []
  for (const remark of known.remarks) if (!isSilenced(remark.code, known.name?.text ?? null)) findings.push(placed(remark, number, from))
  return findings
}

/** Fixes as one, at most one a line and round: two that are safe by themselves need not be so together. Null where there are none. */
function together(fixes: readonly Fix[], text: string): Fix | null {
  const edits: Edit[] = []
  let free = 0
  for (const fix of [...fixes].sort((a, b) => (a.edits[0]?.from ?? 0) - (b.edits[0]?.from ?? 0))) {
    const first = fix.edits[0]
    const last = fix.edits.at(-1)
    if (first === undefined || last === undefined || first.from < free) continue
    edits.push(...fix.edits)
    const end = text.indexOf('\n', last.to - 1)
    free = end < 0 ? text.length + 1 : Math.max(end + 1, last.to)
  }
  return edits.length === 0 ? null : { label: 'Fix all', edits, safe: true }
}

function placed(remark: CodedRemark, line: number, by: number): Finding {
  let moved: readonly Fix[] | null = null
  return {
    code: remark.code,
    severity: remark.severity,
    message: remark.message,
    hint: remark.hint,
    span: { source: 'users.acl', line, from: remark.from + by, to: remark.to + by },
    get fixes() {
      return (moved ??= by === 0 ? remark.fixes : remark.fixes.map((fix) => movedFix(fix, by)))
    },
  }
}

function movedFix({ label, edits, safe }: Fix, by: number): Fix {
  const moved = edits.map(({ from, to, insert }): Edit => ({ from: from + by, to: to + by, insert }))
  return safe === true ? { label, edits: moved, safe } : { label, edits: moved }
}
