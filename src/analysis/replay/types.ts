import type { Bytes } from '../../acl/bytes'
import type { KeyUse } from '../../acl/command'
import type { Decision } from '../../acl/decision'

export type CaptureKind = 'monitor' | 'transcript' | 'acl-log' | 'commands'

/** A command line found in a capture. */
export interface CapturedLine {
  readonly argv: readonly Bytes[]
  /** The line number in the capture, from 1. */
  readonly line: number
  /** The database in which it ran. */
  readonly db: number
  /** The user that ran it, where the capture names it (ACL LOG); else null. */
  readonly user: Bytes | null
  /** The client: an address, or `lua` for a script. Null where the capture does not name it. */
  readonly client: Bytes | null
  /** The outcome according to the capture; null where it is unknown. */
  readonly seen: 'ran' | 'refused' | null
  /** The number of times (ACL LOG counts). */
  readonly count: number
  /** True where the capture names only the command and one key or channel: the other arguments are made up. */
  readonly partial: boolean
  /** The keys that a partial line needs; null where its arguments determine them. */
  readonly keys: readonly KeyUse[] | null
}

/** The result of parsing a capture. */
export interface Capture {
  readonly kind: CaptureKind
  readonly lines: readonly CapturedLine[]
  /** Lines that could not be parsed, with the reason; at most 20. */
  readonly problems: readonly { readonly line: number; readonly message: string }[]
  /** The number of lines that could not be parsed. */
  readonly unread: number
  /** True where the text exceeds `captureLimits`. */
  readonly cut: boolean
  /** Sentences on what captures of this kind omit. */
  readonly leavesOut: readonly string[]
}

/** The verdict on one captured line for one user. */
export interface ReplayedLine {
  readonly captured: CapturedLine
  /** Null where the target has no such command. */
  readonly decision: Decision | null
  /** The error of SORT for an option that reads keys which the line does not name; null where there is none. */
  readonly sortRefusal: Bytes | null
}
