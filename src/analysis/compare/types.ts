import type { Bytes } from '../../acl/bytes'
import type { Rule } from '../../acl/decision'
import type { AclFileProblem } from '../../acl/load'
import type { User } from '../../acl/user'
import type { Difference } from '../../proof/users'
import type { Target } from '../../targets/target'

/** A users.acl and the server that reads it. */
export interface Side {
  readonly target: Target
  readonly acl: Bytes
  /** The name of users.acl in the server's messages, as text; undefined for `users.acl`. */
  readonly name?: string
  /** redis.conf; undefined for the server's defaults. */
  readonly conf?: Bytes
}

/** The permissions after the change relative to those before, over all commands, keys, channels and databases. */
export type Relation = 'equal' | 'more' | 'less' | 'other' | 'undecided'

/**
 * The certainty of a pattern change: proven by a name that only one side matches, or derived from the patterns' text
 * alone.
 */
export type Certainty = 'proven' | 'text-only'

/** A pattern that one side has and the other does not cover. */
export interface PatternChange {
  readonly kind: 'key' | 'channel' | 'database'
  /** As a rule: `%R~app:*`, `&news:*`, `db=0`. */
  readonly rule: Bytes
  /**
   * The access gained or lost: reading, writing, both (by one pattern), the use of channels and databases, or only
   * PSUBSCRIBE with exactly this pattern.
   */
  readonly what: 'read' | 'write' | 'read and write' | 'use' | 'psubscribe'
  readonly certainty: Certainty
  /** The span of the rule, on the side that has it. */
  readonly span: Rule['span']
  /** A name that only this side matches; null where none was found. */
  readonly example: Bytes | null
  /** False where no command that the selector allows uses the pattern. */
  readonly effective: boolean
}

/** A change of log-in. `tone`: whether it admits more or less. */
export interface LoginChange {
  readonly what: 'on' | 'off' | 'nopass' | 'nopass-removed' | 'password-added' | 'password-removed'
  readonly text: string
  readonly tone: 'more' | 'less'
}

export interface CommandChange {
  /** The full name: `config|get`. */
  readonly name: string
  /** `whole`: the command with any arguments; `first-argument`: only with this first argument (`select|0`). */
  readonly kind: 'whole' | 'first-argument'
  /** True where the other side's server has the command. */
  readonly exists: boolean
}

export interface Gains<T> {
  readonly gained: readonly T[]
  readonly lost: readonly T[]
}

/**
 * Changes of one set of permissions: the root, or a selector. Selectors are paired by similarity; a selector without a
 * counterpart is compared with an empty one.
 */
export interface SelectorChange {
  /** The index in `User.selectors` before and after, 0 for the root; null where it does not exist. */
  readonly before: number | null
  readonly after: number | null
  readonly commands: Gains<CommandChange>
  readonly patterns: Gains<PatternChange>
}

export interface UserChange {
  readonly name: Bytes
  readonly kind: 'added' | 'removed' | 'changed' | 'same'
  /** The user's previous name, where its passwords or rules identify it; else null. */
  readonly renamedFrom: Bytes | null
  /** The proved relation, unless `undecided`. A user that nobody can log in as has no permissions. */
  readonly relation: Relation
  /** The permissions that the other side does not grant, each with an example command line. */
  readonly gained: readonly Difference[]
  readonly lost: readonly Difference[]
  /** Commands for which the search reached its limit. */
  readonly undecided: readonly string[]
  /** True where more patterns differ than `gained` and `lost` list. */
  readonly isCut: boolean
  /**
   * The change of the sanitize-payload flag, where the user may run RESTORE: `more` skips the checks. Null where it is
   * unchanged.
   */
  readonly sanitize: 'more' | 'less' | null
  /** The reason why nobody can log in as the user after the change; null where somebody can. */
  readonly noLogIn: 'off' | 'no password' | null
  readonly before: User | null
  readonly after: User | null
  readonly login: readonly LoginChange[]
  /** Commands that some selector allows on one side and none on the other. */
  readonly commands: Gains<CommandChange>
  /** The changed selectors only. */
  readonly selectors: readonly SelectorChange[]
}

/** A side that the server rejects, so that there are no users to compare. */
export interface RefusedSide {
  readonly side: 'before' | 'after'
  /** The server's error message. */
  readonly message: string
  readonly crash: boolean
  readonly problems: readonly AclFileProblem[]
}

export interface Comparison {
  readonly refused: readonly RefusedSide[]
  /** The users in the order of the file after the change, then the removed users. Empty where a side was rejected. */
  readonly users: readonly UserChange[]
  /** True where no user changed: proved for permissions, read directly for log-ins. False where a side was rejected. */
  readonly same: boolean
  /** Sentences on what was compared as text only, or not compared. */
  readonly notes: readonly string[]
}

/** The changes when another server reads the same file. */
export interface Upgrade {
  readonly from: Target
  readonly to: Target
  /** The comparison of the unchanged file on both servers. */
  readonly comparison: Comparison
  /** The file with rules added that preserve all permissions, as far as rules can. */
  readonly acl: Bytes
  /** The added rules, by user. */
  readonly added: readonly { readonly user: Bytes; readonly rules: readonly Bytes[] }[]
  /** Sentences on lines or words that were removed or changed so that the new server accepts the file. */
  readonly repairs: readonly string[]
  /** The comparison of the old file on the old server with the new file on the new server. */
  readonly remaining: Comparison
  /**
   * True where `remaining` lists only commands that one of the two servers lacks, and command lines that no client
   * sends.
   */
  readonly complete: boolean
}
