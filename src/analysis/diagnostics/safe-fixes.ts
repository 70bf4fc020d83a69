import { applyFix, type Edit, type Diagnostic, type Fix } from '../diagnostic'

/** The maximum number of rounds: a fix can make another one possible. */
const MOST_ROUNDS = 100

/**
 * Applies all safe fixes to a file: log-ins and permissions stay the same.
 * @param diagnose returns the diagnostics of a text
 */
export function withSafeFixes(text: string, diagnose: (text: string) => readonly Diagnostic[]): string {
  let fixed = text
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const fix = together(
      diagnose(fixed).flatMap(({ fixes }) => {
        const safe = fixes.filter((one) => one.safe)
        return safe.find((one) => one.everywhere) ?? safe[0] ?? []
      }),
      fixed,
    )
    if (fix === null) break
    fixed = applyFix(fixed, fix)
  }
  return fixed
}

/**
 * Merges fixes, at most one per line and round, since two safe fixes of a line need not be safe together. Null where
 * there are none.
 */
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
