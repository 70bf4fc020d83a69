import type { Bytes } from '../../acl/bytes'

/**
 * A verifiable claim of a diagnostic: a command line and its verdict for the user. Tests check it on the engine and on
 * real servers.
 */
export interface Claim {
  readonly argv: readonly Bytes[]
  readonly allowed: boolean
}
