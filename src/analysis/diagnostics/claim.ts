import type { Bytes } from '../../acl/bytes'

/** What a diagnostic says of its user, as a command line and the verdict on it: tests ask the engine and real servers. */
export interface Claim {
  readonly argv: readonly Bytes[]
  readonly allowed: boolean
}
