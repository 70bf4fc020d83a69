import type { ChecklistFix, ChecklistItem, ClientSide, Evidence } from '../../analysis/checklist/types'
import type { DiagnosticSettings as CheckSettings } from '../../analysis/diagnostics/checker'
import type { Coverage, Dependence, RuleCoverage } from '../../analysis/coverage'
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

/** An item of the checklist for the page: with the evidence that it shows, and its edits unread. */
export interface ListedItem extends Omit<ChecklistItem, 'evidence' | 'fix'> {
  readonly evidence: readonly Evidence[]
  /** The number of all evidence. */
  readonly evidences: number
  readonly fix: (Omit<ChecklistFix, 'edits'> & { readonly edits: ListedEdits | null }) | null
}

/** The edits of a fix, which may be thousands. */
export interface ListedEdits {
  readonly files: 'users.acl' | 'redis.conf' | 'both files'
  /** FileEdits as JSON. */
  readonly json: string
}

/** The question which rules some decisions depended on. */
export interface CoverageOf {
  readonly decisions: readonly Dependence[]
  /** The most rules that are listed. */
  readonly most: number
}

/** The coverage of users.acl for the page. */
export interface ListedCoverage extends Omit<Coverage, 'rules'> {
  /** The first of the rules that nothing depended on, dead ones first. */
  readonly listed: readonly RuleCoverage[]
  /** The number of all of them. */
  readonly total: number
  /** Their places in the file, in order: from, to, and 1 where the rule is dead, else 0. */
  readonly places: Uint32Array<ArrayBuffer>
}

/** A request to the worker. A newer one of its kind replaces an older one. */
export interface CheckRequest {
  readonly id: number
  /** `fix`: returns a file's text with every safe fix applied. */
  readonly want:
    'check' | { readonly fix: CheckedFile } | { readonly checklist: ClientSide } | { readonly coverage: CoverageOf }
  readonly subject: Subject
  /** Absent: the same as that of the request before. */
  readonly target?: CheckTarget
}

/** A message of the worker about a request. */
export type CheckNews =
  | { readonly kind: 'progress' }
  /** Some of the diagnostics of a file; `isLast`: no more follow. */
  | {
      readonly kind: 'diagnostics'
      readonly file: CheckedFile
      readonly diagnostics: readonly Diagnostic[]
      readonly isLast: boolean
    }
  | { readonly kind: 'checklist'; readonly items: readonly ListedItem[] }
  | { readonly kind: 'coverage'; readonly coverage: ListedCoverage }
  | { readonly kind: 'fixed'; readonly text: string }
  | { readonly kind: 'done' }
  /** A newer request took its place. */
  | { readonly kind: 'dropped' }
  | { readonly kind: 'failed' }

export type CheckAnswer = { readonly id: number } & CheckNews
