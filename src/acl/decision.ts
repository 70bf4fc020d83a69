import type { Bytes } from './bytes'
import type { Access, ChannelUse, Command, KeyUse } from './command'

/** The place of a rule. Offsets are UTF-16 units in the text of that source; lines count from 1. */
export interface Span {
  readonly source: 'users.acl' | 'redis.conf' | 'users.expect' | 'command'
  readonly line: number
  readonly from: number
  readonly to: number
}

/** A rule as it was written (`+@read`, `~app:*`, `>secret`), with its place, if any. */
export interface Rule {
  readonly text: Bytes
  readonly span: Span | null
}

export interface KeyCheck {
  readonly use: KeyUse
  readonly allowed: boolean
  /**
   * The rules whose patterns match the key and give any of the access it needs (several if one gave read and another
   * write access to the same pattern). Not empty does not mean allowed: a single pattern must give all of it.
   */
  readonly grantedBy: readonly Rule[]
  /** The part of use.access that the closest matching pattern does not give; all of it if none matches. */
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

/** The place of a selector: in the user itself, or in a role that the user holds. */
export interface SelectorPlace {
  /** Null for the user's own selectors. */
  readonly role: Bytes | null
  /** The root permissions of the user or role are 0. */
  readonly index: number
}

/** The result of one selector for one command line. */
export interface SelectorCheck {
  /** Index in `User.selectors`: the user's own, the root permissions first, then those of its roles. */
  readonly selector: number
  readonly place: SelectorPlace
  readonly allowed: boolean
  /** The rule that last switched this command on or off; null if no rule mentions it, which leaves it off. */
  readonly command: { readonly allowed: boolean; readonly rule: Rule | null }
  readonly keys: readonly KeyCheck[]
  readonly channels: readonly ChannelCheck[]
  readonly databases: readonly DatabaseCheck[]
}

export type DenyReason = 'command' | 'key' | 'channel' | 'database' | 'auth'

/** The decision on a command line of a user, with its reasons. The server's error is derived from it. */
export interface Decision {
  readonly allowed: boolean
  readonly user: Bytes
  readonly command: Command
  readonly argv: readonly Bytes[]
  /** Null if allowed. */
  readonly reason: DenyReason | null
  /** The object in ACL LOG: the command's full name, the key or the channel. */
  readonly object: Bytes
  /** Index in argv of the key, channel or database that the server reports; 0 for the command itself. Absent if allowed. */
  readonly at?: number
  /** Index of the selector that allowed it, or whose failure the server reports. */
  readonly decidedBy: number
  readonly selectors: readonly SelectorCheck[]
}
