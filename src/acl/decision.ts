import type { Bytes } from './bytes'
import type { Access, ChannelUse, Command, KeyUse } from './command'

/** Where a rule was written. Offsets are UTF-16 units in the text of that source; lines count from 1. */
export interface Span {
  readonly source: 'users.acl' | 'redis.conf' | 'users.expect' | 'command'
  readonly line: number
  readonly from: number
  readonly to: number
}

/** One rule as it was written (`+@read`, `~app:*`, `>secret`), with its place where it has one. */
export interface Rule {
  readonly text: Bytes
  readonly span: Span | null
}

export interface KeyCheck {
  readonly use: KeyUse
  readonly allowed: boolean
  /**
   * The rules whose patterns match the key and give any of the access it needs (several where one gave read and another
   * write to the same pattern). Not empty does not mean allowed: one single pattern must give all of it.
   */
  readonly grantedBy: readonly Rule[]
  /** What the closest matching pattern does not give of use.access; all of it where none matches. */
  readonly missing: Access
}

export interface ChannelCheck {
  readonly use: ChannelUse
  readonly allowed: boolean
  readonly grantedBy: Rule | null
}

export interface DatabaseCheck {
  readonly db: number
  readonly allowed: boolean
  readonly grantedBy: Rule | null
}

/** What one selector says of one command line. The root permissions count as selector 0. */
export interface SelectorCheck {
  readonly selector: number
  readonly allowed: boolean
  /** The rule that last switched this command on or off; null where no rule ever mentioned it (so: off). */
  readonly command: { readonly allowed: boolean; readonly rule: Rule | null }
  readonly keys: readonly KeyCheck[]
  readonly channels: readonly ChannelCheck[]
  readonly databases: readonly DatabaseCheck[]
}

export type DenyReason = 'command' | 'key' | 'channel' | 'database' | 'auth'

/** Why a command line was allowed or refused for a user. The server's one error is derived from it. */
export interface Decision {
  readonly allowed: boolean
  readonly user: Bytes
  readonly command: Command
  readonly argv: readonly Bytes[]
  /** null when allowed. */
  readonly reason: DenyReason | null
  /** What ACL LOG names as the object: the command's full name, the key or the channel. */
  readonly object: Bytes
  /** Index in argv of what the server reports: the key, channel or database; 0 for the command itself. Absent when allowed. */
  readonly at?: number
  /** Index into selectors: the one that allowed it, or the one whose failure the server reports. */
  readonly decidedBy: number
  readonly selectors: readonly SelectorCheck[]
}
