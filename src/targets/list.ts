/** One simulated release. Its data files are `data/<id>.json` and `data/<id>.docs.json`, made by `npm run targets`. */
interface TargetEntry {
  readonly id: `${'redis' | 'valkey'}-${number}.${number}`
  /** The exact release: `7.2.6`. */
  readonly version: string
  /** The version of the package that was recorded, where it has fixes of later releases. */
  readonly package?: `${string}-${string}`
  /** The defects that decisions follow and that the release has, as the table of all releases says (`releases.ts`). */
  readonly defects?: string
  /** The release is not final: the stage that was read. */
  readonly stage?: `rc${number}`
  /** The release bundles modules, whose tables are `data/<id>.modules.json` and `data/<id>.modules.docs.json`. */
  readonly hasModules?: true
  /** The reason why no running server of this release was recorded; targets without one have recordings in tests/conformance. */
  readonly notRecorded?: string
}

const documented = 'No server of this release was available to record; its tables come from its documentation.'

/** Every target, Redis first, oldest first: the only list of them. A behaviour that came with one is in all after it. */
export const targets = [
  { id: 'redis-6.0', version: '6.0.20' },
  { id: 'redis-6.2', version: '6.2.16' },
  { id: 'redis-7.0', version: '7.0.15', defects: 'last-option-keys pfmerge-key' },
  { id: 'redis-7.2', version: '7.2.6', defects: 'last-option-keys pfmerge-key' },
  { id: 'redis-7.4', version: '7.4.1', defects: 'last-option-keys pfmerge-key' },
  { id: 'redis-8.0', version: '8.0.2', package: '8.0.2-3+deb13u3', hasModules: true, defects: 'pfmerge-key' },
  { id: 'redis-8.2', version: '8.2.9', hasModules: true, notRecorded: documented, defects: 'pfmerge-key' },
  { id: 'redis-8.4', version: '8.4.6', hasModules: true, notRecorded: documented, defects: 'pfmerge-key exec-recheck' },
  { id: 'redis-8.6', version: '8.6.3', hasModules: true, defects: 'last-option-keys pfmerge-key exec-recheck' },
  { id: 'redis-8.8', version: '8.8.2', hasModules: true, notRecorded: documented, defects: 'exec-recheck' },
  { id: 'redis-8.10', version: '8.10.1', hasModules: true, notRecorded: documented, defects: 'exec-recheck' },
  { id: 'valkey-7.2', version: '7.2.7', defects: 'georadius-store pfmerge-key' },
  { id: 'valkey-8.0', version: '8.0.1', defects: 'georadius-store pfmerge-key' },
  { id: 'valkey-8.1', version: '8.1.1', defects: 'georadius-store pfmerge-key' },
  { id: 'valkey-9.1', version: '9.1.2', defects: 'pfmerge-key' },
  { id: 'valkey-9.2', version: '9.2.0', stage: 'rc1', defects: 'pfmerge-key' },
] as const satisfies readonly TargetEntry[]

export type TargetId = (typeof targets)[number]['id']

export type RedisId = Extract<TargetId, `redis-${string}`>
export type ValkeyId = Extract<TargetId, `valkey-${string}`>

const places: ReadonlyMap<string, number> = new Map(targets.map(({ id }, place) => [id, place]))

/** Returns true if the text is a target's id. */
export function isTargetId(text: string): text is TargetId {
  return places.has(text)
}

export function productOf(id: TargetId): 'redis' | 'valkey' {
  return id.startsWith('valkey-') ? 'valkey' : 'redis'
}

/** Returns true if `id` is the release `first` or a later one of the same product. */
export function isAtOrAfter(id: TargetId, first: TargetId): boolean {
  return productOf(id) === productOf(first) && placeOf(id) >= placeOf(first)
}

/** Returns true if `id` is a Redis at or after `redis`, or a Valkey at or after `valkey`; null stands for no release of that product. */
export function since(id: TargetId, redis: RedisId | null, valkey: ValkeyId | null): boolean {
  const first = productOf(id) === 'valkey' ? valkey : redis
  return first !== null && isAtOrAfter(id, first)
}

function placeOf(id: TargetId): number {
  const place = places.get(id)
  if (place === undefined) throw new Error(`There is no target ${id}.`)
  return place
}
