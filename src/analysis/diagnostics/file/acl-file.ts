import type { Bytes } from '../../../acl/bytes'
import type { Target } from '../../../targets/target'
import type { Diagnostic, Fix } from '../../diagnostic'
import type { ClientId } from '../clients'
import type { UserDiagnostic } from '../grouped'
import type { CheckedLine } from '../checked-line'
import type { Report } from '../line'

/** A checked line of users.acl, with its position. */
export interface PlacedLine {
  readonly checked: CheckedLine
  /** The line number, from 1. */
  readonly number: number
  /** The offset of the line's start in the file, in UTF-16 units. */
  readonly from: number
  /** Cached diagnostics of the line checks; null before they are computed. */
  diagnostics: readonly UserDiagnostic[] | null
}

/** users.acl, parsed for checks of the whole file. */
export interface AclText {
  readonly text: string
  readonly target: Target
  readonly lines: readonly PlacedLine[]
  /** The selected client library, or null. */
  readonly client: ClientId | null
  /** Returns true for a code that is muted for a user's line (null: for the file). */
  readonly isSilenced: (code: string, user: Bytes | null) => boolean
}

/**
 * A report of a file check, with offsets in the file. `user`: the user whose line it is on, for muting by user; null
 * for the file.
 */
export interface FileReport extends Report {
  readonly line: number
  readonly fixes: readonly Fix[]
  readonly user: Bytes | null
}

/** A check of the whole file. */
export interface FileCheck {
  readonly code: string
  readonly severity: Diagnostic['severity']
  readonly check: (file: AclText) => readonly FileReport[]
}
