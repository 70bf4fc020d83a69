import type { AdviceSettings } from '../../analysis/advice/advise'
import type { Finding } from '../../analysis/finding'
import type { TargetId } from '../../targets/target'

export type AdvisedFile = 'acl' | 'conf'

/** What diagnostics depend on. */
export interface Subject {
  readonly target: TargetId
  readonly modules: boolean
  /** New users start with all channels (acl-pubsub-default). */
  readonly allChannels: boolean
  readonly acl: string
  readonly conf: string
  readonly settings: AdviceSettings
}

/** What the page asks of the worker. A newer `advise` takes the place of an older one. */
export interface AdviceRequest {
  readonly id: number
  /** `fix`: the text of a file with every safe fix made. */
  readonly want: 'advise' | { readonly fix: AdvisedFile }
  readonly subject: Subject
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
