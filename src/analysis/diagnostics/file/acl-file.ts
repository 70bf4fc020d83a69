import type { Bytes } from '../../../acl/bytes'
import type { Target } from '../../../targets/target'
import type { Diagnostic, Fix } from '../../diagnostic'
import type { ClientId } from '../clients'
import type { UserDiagnostic } from '../grouped'
import type { KnownLine } from '../known-line'
import type { Report } from '../line'

/** A line of users.acl in its place. */
export interface PlacedLine {
  readonly known: KnownLine
  /** From 1. */
  readonly number: number
  /** Where it starts in the file. */
  readonly from: number
  /** What is said of it by itself, once that was asked for. */
  diagnostics: readonly UserDiagnostic[] | null
}

/** users.acl as checks of the whole file see it. */
export interface AclText {
  readonly text: string
  readonly target: Target
  readonly lines: readonly PlacedLine[]
  /** The client library that was chosen, or null. */
  readonly client: ClientId | null
  /** Whether a code is silenced for a user's line (null: for the file). */
  readonly isSilenced: (code: string, user: Bytes | null) => boolean
}

/** What is said of a file: places are in the file. `user`: whose line it is about, for who silenced it. */
export interface FileReport extends Report {
  readonly line: number
  readonly fixes: readonly Fix[]
  readonly user: Bytes | null
}

/** An entry of the catalogue that looks at the whole file. */
export interface FileCheck {
  readonly code: string
  readonly severity: Diagnostic['severity']
  readonly check: (file: AclText) => readonly FileReport[]
}
