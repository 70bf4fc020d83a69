import { targetInfos } from '../../targets/infos'
import type { TargetId } from '../../targets/target'

export type Product = 'redis' | 'valkey'

/** An exact release of a server: Redis 7.4.5. */
export interface Release {
  readonly product: Product
  readonly numbers: readonly [major: number, minor: number, patch: number]
}

/**
 * Parses `7.4.5`, `redis-7.4.5` or `valkey-8.0.3`; null for any other text.
 * @param product the product of a version without one
 */
export function parseRelease(text: string, product: Product = 'redis'): Release | null {
  const [, named, ...numbers] = /^(?:(redis|valkey)-)?(\d{1,4})\.(\d{1,4})\.(\d{1,4})$/.exec(text) ?? []
  const [major = NaN, minor = NaN, patch = NaN] = numbers.map(Number)
  if (Number.isNaN(major)) return null
  return {
    product: named === 'valkey' ? 'valkey' : named === 'redis' ? 'redis' : product,
    numbers: [major, minor, patch],
  }
}

/** The release as users know it: `Redis 7.4.5`. */
export function releaseLabel({ product, numbers }: Release): string {
  return `${product === 'valkey' ? 'Valkey' : 'Redis'} ${numbers.join('.')}`
}

/** The line that a release or version belongs to: `7.4`. */
export function lineOf({ numbers: [major, minor] }: Release): string {
  return `${major}.${minor}`
}

/** The target of a release's line; null where none is simulated. */
export function targetOfRelease(release: Release): TargetId | null {
  const id = `${release.product}-${lineOf(release)}`
  return targetInfos.find((info) => info.id === id)?.id ?? null
}

/** Returns a negative number where the version `a` is older than `b`, 0 where they are equal, else a positive number. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number))
  for (let i = 0; i < 3; i++) {
    const difference = (left?.[i] ?? 0) - (right?.[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
