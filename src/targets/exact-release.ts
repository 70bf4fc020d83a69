/** An exact release of a target's line. */
export interface ExactRelease {
  /** The version as servers tell it: `8.0.2`. */
  readonly version: string
  /** The defects that this build does not have although its version has them, as packages of distributions. */
  readonly fixes: readonly string[]
}

/**
 * The updates of Debian's packages that fix a known defect under the older version, by their changelogs: `8.0.2-3+deb13u3`
 * is the third.
 */
const packages: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'redis-8.0.2+deb13': { 'script-other-user': 1, 'last-option-keys': 3, 'numkeys-arity': 3 },
  'valkey-8.1.1+deb13': { 'script-other-user': 1 },
}

/**
 * Parses an exact release: `8.0.6`, or the version of a Debian package, `5:8.0.2-3+deb13u3`. Null for any other text.
 */
export function parseExactRelease(product: 'redis' | 'valkey', text: string): ExactRelease | null {
  const [, version = '', rest = ''] =
    /^(?:\d{1,4}:)?(\d{1,4}\.\d{1,4}\.\d{1,4})((?:\+dfsg\d{0,4})?-\d{1,4}(?:[+~]deb\d{1,4}u\d{1,4})?)?$/.exec(text) ??
    []
  if (version === '') return null
  const [, debian = '', update = '0'] = /[+~](deb\d+)u(\d+)$/.exec(rest) ?? []
  const fixedBy = packages[`${product}-${version}+${debian}`] ?? {}
  return { version, fixes: Object.keys(fixedBy).filter((defect) => Number(update) >= (fixedBy[defect] ?? Infinity)) }
}
