import type { Span } from '../acl/decision'

/** A replacement in a text, in UTF-16 units. */
export interface Edit {
  readonly from: number
  readonly to: number
  readonly insert: string
}

/** A change that would settle a diagnostic, one click away. Edits are in order and do not overlap. */
export interface Fix {
  readonly label: string
  readonly edits: readonly Edit[]
  /** Every user may do, and logs in with, the same as before: can be applied unseen, together with others. */
  readonly safe?: true
}

/** Something to show at a place in a file: the server's own refusal, or diagnostics. */
export interface Diagnostic {
  /** Stable name, kebab-case: `refused`, `comment-lines`, … */
  readonly code: string
  readonly severity: 'error' | 'warning' | 'info'
  /** A server's own words stand in `message` as they are; what to do about it is in `hint`. */
  readonly message: string
  readonly hint: string | null
  readonly span: Span
  readonly fixes: readonly Fix[]
}

/** A text with a fix applied. */
export function applyFix(text: string, fix: Fix): string {
  let out = ''
  let at = 0
  for (const edit of fix.edits) {
    out += text.slice(at, edit.from) + edit.insert
    at = edit.to
  }
  return out + text.slice(at)
}
