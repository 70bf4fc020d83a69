import type { Span } from '../acl/decision'

/** A replacement in a text, in UTF-16 units. */
export interface Edit {
  readonly from: number
  readonly to: number
  readonly insert: string
}

/** A change that resolves a diagnostic. Edits are sorted and do not overlap. */
export interface Fix {
  readonly label: string
  readonly edits: readonly Edit[]
  /** The fix changes no permissions or log-ins: it can be applied without review, together with others. */
  readonly safe?: true
  /** The fix resolves the diagnostic at all of its places, not only at the first. */
  readonly everywhere?: true
}

/** A message on a range of a file: the server's own error, or a result of the checks. */
export interface Diagnostic {
  /** A stable name in kebab case: `refused`, `comment-lines`, … */
  readonly code: string
  readonly severity: 'error' | 'warning' | 'info'
  /** A server's error is quoted unchanged; `hint` says how to fix it. */
  readonly message: string
  readonly hint: string | null
  readonly span: Span
  readonly fixes: readonly Fix[]
  /** The rule names a command of the target's modules, which are not loaded: loading them resolves the diagnostic. */
  readonly needsModules?: true
  /** The other places with the same diagnostic, where it is reported once for several users. */
  readonly also?: readonly Span[]
}

/** Returns the text with a fix applied. */
export function applyFix(text: string, fix: Fix): string {
  let out = ''
  let at = 0
  for (const edit of fix.edits) {
    out += text.slice(at, edit.from) + edit.insert
    at = edit.to
  }
  return out + text.slice(at)
}
