import { applyFix, type Edit, type Diagnostic, type Fix } from '../diagnostic'

/** Rounds: one fix may make room for another. */
const MOST_ROUNDS = 100

/**
 * A file with all safe fixes made: whoever may do something or logs in somehow before does so after.
 * @param diagnose gives the diagnostics of a text
 */
export function withSafeFixes(text: string, diagnose: (text: string) => readonly Diagnostic[]): string {
  let fixed = text
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const fix = together(
      diagnose(fixed).flatMap(({ fixes }) => fixes.filter((one) => one.safe)[0] ?? []),
      fixed,
    )
    if (fix === null) break
    fixed = applyFix(fixed, fix)
  }
  return fixed
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
