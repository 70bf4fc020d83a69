import type { ChecklistFix, ChecklistItem, Evidence } from '../analysis/checklist/types'
import type { DiagnosticSettings as CheckSettings } from '../analysis/diagnostics/checker'
import type { Coverage, Dependence, RuleCoverage } from '../analysis/coverage'

export type CheckedFile = 'acl' | 'conf'

/** The texts to check, and the settings of the check. */
export interface Subject {
  readonly acl: string
  readonly conf: string
  readonly settings: CheckSettings
  /** acl-pubsub-default: new users start with all channels. */
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
