import type { Span } from '../../acl/decision'
import type { Diagnostic, Edit } from '../../analysis/diagnostic'
import { withoutOthers } from '../../analysis/diagnostics/grouped'

/** A file with the diagnostics to list, and the text that they are about. */
export interface DiagnosedFile {
  readonly name: 'users.acl' | 'redis.conf'
  readonly text: string
  readonly diagnostics: readonly Diagnostic[]
}

/** A place with a diagnostic of a kind. */
export interface Place {
  readonly span: Span
  /** The user whose line it is; null for a line of a directive, or of no user. */
  readonly user: string | null
  /** The message; null at a further place of a diagnostic that is reported once for several users. */
  readonly message: string | null
  readonly hint: string | null
}

/** Edits that resolve several diagnostics of a kind, by file. */
export interface KindFix {
  /** The label that the fixes share; null where they differ. */
  readonly label: string | null
  /** The different labels. */
  readonly labels: readonly string[]
  /** The number of places that it resolves. */
  readonly count: number
  readonly safe: boolean
  readonly edits: Readonly<Record<DiagnosedFile['name'], readonly Edit[]>>
}

/** The diagnostics with one code and one severity. */
export interface Kind {
  readonly code: string
  readonly severity: Diagnostic['severity']
  readonly places: readonly Place[]
  /** The message that is the same at all places; null where they differ. */
  readonly message: string | null
  readonly hint: string | null
  /** Null where no diagnostic of the kind has a fix. */
  readonly fix: KindFix | null
}

/** Kinds by which anybody who reaches the server is in. */
const opens: ReadonlySet<string> = new Set(['nopass', 'missing-default', 'empty-password'])

const order = { error: 0, warning: 1, info: 2 } as const

/** Groups diagnostics by code and severity: the most severe first, of these what lets anybody in, then those with the most places. */
export function kindsOf(files: readonly DiagnosedFile[]): readonly Kind[] {
  const found = new Map<
    string,
    { readonly code: string; readonly severity: Diagnostic['severity']; places: Place[]; fixes: FixCollector }
  >()
  for (const { name, text, diagnostics } of files) {
    const userOf = userReader(text)
    for (const diagnostic of diagnostics) {
      const { code, severity, hint, span, also = [] } = diagnostic
      const key = `${code} ${severity}`
      let kind = found.get(key)
      if (kind === undefined) found.set(key, (kind = { code, severity, places: [], fixes: new FixCollector() }))
      kind.places.push({ span, user: userOf(span), message: withoutOthers(diagnostic), hint })
      for (const one of also) kind.places.push({ span: one, user: userOf(one), message: null, hint: null })
      kind.fixes.add(name, diagnostic)
    }
  }
  return [...found.values()]
    .map(({ code, severity, places, fixes }): Kind => {
      const messages = new Set(places.flatMap(({ message }) => message ?? []))
      const [message = ''] = messages
      const isSame = messages.size === 1
      return {
        code,
        severity,
        places,
        message: isSame ? message : null,
        hint: isSame ? (places[0]?.hint ?? null) : null,
        fix: fixes.finish(),
      }
    })
    .sort(
      (a, b) =>
        order[a.severity] - order[b.severity] ||
        Number(opens.has(b.code)) - Number(opens.has(a.code)) ||
        b.places.length - a.places.length,
    )
}

/** Returns a function that reads the name of the user in the line of a span, as the file writes it. */
function userReader(text: string): (span: Span) => string | null {
  const lines = text.split('\n')
  return ({ line }) => /^\s*user\s+(\S+)/i.exec(lines[line - 1] ?? '')?.[1] ?? null
}

/** Collects one fix of each diagnostic, as far as their edits do not touch each other. */
class FixCollector {
  readonly #edits: Record<DiagnosedFile['name'], Edit[]> = { 'users.acl': [], 'redis.conf': [] }
  /** The end of the last edit in each file. */
  readonly #ends = { 'users.acl': -1, 'redis.conf': -1 }
  readonly #labels = new Set<string>()
  #count = 0
  #safe = true

  add(file: DiagnosedFile['name'], { fixes, also = [] }: Diagnostic): void {
    const everywhere = fixes.find((one) => one.everywhere)
    const fix = everywhere ?? fixes.find(({ safe }) => safe) ?? fixes[0]
    if (fix === undefined) return
    const edits = this.#edits[file]
    const isFree = ({ from, to }: Edit): boolean =>
      from > this.#ends[file] || edits.every((one) => to < one.from || from > one.to)
    if (!fix.edits.every(isFree)) return
    edits.push(...fix.edits)
    this.#ends[file] = Math.max(this.#ends[file], fix.edits.at(-1)?.to ?? -1)
    this.#labels.add(everywhere === undefined ? fix.label : (fixes[0]?.label ?? fix.label))
    this.#count += everywhere === undefined ? 1 : 1 + also.length
    this.#safe &&= fix.safe === true
  }

  finish(): KindFix | null {
    if (this.#count === 0) return null
    const labels = [...this.#labels]
    const [label = null] = labels
    for (const edits of Object.values(this.#edits)) edits.sort((a, b) => a.from - b.from)
    return {
      label: labels.length === 1 ? label : null,
      labels,
      count: this.#count,
      safe: this.#safe,
      edits: this.#edits,
    }
  }
}

/** Returns the codes with the number of their places, of whatever severity, in the order of their kinds. */
export function placesByCode(kinds: readonly Kind[]): readonly (readonly [code: string, places: number])[] {
  const counts = new Map<string, number>()
  for (const { code, places } of kinds) counts.set(code, (counts.get(code) ?? 0) + places.length)
  return [...counts]
}
