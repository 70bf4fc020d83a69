import type { AdviceSettings } from '../../analysis/advice/advise'
import type { Finding } from '../../analysis/finding'
import type { TableData } from '../../targets/table'
import type { TargetId } from '../../targets/target'

export type AdvisedFile = 'acl' | 'conf'

/** What diagnostics are made on, and what of them is wanted. */
export interface Subject {
  readonly acl: string
  readonly conf: string
  readonly settings: AdviceSettings
}

/** The target's tables as they are stored, and what new users start with. */
export interface AdviceTarget {
  readonly id: TargetId
  readonly tables: readonly TableData[]
  /** acl-pubsub-default */
  readonly allChannels: boolean
}

/** What the page asks of the worker. A newer `advise` takes the place of an older one. */
export interface AdviceRequest {
  readonly id: number
  /** `fix`: the text of a file with every safe fix made. */
  readonly want: 'advise' | { readonly fix: AdvisedFile }
  readonly subject: Subject
  /** Absent: the same as that of the request before. */
  readonly target?: AdviceTarget
}

/** What the worker tells of a request. */
export type AdviceNews =
  | { readonly kind: 'progress' }
  | { readonly kind: 'findings'; readonly file: AdvisedFile; readonly findings: readonly Finding[] }
  | { readonly kind: 'fixed'; readonly text: string }
  | { readonly kind: 'done' }
  /** A newer request took its place. */
  | { readonly kind: 'dropped' }
  | { readonly kind: 'failed' }

export type AdviceAnswer = { readonly id: number } & AdviceNews
