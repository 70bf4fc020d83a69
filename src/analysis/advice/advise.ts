import type { Users } from '../../acl/users'
import type { Target } from '../../targets/target'
import { applyFix, type Edit, type Finding, type Fix } from '../finding'
import type { ClientId } from './clients'
import type { AclText, PlacedLine } from './file/acl-file'
import { fileCatalogue } from './file/catalogue'
import { knowLine, type CodedRemark, type KnownLine } from './known-line'
import { allAdvice, isSilenced, type AdviceSettings } from './settings'

export { allAdvice, readAdviceSettings, silence, unsilence, type AdviceSettings } from './settings'
export { clientIds, clients, type ClientId } from './clients'

/** Rounds of fix-all: one fix may make room for another. */
const MOST_ROUNDS = 100

/**
 * Advises on users.acl files of one target. Keeps what it said of a line by the line's text, so that after an edit
 * only lines that changed are looked at. `users` gives the target's rules for a new user and is not changed.
 */
export class Adviser {
  #known = new Map<string, KnownLine>()
  #client: ClientId | null = null

  constructor(private readonly users: Users, private readonly target: Target) {}

  /** All advice on a file, in the order of its lines. Never throws. */
  advise(text: string, settings: AdviceSettings = allAdvice): Finding[] {
    const file = this.#read(text, settings.client)
    const ofFile = new Map<number, Finding[]>()
    for (const { code, severity, check } of fileCatalogue) {
      for (const { line, user, ...remark } of check(file)) {
        if (isSilenced(settings, code, user)) continue
        const finding = { ...placed({ ...remark, code, severity }, line, 0) }
        const same = ofFile.get(line)
        if (same === undefined) ofFile.set(line, [finding])
        else same.push(finding)
      }
    }
    const findings: Finding[] = []
    for (const { known, number, from } of file.lines) {
      const above = ofFile.get(number)
      if (above !== undefined) findings.push(...above)
      for (const remark of known.remarks) {
        if (!isSilenced(settings, remark.code, known.name?.text ?? null)) findings.push(placed(remark, number, from))
      }
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

  #read(text: string, client: ClientId | null): AclText {
    if (client !== this.#client) this.#known = new Map<string, KnownLine>()
    this.#client = client
    const before = this.#known
    const seen = new Map<string, KnownLine>()
    const lines: PlacedLine[] = []
    let from = 0
    for (const lineText of text.split('\n')) {
      let known = seen.get(lineText)
      if (known === undefined) seen.set(lineText, (known = before.get(lineText) ?? knowLine(lineText, this.users, this.target, client)))
      lines.push({ known, number: lines.length + 1, from, length: lineText.length })
      from += lineText.length + 1
    }
    this.#known = seen
    return { text, target: this.target, lines }
  }
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
  return {
    code: remark.code,
    severity: remark.severity,
    message: remark.message,
    hint: remark.hint,
    span: { source: 'users.acl', line, from: remark.from + by, to: remark.to + by },
    fixes: by === 0 ? remark.fixes : remark.fixes.map((fix) => ({ ...fix, edits: fix.edits.map((edit) => ({ ...edit, from: edit.from + by, to: edit.to + by })) })),
  }
}
