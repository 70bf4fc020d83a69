import { isTargetId } from '../targets/infos'
import type { TargetId } from '../targets/list'
import type { Release } from '../targets/named-release'
import { chooseRelease } from '../targets/release-choice'
import { CannotRun } from './cannot-run'

/** The options that choose a server version. */
export interface VersionOptions {
  readonly target?: string
  /** The exact release to decide as (`7.4.5`, `valkey-8.0.3`); it chooses the target too. */
  readonly serverVersion?: string
}

/** A target, and the exact release of it to decide as (`8.0.6`). */
export interface ChosenTarget {
  readonly target?: TargetId
  readonly version?: string
  /** The release that the user named, also where its line has no target. */
  readonly release?: Release
}

/**
 * Returns the target that is chosen by its name or by the exact release that runs; none where neither is given. Throws
 * CannotRun where the two disagree, or where the release belongs to no target.
 */
export function chosenTarget({ target, serverVersion }: VersionOptions): ChosenTarget {
  const id = target !== undefined && isTargetId(target) ? target : null
  if (serverVersion === undefined) return id === null ? {} : { target: id }
  const chosen = chooseRelease(serverVersion, id)
  if ('problem' in chosen) throw new CannotRun(chosen.problem)
  const { release, version } = chosen
  return { target: chosen.target, release, ...(version !== null && { version }) }
}
