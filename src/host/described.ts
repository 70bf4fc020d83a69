import type { Relation, UserChange } from '../analysis/compare'
import type { Edit } from '../analysis/diagnostic'

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
  /** Conditions of the proofs. */
  readonly conditions: readonly string[]
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

/** A role that users of a file share. */
export interface DescribedRole {
  readonly name: string
  readonly rules: string
  readonly users: readonly string[]
}

/** Roles found in a file; those of analysis/roles/extract.ts as plain data. */
export type DescribedExtraction =
  | {
      readonly kind: 'roles'
      readonly found: readonly DescribedRole[]
      readonly roles: readonly DescribedRole[]
      /** The users whose lines changed. */
      readonly lines: readonly Omit<DescribedLine, 'steps'>[]
      readonly content: string
      /** The characters that the file is shorter by. */
      readonly saved: number
    }
  | { readonly kind: 'none'; readonly found: readonly DescribedRole[] }
  | { readonly kind: 'undecided'; readonly user: string; readonly found: readonly DescribedRole[] }
  | { readonly kind: 'refused'; readonly message: string }

/** A file without its roles; that of analysis/roles/expand.ts as plain data. */
export type DescribedExpansion =
  | {
      readonly kind: 'expanded'
      readonly content: string
      readonly roles: number
      readonly users: number
      /** The number of users whose selectors became root permissions. */
      readonly joined: number
      readonly added: readonly { readonly user: string; readonly rules: string }[]
      readonly hasUnusual: boolean
    }
  /** A sentence with a command line that only one of the two allows. */
  | { readonly kind: 'differs'; readonly sentence: string }
  | { readonly kind: 'undecided'; readonly user: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'refused'; readonly message: string }
