import { parseExactRelease } from '../../targets/exact-release'
import { targetInfos } from '../../targets/infos'
import type { TargetId } from '../../targets/target'

export type Product = 'redis' | 'valkey'

/** An exact release of a server: Redis 7.4.5. */
export interface Release {
  readonly product: Product
  readonly numbers: readonly [major: number, minor: number, patch: number]
  /** The release as it was written, without the product: `7.4.5`, `8.0.2-3+deb13u3`. */
  readonly text: string
  /** The known defects that this build has fixes for although its version has them. */
  readonly fixes: readonly string[]
}

/**
 * Parses `7.4.5`, `redis-7.4.5`, `valkey-8.0.3` or the version of a package, `8.0.2-3+deb13u3`; null for any other text.
 * @param product the product of a version without one
 */
export function parseRelease(text: string, product: Product = 'redis'): Release | null {
  const [, named, rest = ''] = /^(?:(redis|valkey)-)?(.*)$/.exec(text) ?? []
  const of = named === 'valkey' || named === 'redis' ? named : product
  const release = parseExactRelease(of, rest)
  if (release === null) return null
  const [major = NaN, minor = NaN, patch = NaN] = release.version.split('.').map(Number)
  return { product: of, numbers: [major, minor, patch], text: rest, fixes: release.fixes }
}

/** The release as users know it: `Redis 7.4.5`. */
export function releaseLabel({ product, text }: Release): string {
  return `${product === 'valkey' ? 'Valkey' : 'Redis'} ${text}`
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
