import type { Span } from '../../acl/decision'
import type { Diagnostic } from '../../analysis/diagnostic'
import { type UserLine, userLines } from '../shell/users-in-files'

/** A line of a user, with the number of its diagnostics. */
export interface OutlineEntry extends UserLine {
  readonly errors: number
  readonly warnings: number
  readonly infos: number
}

/** A file, and the diagnostics of its text. */
export interface OutlinedFile {
  readonly text: string
  readonly source: 'users.acl' | 'redis.conf'
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Returns the users of the files in the order of their lines. A diagnostic counts for each line that it is about; those about
 * an earlier text count for the line that they were at.
 */
export function outlineOf(files: readonly OutlinedFile[]): readonly OutlineEntry[] {
  return files.flatMap(({ text, source, diagnostics }) => {
    const counts = new Map<number, { errors: number; warnings: number; infos: number }>()
    const count = ({ line }: Span, severity: Diagnostic['severity']): void => {
      const known = counts.get(line) ?? { errors: 0, warnings: 0, infos: 0 }
      known[`${severity}s`]++
      counts.set(line, known)
    }
    for (const { span, also = [], severity } of diagnostics)
      for (const one of [span, ...also]) if (one.source === source) count(one, severity)
    return [...userLines(text, source)].map((user) => ({
      ...user,
      ...(counts.get(user.span.line) ?? { errors: 0, warnings: 0, infos: 0 }),
    }))
  })
}
