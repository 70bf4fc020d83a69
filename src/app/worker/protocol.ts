import type { ClientSide } from '../../analysis/checklist/types'
import type { Bytes } from '../../acl/bytes'
import type { Asked } from '../../ask/asked'
import type { Diagnostic } from '../../analysis/diagnostic'
import type { Finding } from '../../analysis/expectations/run-policy'
import type { Progress } from '../../analysis/steps'
import type { TableData } from '../../targets/table'
import type { TargetId } from '../../targets/target'
import type { Exported, ExportFormat } from '../../workspace/export/types'
import type { ImportFormat, ImportResult } from '../../workspace/import/types'
import type { WorkspaceState } from '../../workspace/state'
import type { CheckedFile, CoverageOf, ListedCoverage, ListedItem, Subject } from '../diagnostics/protocol'
import type {
  DescribedComparison,
  DescribedFix,
  DescribedSimplification,
  DescribedUpgrade,
  SharedLink,
} from './described'

/** The secrets that a link or file holds: passwords as typed, only hashes, or none. */
export type SharedSecrets = 'passwords' | 'hashes' | 'none'

/** The questions that the worker answers, by kind: what each is given. The targets travel beside it. */
export interface Inputs {
  /** Sends the diagnostics as parts. */
  readonly check: Subject
  /** Asks for a file's text with every safe fix applied. */
  readonly fix: Subject & { readonly file: CheckedFile }
  readonly checklist: Subject & { readonly client: ClientSide }
  readonly coverage: Subject & { readonly of: CoverageOf }
  readonly compare: { readonly before: string; readonly after: string; readonly conf: string }
  /** Two targets: the old and the new one. */
  readonly upgrade: { readonly acl: string; readonly conf: string }
  readonly simplify: {
    readonly acl: string
    readonly conf: string
    /** The user to simplify; null for all. */
    readonly user: string | null
  }
  readonly 'sentence-fix': {
    readonly acl: string
    readonly conf: string
    readonly expect: string
    /** The line of the sentence, from 1. */
    readonly line: number
  }
  /** Sends what is found for each sentence as a part. */
  readonly sentences: { readonly basis: ServerBasis; readonly sentences: readonly string[] }
  readonly ask: { readonly basis: ServerBasis; readonly question: string }
  readonly export: { readonly basis: ServerBasis; readonly format: ExportFormat }
  readonly import: {
    readonly text: string
    /** Null where it is to be detected. */
    readonly format: ImportFormat | null
  }
  /** No target. */
  readonly link: { readonly workspace: WorkspaceState; readonly secrets: SharedSecrets }
  /** No target. */
  readonly file: { readonly workspace: WorkspaceState; readonly secrets: SharedSecrets }
}

/** An import with the number of its users. */
export type CountedImport = Omit<ImportResult, 'users'> & { readonly users: number }

/** The page's server, as far as the worker's answers depend on it. */
export interface ServerBasis {
  /** redis.conf as the server started with it. */
  readonly conf: Bytes
  /** The values that CONFIG SET and the file set, by directive. */
  readonly settings: readonly (readonly [directive: string, value: Bytes])[]
  /** The ACL file that was loaded last; the users in memory as one where there is none. */
  readonly acl: Bytes
  /** acl-pubsub-default when it was loaded: new users start with all channels. */
  readonly allChannels: boolean
  /** The lines of roles and users in memory that differ from the file's, and the names of those that are gone. */
  readonly changedRoles: readonly Bytes[]
  readonly goneRoles: readonly Bytes[]
  readonly changed: readonly Bytes[]
  readonly gone: readonly Bytes[]
  /** As many clients are connected as may be. */
  readonly isFull: boolean
  readonly stopped: 'shutdown' | 'crash' | null
}

export type Kind = keyof Inputs

export interface Results {
  readonly check: null
  readonly fix: string
  readonly checklist: readonly ListedItem[]
  readonly coverage: ListedCoverage
  /** `rest`: compared without the lines that a server rejects; null where there are none, or none are left to compare. */
  readonly compare: DescribedComparison & { readonly rest: DescribedComparison | null }
  readonly upgrade: DescribedUpgrade
  readonly simplify: DescribedSimplification
  /** `fix`: null where no edit is proved to make the sentence hold. */
  readonly 'sentence-fix': { readonly fix: DescribedFix | null }
  readonly sentences: null
  readonly ask: Asked
  readonly export: Exported
  readonly import:
    { readonly ok: true; readonly result: CountedImport } | { readonly ok: false; readonly message: string }
  readonly link: SharedLink
  readonly file: string
}

/** The answer to some questions before their result. */
export interface Parts {
  /** Some of the diagnostics of a file; `isLast`: no more follow. */
  readonly check: {
    readonly file: CheckedFile
    readonly diagnostics: readonly Diagnostic[]
    readonly isLast: boolean
  }
  /** `place`s are those in the sentence alone. */
  readonly sentences: { readonly sentence: string; readonly finding: Finding; readonly milliseconds: number }
}

/** The part that a kind is answered with; never for most. */
export type PartOf<K extends Kind> = K extends keyof Parts ? Parts[K] : never

/** A target by its tables as they are stored, for unpackTarget. */
export interface StoredTarget {
  readonly id: TargetId
  readonly tables: readonly TableData[]
}

/** A target in a request: by its key, with its tables where the worker does not have them. */
export interface TargetReference {
  readonly key: string
  readonly stored?: StoredTarget
}

/** A question of some kind. */
export interface Request<K extends Kind = Kind> {
  readonly id: number
  readonly kind: K
  readonly targets: readonly TargetReference[]
  readonly input: Inputs[K]
}

export type ToWorker = Request | { readonly cancel: number }

/** A message about a request. Each is a sign of life. */
export type News =
  /** The worker works on it from now on. */
  | { readonly kind: 'turn' }
  | ({ readonly kind: 'progress' } & Progress)
  | { readonly kind: 'part'; readonly part: Parts[keyof Parts] }
  | { readonly kind: 'done'; readonly result: Results[Kind] }
  /** It was cancelled. */
  | { readonly kind: 'dropped' }
  | { readonly kind: 'failed' }

export type FromWorker = { readonly id: number } & News
