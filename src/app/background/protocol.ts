import type { Relation, UserChange } from '../../analysis/compare'
import type { Edit } from '../../analysis/diagnostic'
import type { TableData } from '../../targets/table'
import type { TargetId } from '../../targets/target'
import type { WorkspaceState } from '../../workspace/state'

/** A target by its tables as they are stored, for unpackTarget. */
export interface StoredTarget {
  readonly id: TargetId
  readonly tables: readonly TableData[]
}

/** The changes of users that change alike, as text. */
export interface DescribedChange {
  /** The names for a heading: `app1, app2 and 98 more`. */
  readonly name: string
  readonly users: readonly string[]
  /** True where the lines have `{id}` for the part of each name that differs. */
  readonly hasId: boolean
  readonly kind: UserChange['kind']
  readonly relation: Relation
  /** The first commands by name. */
  readonly lines: readonly string[]
  /** Every command by name; null where `lines` name them all. */
  readonly full: readonly string[] | null
}

/** A comparison as plain data. */
export interface DescribedComparison {
  readonly refused: readonly { readonly side: 'before' | 'after'; readonly messages: readonly string[] }[]
  readonly same: boolean
  readonly notes: readonly string[]
  /** Users that changed. */
  readonly changes: readonly DescribedChange[]
}

export interface DescribedUpgrade {
  readonly comparison: DescribedComparison
  readonly remaining: DescribedComparison
  readonly acl: string
  readonly added: readonly { readonly user: string; readonly rules: string }[]
  readonly repairs: readonly string[]
  readonly complete: boolean
}

/** A word of a line's rules; `isOnlyHere`: the other version lacks it. */
export interface DescribedWord {
  readonly text: string
  readonly isOnlyHere: boolean
}

/** A user's line that can be shorter. */
export interface DescribedLine {
  readonly name: string
  readonly line: number
  /** The characters that it saves. */
  readonly saved: number
  readonly before: readonly DescribedWord[]
  readonly after: readonly DescribedWord[]
  readonly steps: readonly { readonly removed: string; readonly added: string; readonly why: string }[]
}

/** Shorter rules for users of a file, which are proved equal. */
export interface DescribedSimplification {
  /** The server's message where it rejects users.acl, so that nothing was tried. */
  readonly refused: string | null
  readonly shorter: readonly DescribedLine[]
  /** The number of lines for which nothing shorter was found. */
  readonly unchanged: number
  /** The users for which nothing shorter was found, and some rules were not decided. */
  readonly undecided: readonly string[]
  /** True where the new rules name a category, which may hold other commands on other versions. */
  readonly usesCategory: boolean
  /** The file with the shorter rules. */
  readonly content: string
}

/** A proved fix for a sentence that fails. */
export interface DescribedFix {
  readonly label: string
  /** In users.acl. */
  readonly edits: readonly Edit[]
  readonly effects: readonly string[]
}

/** A workspace as a link; `problem` where it cannot be one. */
export interface SharedLink {
  readonly fragment: string
  readonly problem: string
  readonly holdsPasswords: boolean
}

/** Long work that the page hands to a worker. */
export type Work =
  | {
      readonly kind: 'compare'
      readonly target: StoredTarget
      readonly before: string
      readonly after: string
      readonly conf: string
    }
  | {
      readonly kind: 'upgrade'
      readonly from: StoredTarget
      readonly to: StoredTarget
      readonly acl: string
      readonly conf: string
    }
  | {
      readonly kind: 'simplify'
      readonly target: StoredTarget
      readonly acl: string
      readonly conf: string
      /** The user to simplify; null for all. */
      readonly user: string | null
    }
  | {
      readonly kind: 'sentence-fix'
      readonly target: StoredTarget
      readonly acl: string
      readonly conf: string
      readonly expect: string
      /** The line of the sentence, from 1. */
      readonly line: number
    }
  | { readonly kind: 'link'; readonly workspace: WorkspaceState; readonly keepPasswords: boolean }
  | { readonly kind: 'file'; readonly workspace: WorkspaceState; readonly keepPasswords: boolean }

export interface Results {
  readonly compare: DescribedComparison
  readonly upgrade: DescribedUpgrade
  readonly simplify: DescribedSimplification
  /** `fix`: null where no edit is proved to make the sentence hold. */
  readonly 'sentence-fix': { readonly fix: DescribedFix | null }
  readonly link: SharedLink
  readonly file: string
}

export interface Progress {
  readonly done: number
  readonly of: number
}

export type Answer =
  | ({ readonly kind: 'progress' } & Progress)
  | { readonly kind: 'done'; readonly result: Results[keyof Results] }
  | { readonly kind: 'failed' }
