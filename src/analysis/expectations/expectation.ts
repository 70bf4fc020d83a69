import type { Bytes } from '../../acl/bytes'
import type { Decision } from '../../acl/decision'
import type { Need } from '../../proof/reach'
import type { CommandLine } from '../../proof/users'
import type { Origin } from '../../server/types'

/** Why an access control list refuses a command line, as ACL LOG names it. */
export const aclReasons = ['command', 'key', 'channel', 'database'] as const
/** Why nobody gets so far as to run one: the user is off, has no password, does not exist; or the server does not take the connection. */
export const loginReasons = ['off', 'no-password', 'no-user', 'protected-mode', 'unreachable'] as const
/**
 * All that may follow `because`. `no-command`: the server has no such command. `configuration`: a directive blocks what
 * the rules allow.
 */
export const reasons = [...aclReasons, 'configuration', 'no-command', ...loginReasons] as const

export type Reason = (typeof reasons)[number]

/** A place in the text, in UTF-16 units from its start; lines and columns count from 1. */
export interface Place {
  readonly line: number
  readonly column: number
  readonly from: number
  readonly to: number
}

export type Action = { readonly kind: 'log-in' } | { readonly kind: 'command'; readonly argv: readonly Bytes[] }

/** What a sentence states, wherever it was written. */
export interface Statement {
  readonly user: Bytes
  readonly verb: 'can' | 'cannot'
  readonly action: Action
  /** Where the connection comes from; null: from somewhere that the server lets in. */
  readonly origin: Origin | null
  /** The database that the connection is in; null: database 0. */
  readonly db: number | null
  readonly because: Reason | null
}

/** Whom a policy statement is about. */
export type Subject =
  | { readonly kind: 'user'; readonly user: Bytes }
  /** Every user whose name matches, each with its own value of `{id}`. */
  | { readonly kind: 'template'; readonly before: Bytes; readonly name: Bytes; readonly after: Bytes }
  /** `nobody but …`, and `only …`, which says the same. */
  | { readonly kind: 'nobody'; readonly but: readonly Bytes[] }
  | { readonly kind: 'everyone'; readonly but: readonly Bytes[] }

/** What a policy statement says that its subject can, cannot or can only do. */
export type Access =
  | { readonly kind: 'keys'; readonly need: Need; readonly patterns: readonly Bytes[] }
  | {
      readonly kind: 'run'
      /** Commands, subcommands (`config|set`) and categories (`@read`). */
      readonly commands: readonly Bytes[]
      readonly keys: readonly Bytes[] | null
    }
  | { readonly kind: 'channels'; readonly patterns: readonly Bytes[] }
  | { readonly kind: 'databases'; readonly numbers: readonly number[] }
  | { readonly kind: 'log-in'; readonly withoutPassword: boolean }

/** What a sentence states of every command line at once. */
export interface PolicyStatement {
  readonly subject: Subject
  readonly verb: 'can' | 'cannot' | 'can only'
  readonly access: Access
  /** Users that may change the rules count by the rules that they have now. */
  readonly byOwnRules: boolean
  readonly origin: Origin | null
  /** The database of the connection; null: any for what cannot be, database 0 for what can. */
  readonly db: number | null
}

/** A sentence of an expectations file, and where its parts stand. */
interface Sentence {
  /** The line as it was written, without white space around it. */
  readonly text: string
  /** The whole sentence. */
  readonly place: Place
  readonly places: {
    readonly user: Place
    readonly verb: Place
    readonly action: Place
    /** The address after `from`, the number after `in db`, the word after `because`. */
    readonly origin: Place | null
    readonly db: Place | null
    readonly because: Place | null
  }
}

/** A line about one command line, or a log-in. */
export interface LineExpectation extends Sentence, Statement {
  readonly kind: 'line'
}

/** A line about every command line of some users. */
export interface PolicyExpectation extends Sentence, PolicyStatement {
  readonly kind: 'policy'
}

/** One line of an expectations file. */
export type Expectation = LineExpectation | PolicyExpectation

/** A line that is no expectation. */
export interface ExpectationProblem {
  readonly message: string
  /** What to do about it. */
  readonly hint: string
  /** The word at fault. */
  readonly place: Place
}

export interface ParsedExpectations {
  readonly expectations: readonly Expectation[]
  readonly problems: readonly ExpectationProblem[]
}

/** What the server does, in an expectation's terms. */
export interface Verdict {
  readonly allowed: boolean
  /** Null where it is allowed. */
  readonly reason: Reason | null
}

export interface ExpectationResult {
  readonly expectation: Expectation
  /**
   * `invalid`: it cannot be told, since the line names a user or command that there is not, gives a command too few or
   * too many words, or a database out of range.
   */
  readonly state: 'holds' | 'fails' | 'invalid'
  /** Null where it is invalid, and for policy statements. */
  readonly verdict: Verdict | null
  /** What is the case, in a sentence: for `holds` why it does. */
  readonly message: string
  /** What to do, where that is more than to look at the rules; else null. */
  readonly hint: string | null
  /** What the ACL says of the command line, to explain; null for log-ins, and where there is no such user or command. */
  readonly decision: Decision | null
  /** What the server answers where it refuses, in its words; null where it does not, or answers nothing. */
  readonly reply: Bytes | null
  /** The part of the line that the message is about. */
  readonly place: Place
  /** For policy statements: whether it is proved, or what shows the opposite; undefined for others. */
  readonly proof?: Proof
}

/** How a policy statement was decided. */
export type Proof =
  /** Over every command line. */
  | { readonly kind: 'proved' }
  /** A user and a command line that show the opposite; null where it is not about one command line. */
  | { readonly kind: 'disproved'; readonly user: Bytes; readonly line: CommandLine | null }
  /** The search was given up, or has no exact answer. */
  | { readonly kind: 'undecided' }
