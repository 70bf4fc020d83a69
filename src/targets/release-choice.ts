import type { ExactRelease } from './exact-release'
import { targetInfos } from './infos'
import { isTargetId, type TargetId } from './list'
import { lineOf, parseRelease, releaseLabel, type Release } from './named-release'
import { accessDefects, affectedLine, hasDefect, recordedRelease, type AccessDefect } from './releases'

/** The defects that decisions follow. */
export const followedDefects = Object.keys(accessDefects) as readonly AccessDefect[]

/** The target of a release's line; null where none is simulated. */
export function targetOfRelease(release: Release): TargetId | null {
  const id = `${release.product}-${lineOf(release)}`
  return isTargetId(id) ? id : null
}

/** Returns the fixes that the text of a release adds to it. */
const addedFixes = ({ text }: Release): readonly string[] =>
  /(?:\+[a-z]+(?:-[a-z]+)+)+$/.exec(text)?.[0].split('+').slice(1) ?? []

/** A target, and the exact release to decide as; null for the one that the target was made from. */
export interface ChosenRelease {
  readonly target: TargetId
  readonly version: string | null
  /** The release that was chosen, also where its line has no target. */
  readonly release: Release
}

/**
 * Returns the target of a release, or the given one where the release belongs to none. Returns the problem where the text is
 * no release, where the two disagree, or where no target is given for such a release.
 * @param text a release for `parseRelease`
 */
export function chooseRelease(text: string, given: TargetId | null): ChosenRelease | { readonly problem: string } {
  const release = parseRelease(text)
  if (release === null)
    return {
      problem: `${text} is no exact release. Write three numbers, as INFO server prints them: 7.4.5, redis-7.4.5 or valkey-8.0.3`,
    }
  const label = releaseLabel(release)
  const unknown = addedFixes(release).find((fix) => !Object.hasOwn(accessDefects, fix))
  if (unknown !== undefined)
    return {
      problem: `${label}: no decision depends on a fix of ${unknown}. Choose from: ${followedDefects.join(', ')}`,
    }
  const id = targetOfRelease(release)
  if (given === null)
    return id === null
      ? {
          problem: `There is no target for ${label}. Choose the nearest target: ${targetInfos.map((info) => info.id).join(', ')}`,
        }
      : { target: id, version: release.text, release }
  if (id === null)
    return given.startsWith(release.product)
      ? { target: given, version: null, release }
      : { problem: `${label} is no release of the target ${given}. Choose a target of the same product.` }
  return id === given
    ? { target: id, version: release.text, release }
    : { problem: `${label} is no release of the target ${given}. Omit the target, or choose ${id}.` }
}

/** A defect by which releases of a target's line decide differently. */
export interface Difference {
  readonly defect: AccessDefect
  /** The releases that have it, as sentences. */
  readonly what: string
}

/** Returns the defects by which releases of a target's line decide differently, or may. */
export function releasesThatDiffer(id: TargetId): readonly Difference[] {
  return followedDefects.flatMap((defect): Difference[] => {
    const line = affectedLine(defect, id)
    if (line === null) return []
    const inUse = hasDefect(defect, id) ? 'has it' : 'does not have it'
    const what =
      'fixedIn' in line
        ? `Releases before ${line.fixedIn}.`
        : `Releases at least up to ${line.lastKnown}; it is not known of later ones, which are taken to have it.`
    return [{ defect, what: `${what} ${targetInfos.find((info) => info.id === id)?.release ?? ''} ${inUse}.` }]
  })
}

/** Returns true where a release decides as the one that its target was made from. */
export function isAsRecorded(id: TargetId, release: ExactRelease): boolean {
  return (
    release.version === recordedRelease(id).version &&
    followedDefects.every((defect) => hasDefect(defect, id, release) === hasDefect(defect, id))
  )
}
