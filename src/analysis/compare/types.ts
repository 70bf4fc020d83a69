import type { Bytes } from '../../acl/bytes'
import type { Rule } from '../../acl/decision'
import type { AclFileProblem } from '../../acl/load'
import type { User } from '../../acl/user'
import type { Difference } from '../../proof/users'
import type { Target } from '../../targets/target'

/** A users.acl and the server that reads it. */
export interface Side {
  readonly target: Target
  /** users.acl, as text. */
  readonly acl: string
  /** redis.conf, as text; without it the server's defaults count. */
  readonly conf?: string
}

/** What a user may do after, beside what it may do before: over all commands, keys, channels and databases. */
export type Relation = 'equal' | 'more' | 'less' | 'other' | 'undecided'

/** How well a change of patterns is known: proven by a name that only one side matches, or by their text alone. */
export type Certainty = 'proven' | 'text-only'

/** A pattern that one side has and the other does not cover. */
export interface PatternChange {
  readonly kind: 'key' | 'channel' | 'database'
  /** As a rule: `%R~app:*`, `&news:*`, `db=0`. */
  readonly rule: Bytes
  /** What of it is gained or lost: reading, writing, both (from one pattern), the use of channels and databases, or only PSUBSCRIBE with this very pattern. */
  readonly what: 'read' | 'write' | 'read and write' | 'use' | 'psubscribe'
  readonly certainty: Certainty
  /** Where it is written, on the side that has it. */
  readonly span: Rule['span']
  /** A name that matches here and nowhere on the other side, where one was found. */
  readonly example: Bytes | null
  /** False where no command that the selector allows makes use of it. */
  readonly effective: boolean
}

/** Something about logging in that changed. `tone`: whether it lets in more, or less. */
export interface LoginChange {
  readonly what: 'on' | 'off' | 'nopass' | 'nopass-removed' | 'password-added' | 'password-removed'
  readonly text: string
  readonly tone: 'more' | 'less'
}

export interface CommandChange {
  /** In full: `config|get`. */
  readonly name: string
  /** `whole`: the command; `first-argument`: only with this first argument (`select|0`). */
  readonly kind: 'whole' | 'first-argument'
  /** The other side has no such command at all. */
  readonly exists: boolean
}

export interface Gains<T> {
  readonly gained: readonly T[]
  readonly lost: readonly T[]
}

/**
 * What changed for one set of permissions: the root, or a selector. Selectors are paired by what they share; one that
 * has no counterpart is compared with nothing.
 */
export interface SelectorChange {
  /** Place in the user before and after, 0 being the root; null where it is not there. */
  readonly before: number | null
  readonly after: number | null
  readonly commands: Gains<CommandChange>
  readonly patterns: Gains<PatternChange>
}

export interface UserChange {
  readonly name: Bytes
  readonly kind: 'added' | 'removed' | 'changed' | 'same'
  /** The name it had before, where its passwords or its rules show that it is the same user; else null. */
  readonly renamedFrom: Bytes | null
  /** Proved, but for `undecided`. A user that cannot log in may do nothing. */
  readonly relation: Relation
  /** What its rules allow beyond those of the other side, each with a command line that shows it. */
  readonly gained: readonly Difference[]
  readonly lost: readonly Difference[]
  /** Commands for which the question was given up. */
  readonly undecided: readonly string[]
  /** More patterns differ than have a difference of their own in `gained` and `lost`. */
  readonly isCut: boolean
  /** The flag of RESTORE's checks, where it changed and the user may RESTORE: `more` skips the checks. */
  readonly sanitize: 'more' | 'less' | null
  /** Why nobody can log in as the user after the change; null where somebody can. */
  readonly noLogIn: 'off' | 'no password' | null
  readonly before: User | null
  readonly after: User | null
  readonly login: readonly LoginChange[]
  /** Over all selectors: commands that some selector allows on one side and none on the other. */
  readonly commands: Gains<CommandChange>
  /** Only those that changed. */
  readonly selectors: readonly SelectorChange[]
}

/** A side that the server refuses: there are no users to compare. */
export interface RefusedSide {
  readonly side: 'before' | 'after'
  /** In the server's words. */
  readonly message: string
  readonly crash: boolean
  readonly problems: readonly AclFileProblem[]
}

export interface Comparison {
  readonly refused: readonly RefusedSide[]
  /** In the order of the file after, then those removed. Empty where a side was refused. */
  readonly users: readonly UserChange[]
  /** No user changed: proved for what rules allow, read off for log-ins. False where a side was refused. */
  readonly same: boolean
  /** What is compared as text only, or not at all, in sentences. */
  readonly notes: readonly string[]
}

/** What changes when the same file is read by another server. */
export interface Upgrade {
  readonly from: Target
  readonly to: Target
  /** The file as it stands, read by both. */
  readonly comparison: Comparison
  /** The file with rules added so that nothing changes, as far as rules can do that. */
  readonly acl: string
  /** Rules added, by user. */
  readonly added: readonly { readonly user: Bytes; readonly rules: readonly Bytes[] }[]
  /** Lines or words that had to be taken out or changed so that the new server reads the file at all, in sentences. */
  readonly repairs: readonly string[]
  /** The old file on the old server against the new file on the new one: what is left. */
  readonly remaining: Comparison
  /** All that is left are commands that only one of the two servers has, and command lines that no client sends. */
  readonly complete: boolean
}
