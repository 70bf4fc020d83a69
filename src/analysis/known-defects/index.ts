/** Published defects of releases that concern access control, and the users of a policy that they concern. */
import type { Concern, Policy } from './concerns'
import { compareVersions } from '../../targets/releases'
import { lineOf, type Product, type Release } from '../../targets/named-release'
import { knownDefects, type KnownDefect } from './table'

/** A defect that a release has, or may have. */
export interface PresentDefect {
  readonly defect: KnownDefect
  /** The last release of the same line that is known to have it, where the release is a later one: it may have the fix. Else null. */
  readonly lastKnown: string | null
  /** The first release of the same line with the fix; null where none is known. */
  readonly fixedIn: string | null
  /** Null: nobody on a server with these files. */
  readonly concern: Concern | null
}

/**
 * Returns the defects that a release is known to have, and those of which it is not known whether it has the fix. Those that
 * concern the policy come first.
 */
export function defectsOf(release: Release, policy: Policy): readonly PresentDefect[] {
  const present = knownDefects.flatMap((defect): PresentDefect[] => {
    const line = defect.releases[release.product]?.find((one) => one.line === lineOf(release))
    if (line === undefined || release.fixes.includes(defect.id)) return []
    const concern = defect.affects(policy)
    if ('fixedIn' in line)
      return compareVersions(release.version, line.fixedIn) < 0
        ? [{ defect, fixedIn: line.fixedIn, lastKnown: null, concern }]
        : []
    const isLater = compareVersions(release.version, line.lastKnown) > 0
    return [{ defect, fixedIn: null, lastKnown: isLater ? line.lastKnown : null, concern }]
  })
  return [...present.filter(({ concern }) => concern !== null), ...present.filter(({ concern }) => concern === null)]
}

/** Returns the first release of a line (`7.4`) that fixes all defects whose fix is known there; null where there are none. */
export function safestRelease(product: Product, line: string): string | null {
  const fixes = knownDefects.flatMap(({ releases }) =>
    (releases[product] ?? []).flatMap((one) => (one.line === line && 'fixedIn' in one ? [one.fixedIn] : [])),
  )
  return fixes.sort(compareVersions).at(-1) ?? null
}

/** Returns the source to read first about a defect of a product's releases. */
export function sourceFor({ sources }: KnownDefect, product: Product): string {
  return sources.find((address) => address.includes(product)) ?? sources[0]
}
