import type { TargetId } from '../targets/target'
import type { WorkspaceFiles } from './state'

/** The files of a workspace at an earlier time. */
export interface Version {
  /** The time of the last change, in Unix milliseconds; also its id. */
  readonly at: number
  readonly target: TargetId
  readonly release?: string | undefined
  readonly modules: boolean
  readonly files: WorkspaceFiles
}

/** A version, and the id of its workspace. */
export interface OwnedVersion extends Version {
  readonly of: number
}
