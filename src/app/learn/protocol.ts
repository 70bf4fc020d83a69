import type { StoredTarget } from '../../host/protocol'
import type { GoalResult } from '../../workspace/course/grade'
import type { Exercise, WorkspaceFiles } from '../../workspace/state'

/** Work for the worker that grades. */
export interface GradeRequest {
  /** Absent where the worker has it already. */
  readonly target?: StoredTarget
  /** The id of a lesson, or an exercise. */
  readonly lesson: string | Exercise
  readonly files: WorkspaceFiles
  /** Users whose rules are to be said in fewer words; none: grade the goals. */
  readonly shorten: readonly string[]
}

/** A user's rules in fewer words. */
export interface ShorterRules {
  readonly user: string
  readonly rules: string
}

export type GradeAnswer =
  | { readonly kind: 'graded'; readonly results: readonly GoalResult[] }
  | { readonly kind: 'shortened'; readonly shorter: readonly ShorterRules[] }
  | { readonly kind: 'failed' }
