import type { Bytes } from '../../acl/bytes'
import type { KeyUse } from '../../acl/command'
import type { Decision } from '../../acl/decision'

export type CaptureKind = 'monitor' | 'transcript' | 'acl-log' | 'commands'

/** A command line found in a capture. */
export interface CapturedLine {
  readonly argv: readonly Bytes[]
  /** Line in the capture, from 1. */
  readonly line: number
  /** The database it ran in. */
  readonly db: number
  /** Who ran it, where the capture says so (ACL LOG). */
  readonly user: Bytes | null
  /** Who sent it: an address, or `lua` for a script. Null where the capture does not say. */
  readonly client: Bytes | null
  /** What the capture says became of it. */
  readonly seen: 'ran' | 'refused' | null
  /** How often (ACL LOG counts). */
  readonly count: number
  /** The capture names the command and one key or channel only: the other words are made up. */
  readonly partial: boolean
  /** The keys that a partial line is known to need; null where its words say it. */
  readonly keys: readonly KeyUse[] | null
}

/** What was read out of a text. */
export interface Capture {
  readonly kind: CaptureKind
  readonly lines: readonly CapturedLine[]
  /** Lines that could not be read, and why; at most 20. */
  readonly problems: readonly { readonly line: number; readonly message: string }[]
  /** How many lines could not be read. */
  readonly unread: number
  /** More was there than is read (see `captureLimits`). */
  readonly cut: boolean
  /** What captures of this kind leave out, in sentences. */
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
