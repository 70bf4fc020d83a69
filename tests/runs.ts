const isLong = process.env.npm_lifecycle_event === 'test:long'
const factor = Number(process.env.FC_RUNS ?? (isLong ? 20 : 1))

/** Returns how often a property is tried: as often as given, times `FC_RUNS` (default 1; 20 in `npm run test:long`). */
export function runs(usual: number): number {
  return Math.max(1, Math.round(usual * factor))
}
