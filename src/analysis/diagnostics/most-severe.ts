/** From the most severe on; a file that the server rejects counts above all. */
const severities = ['refused', 'error', 'warning', 'info']

/** Returns the most severe diagnostics, at most so many, in their original order. */
export function mostSevere<T extends { readonly severity: string }>(
  diagnostics: readonly T[],
  most: number,
): readonly T[] {
  if (diagnostics.length <= most) return diagnostics
  const ranked = [...diagnostics].sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity))
  const kept = new Set(ranked.slice(0, most))
  return diagnostics.filter((diagnostic) => kept.has(diagnostic))
}
