import { parseExactRelease, type ExactRelease } from './exact-release'

export type Product = 'redis' | 'valkey'

/** An exact release of a server: Redis 7.4.5. */
export interface Release extends ExactRelease {
  readonly product: Product
  /** The release as it was written, without the product: `7.4.5`, `8.0.2-3+deb13u3`. */
  readonly text: string
}

/**
 * Parses `7.4.5`, `redis-7.4.5`, `valkey-8.0.3`, the version of a package, `8.0.2-3+deb13u3`, or a version with fixes,
 * `8.0.2+last-option-keys`; null for any other text.
 * @param product the product of a version without one
 */
export function parseRelease(text: string, product: Product = 'redis'): Release | null {
  const [, named, rest = ''] = /^(?:(redis|valkey)-)?(.*)$/.exec(text) ?? []
  const of = named === 'valkey' || named === 'redis' ? named : product
  const release = parseExactRelease(of, rest)
  return release === null ? null : { ...release, product: of, text: rest }
}

/** The release as users know it: `Redis 7.4.5`. */
export function releaseLabel({ product, text }: Release): string {
  return `${product === 'valkey' ? 'Valkey' : 'Redis'} ${text}`
}

/** The line that a release belongs to: `7.4`. */
export function lineOf({ version }: ExactRelease): string {
  return version.split('.', 2).join('.')
}
