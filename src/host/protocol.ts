import type { ClientSide } from '../analysis/checklist/types'
import type { Bytes } from '../acl/bytes'
import type { Asked } from '../ask/asked'
import type { Diagnostic } from '../analysis/diagnostic'
import type { PatternLine, PatternStatement } from '../analysis/key-access/pattern'
import type { Finding } from '../analysis/expectations/run-policy'
import type { Progress } from '../analysis/steps'
import type { TableData } from '../targets/table'
import type { TargetId } from '../targets/target'
import type { Exported, ExportFormat } from '../workspace/export/types'
import type { ImportFormat, ImportResult } from '../workspace/import/types'
import type { GoalResult } from '../workspace/course/grade'
import type { ShorterRules } from '../workspace/course/shorter'
import type { Exercise, WorkspaceFiles, WorkspaceState } from '../workspace/state'
import type { CheckedFile, CoverageOf, ListedCoverage, ListedItem, Subject } from './subject'
import type {
  DescribedComparison,
  DescribedExpansion,
  DescribedExtraction,
  DescribedFix,
  DescribedSimplification,
  DescribedUpgrade,
  SharedLink,
} from './described'

/** The secrets that a link or file holds: passwords as typed, only hashes, or none. */
export type SharedSecrets = 'passwords' | 'hashes' | 'none'

/** The questions that the host answers, by name: what each is given, and its result. The targets travel beside it. */
export interface Questions {
  /** Sends the diagnostics as parts. */
  readonly check: {
    input: Subject
    result: null
    /** Some of the diagnostics of a file; `isLast`: no more follow. */
    part: { readonly file: CheckedFile; readonly diagnostics: readonly Diagnostic[]; readonly isLast: boolean }
  }
  /** Asks for a file's text with every safe fix applied. */
  readonly fix: { input: Subject & { readonly file: CheckedFile }; result: string }
  readonly checklist: { input: Subject & { readonly client: ClientSide }; result: readonly ListedItem[] }
  readonly coverage: { input: Subject & { readonly of: CoverageOf }; result: ListedCoverage }
  readonly compare: {
    input: { readonly before: string; readonly after: string; readonly conf: string }
    /** `rest`: compared without the lines that a server rejects; null where there are none, or none are left to compare. */
    result: DescribedComparison & { readonly rest: DescribedComparison | null }
  }
  /** Two targets: the old and the new one. */
  readonly upgrade: { input: { readonly acl: string; readonly conf: string }; result: DescribedUpgrade }
  readonly simplify: {
    /** `user`: the user to simplify; null for all. */
    input: { readonly acl: string; readonly conf: string; readonly user: string | null }
    result: DescribedSimplification
  }
  readonly 'extract-roles': {
    /** `keep`: the roles to keep of those that are found, null for all; `names`: other names for them. */
    input: {
      readonly acl: string
      readonly conf: string
      readonly keep: readonly string[] | null
      readonly names: readonly (readonly [found: string, name: string])[]
    }
    result: DescribedExtraction
  }
  /** Two targets: the one that the file is for, and the one that is to read it without roles. */
  readonly 'expand-roles': { input: { readonly acl: string; readonly conf: string }; result: DescribedExpansion }
  readonly 'sentence-fix': {
    /** `line`: the line of the sentence, from 1. */
    input: { readonly acl: string; readonly conf: string; readonly expect: string; readonly line: number }
    /** `fix`: null where no edit is proved to make the sentence hold. */
    result: { readonly fix: DescribedFix | null }
  }
  /** Sends what is found for each sentence as a part. */
  readonly sentences: {
    input: { readonly basis: ServerBasis; readonly sentences: readonly string[] }
    result: null
    /** `place`s are those in the sentence alone. */
    part: { readonly sentence: string; readonly finding: Finding }
  }
  /** Asks who reaches the keys or channels of a pattern. Sends the users as parts, those first that reach some of them. */
  readonly pattern: {
    input: { readonly basis: ServerBasis; readonly kind: 'key' | 'channel'; readonly pattern: Bytes }
    /** The statements that hold of the pattern now. */
    result: readonly PatternStatement[]
    part: readonly PatternLine[]
  }
  readonly ask: { input: { readonly basis: ServerBasis; readonly question: string }; result: Asked }
  readonly export: { input: { readonly basis: ServerBasis; readonly format: ExportFormat }; result: Exported }
  readonly import: {
    /** `format`: null where it is to be detected. */
    input: { readonly text: string; readonly format: ImportFormat | null }
    result: { readonly ok: true; readonly result: CountedImport } | { readonly ok: false; readonly message: string }
  }
  /** No target. */
  readonly link: { input: { readonly workspace: WorkspaceState; readonly secrets: SharedSecrets }; result: SharedLink }
  /** No target. */
  readonly file: { input: { readonly workspace: WorkspaceState; readonly secrets: SharedSecrets }; result: string }
  readonly grade: {
    /** `lesson`: the id of a lesson, or an exercise. */
    input: { readonly lesson: string | Exercise; readonly files: WorkspaceFiles }
    /** One for each goal; those that ask for a command are not met. */
    result: readonly GoalResult[]
  }
  readonly shorten: {
    input: { readonly acl: string; readonly users: readonly string[] }
    /** Only the users whose rules have a shorter form that is proved to be equal. */
    result: readonly ShorterRules[]
  }
}

export type Kind = keyof Questions
export type Inputs = { readonly [K in Kind]: Questions[K]['input'] }
export type Results = { readonly [K in Kind]: Questions[K]['result'] }
/** The part that a question is answered with before its result; never for most. */
export type PartOf<K extends Kind> = K extends Kind ? (Questions[K] extends { part: infer P } ? P : never) : never

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

/** A target by its tables as they are stored, for targetFrom. */
export interface StoredTarget {
  readonly id: TargetId
  readonly release?: string
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

export type ToEngine = Request | { readonly cancel: number }

/** A message about a request. Each is a sign of life. */
export type News =
  /** The engine works on it from now on, on a part of it such as a sentence where `at` is not empty. */
  | { readonly kind: 'turn'; readonly at: string }
  | ({ readonly kind: 'progress' } & Progress)
  | { readonly kind: 'part'; readonly part: PartOf<Kind> }
  | { readonly kind: 'done'; readonly result: Results[Kind] }
  /** It was cancelled. */
  | { readonly kind: 'dropped' }
  | { readonly kind: 'failed' }

export type FromEngine = { readonly id: number } & News
