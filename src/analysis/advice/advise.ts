import type { Users } from '../../acl/users'
import type { Target } from '../../targets/target'
import type { Finding } from '../finding'
import { catalogue } from './catalogue'
import { readUserLine, type Remark } from './line'

interface CodedRemark extends Remark {
  readonly code: string
  readonly severity: Finding['severity']
}

/** Settings that travel with a workspace: which advice is not to be given. */
export interface AdviceSettings {
  /** Codes that are silenced for the whole file. */
  readonly silenced: readonly string[]
  /** By user name: codes that are silenced for that user's line. */
  readonly silencedFor: Readonly<Record<string, readonly string[]>>
}

export const allAdvice: AdviceSettings = { silenced: [], silencedFor: {} }

/**
 * Advises on users.acl files of one target. Keeps what it said of a line by the line's text, so that after an edit
 * only lines that changed are looked at.
 */
export class Adviser {
  #known = new Map<string, { readonly name: string | null; readonly remarks: readonly CodedRemark[] }>()

  constructor(private readonly users: Users, private readonly target: Target) {}

  #line(text: string): { readonly name: string | null; readonly remarks: readonly CodedRemark[] } {
    const line = readUserLine(text, this.users, this.target)
    if (line === null) return { name: null, remarks: [] }
    return { name: line.name.text, remarks: catalogue.flatMap(({ code, severity, check }) => check(line).map((remark) => ({ ...remark, code, severity }))) }
  }

  /** All advice on a file, in the order of its lines. Never throws. */
  advise(text: string, settings: AdviceSettings = allAdvice): Finding[] {
    const findings: Finding[] = []
    const seen = new Map<string, { readonly name: string | null; readonly remarks: readonly CodedRemark[] }>()
    let hasDefault = false
    let from = 0
    for (const [i, lineText] of text.split('\n').entries()) {
      const said = seen.get(lineText) ?? this.#known.get(lineText) ?? this.#line(lineText)
      seen.set(lineText, said)
      if (said.name === 'default') hasDefault = true
      for (const remark of said.remarks) {
        if (settings.silenced.includes(remark.code) || (said.name !== null && settings.silencedFor[said.name]?.includes(remark.code))) continue
        findings.push(placed(remark, i + 1, from))
      }
      from += lineText.length + 1
    }
    this.#known = seen
    if (!hasDefault && text.trim() !== '' && !settings.silenced.includes('missing-default')) findings.unshift(missingDefault(text))
    return findings
  }
}

function placed(remark: CodedRemark, line: number, by: number): Finding {
  return {
    code: remark.code,
    severity: remark.severity,
    message: remark.message,
    hint: remark.hint,
    span: { source: 'users.acl', line, from: remark.from + by, to: remark.to + by },
    fixes: remark.fixes.map(({ label, edits }) => ({ label, edits: edits.map((edit) => ({ ...edit, from: edit.from + by, to: edit.to + by })) })),
  }
}

/** A file without a line for `default` leaves it as servers make it: open to all, with every command. */
function missingDefault(text: string): Finding {
  const end = text.endsWith('\n') ? '' : '\n'
  return {
    code: 'missing-default',
    severity: 'error',
    message: 'No line for the user default: the server keeps it on, without a password, with every command and key, even where requirepass is set.',
    hint: null,
    span: { source: 'users.acl', line: 1, from: 0, to: Math.max(text.indexOf('\n'), 0) || text.length },
    fixes: [{ label: 'Turn default off', edits: [{ from: text.length, to: text.length, insert: `${end}user default off\n` }] }],
  }
}
