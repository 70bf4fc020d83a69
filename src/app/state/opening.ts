import type { Before } from '../../workspace/before'
import type { WorkspaceState } from '../../workspace/state'
import type { Standing } from '../../workspace/storage'

/** The way in which a workspace is opened. */
export interface Opening {
  /** The work that would be lost with it as it is. */
  readonly standing: Standing
  /** The versions that users.acl was compared with, where the workspace continues. */
  readonly before?: Before | null
  /** The workspace's id, where it continues. */
  readonly id?: number
  /** Present where a lesson is opened: its workspace is stored elsewhere, and the own one left alone. */
  readonly lesson?: LessonKeeping | undefined
}

/** The storage of a lesson's workspace. */
export interface LessonKeeping {
  /** Called with the workspace whenever it changes. */
  readonly store: (state: WorkspaceState) => void
  /** The users.acl that its commands run under until one of them loads the file; the file where left out. */
  readonly first?: string
  /** Called when its files and connections are in place, before anything runs. */
  readonly placed: () => void
}
