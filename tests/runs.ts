const factor = Number(process.env.FC_RUNS ?? 1)

/** Returns how often a property is tried: as often as given, times `FC_RUNS` (default 1). */
export function runs(usual: number): number {
  return Math.max(1, Math.round(usual * factor))
}
