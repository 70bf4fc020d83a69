import type { DiagnosticSettings as CheckSettings } from '../../analysis/diagnostics/checker'
import type { Diagnostic } from '../../analysis/diagnostic'
import type { TableData } from '../../targets/table'
import type { TargetId } from '../../targets/target'

export type CheckedFile = 'acl' | 'conf'

/** The texts to check, and the settings of the check. */
export interface Subject {
  readonly acl: string
  readonly conf: string
  readonly settings: CheckSettings
}

/** The target's raw tables, and the channels that new users start with. */
export interface CheckTarget {
  readonly id: TargetId
  readonly tables: readonly TableData[]
  /** acl-pubsub-default */
  readonly allChannels: boolean
}

/** A request to the worker. A newer `check` replaces an older one. */
export interface CheckRequest {
  readonly id: number
  /** `fix`: returns a file's text with every safe fix applied. */
  readonly want: 'check' | { readonly fix: CheckedFile }
  readonly subject: Subject
  /** Absent: the same as that of the request before. */
  readonly target?: CheckTarget
}

/** A message of the worker about a request. */
export type CheckNews =
  | { readonly kind: 'progress' }
  | { readonly kind: 'diagnostics'; readonly file: CheckedFile; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: 'fixed'; readonly text: string }
  | { readonly kind: 'done' }
  /** A newer request took its place. */
  | { readonly kind: 'dropped' }
  | { readonly kind: 'failed' }

export type CheckAnswer = { readonly id: number } & CheckNews
