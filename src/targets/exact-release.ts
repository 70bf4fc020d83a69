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

/** A version, the rest of a Debian package's version, and fixes that were added to it. */
const form =
  /^(?:\d{1,4}:)?(\d{1,4}\.\d{1,4}\.\d{1,4})((?:\+dfsg\d{0,4})?-\d{1,4}(?:[+~]deb\d{1,4}u\d{1,4})?)?((?:\+[a-z]+(?:-[a-z]+)+){0,40})$/

/**
 * Parses an exact release: `8.0.6`, the version of a Debian package, `5:8.0.2-3+deb13u3`, or either with known defects that
 * the build has fixes for, `8.0.2+last-option-keys`. Null for any other text.
 */
export function parseExactRelease(product: 'redis' | 'valkey', text: string): ExactRelease | null {
  const [, version = '', rest = '', added = ''] = form.exec(text) ?? []
  if (version === '') return null
  const [, debian = '', update = '0'] = /[+~](deb\d+)u(\d+)$/.exec(rest) ?? []
  const fixedBy = packages[`${product}-${version}+${debian}`] ?? {}
  const fixes = Object.keys(fixedBy).filter((defect) => Number(update) >= (fixedBy[defect] ?? Infinity))
  return { version, fixes: [...fixes, ...added.split('+').slice(1)] }
}
