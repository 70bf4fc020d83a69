import type { Bytes } from '../../acl/bytes'
import type { Decision } from '../../acl/decision'
import type { Need } from '../../proof/reached'
import type { CommandLine } from '../../proof/command-line'
import type { ShownLine } from '../ways/script'
import type { Origin } from '../../server/types'

/** The reasons for which an ACL denies a command line, as named in ACL LOG. */
export const aclReasons = ['command', 'key', 'channel', 'database'] as const
/**
 * The reasons for which nobody can log in and run a command: the user is off, has no password, or does not exist; or
 * the server rejects the connection.
 */
export const loginReasons = ['off', 'no-password', 'no-user', 'protected-mode', 'unreachable'] as const
/**
 * All reasons that may follow `because`. `no-command`: the server has no such command. `configuration`: a directive
 * blocks what the rules allow.
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

/** The statement of a sentence, independent of its source. */
export interface Statement {
  readonly user: Bytes
  readonly verb: 'can' | 'cannot'
  readonly action: Action
  /** The origin of the connection; null for any origin that the server accepts. */
  readonly origin: Origin | null
  /** The database of the connection; null for database 0. */
  readonly db: number | null
  readonly because: Reason | null
}

/** The subject of a policy statement. */
export type Subject =
  | { readonly kind: 'user'; readonly user: Bytes }
  /** Every user whose name matches, each with its own value of `{id}`. */
  | { readonly kind: 'template'; readonly before: Bytes; readonly name: Bytes; readonly after: Bytes }
  /** A role by itself, as if a user held it and had no rules of its own. */
  | { readonly kind: 'role'; readonly role: Bytes }
  /** `nobody but …`, and its synonym `only …`; of the users with a role where one is named. */
  | { readonly kind: 'nobody'; readonly but: readonly Bytes[]; readonly role?: Bytes }
  | { readonly kind: 'everyone'; readonly but: readonly Bytes[]; readonly role?: Bytes }

/** The access of a policy statement, which its subject can, cannot or can only have. */
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
  /** In any number of steps: logging in as another user, and getting to keys (`ways`). */
  | { readonly kind: 'become'; readonly user: Bytes }
  | { readonly kind: 'reach'; readonly patterns: readonly Bytes[] }

/** A statement about all command lines of its subject. */
export interface PolicyStatement {
  readonly subject: Subject
  readonly verb: 'can' | 'cannot' | 'can only'
  readonly access: Access
  /** Users that may change rules are judged by their present rules. */
  readonly byOwnRules: boolean
  readonly origin: Origin | null
  /** The database of the connection; null for any in negative statements, database 0 in positive ones. */
  readonly db: number | null
}

/** A sentence of an expectations file, with the positions of its parts. */
interface Sentence {
  /** The line as written, trimmed. */
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

/** An error in a line of an expectations file. */
export interface ExpectationProblem {
  readonly message: string
  /** A suggestion to correct it. */
  readonly hint: string
  /** The word at fault. */
  readonly place: Place
}

export interface ParsedExpectations {
  readonly expectations: readonly Expectation[]
  readonly problems: readonly ExpectationProblem[]
}

/** The server's behaviour, in the terms of an expectation. */
export interface Verdict {
  readonly allowed: boolean
  /** Null for allowed lines. */
  readonly reason: Reason | null
}

export interface ExpectationResult {
  readonly expectation: Expectation
  /**
   * `invalid`: there is no verdict, since the line names an unknown user or command, has the wrong number of arguments,
   * or a database out of range.
   */
  readonly state: 'holds' | 'fails' | 'invalid'
  /** Null for invalid lines and for policy statements. */
  readonly verdict: Verdict | null
  /** The result in a sentence; for `holds`, the reason. */
  readonly message: string
  /** A suggestion beyond checking the rules; null where there is none. */
  readonly hint: string | null
  /** The ACL decision on the command line, for an explanation; null for log-ins, and for unknown users or commands. */
  readonly decision: Decision | null
  /** The server's error; null where it allows the line or sends no error. */
  readonly reply: Bytes | null
  /** The part of the line that the message is about. */
  readonly place: Place
  /** The proof or counterexample of a policy statement; undefined for other expectations. */
  readonly proof?: Proof
}

/** The outcome of the search for a policy statement. */
export type Proof =
  /** Holds for every command line. */
  | { readonly kind: 'proved' }
  /** No way within the kinds of steps that are searched. */
  | { readonly kind: 'no-way' }
  /** A counterexample: a user and a command line; the line is null where the statement is not about a command line. */
  | {
      readonly kind: 'disproved'
      readonly user: Bytes
      readonly line: CommandLine | null
      /** The power that the line gives beyond the user's own rules, to stand after "can"; null where that is not the reason. */
      readonly escalation: string | null
      /** The lines by which the user becomes another, or gets to keys, one after the other; null where the statement is about single lines. */
      readonly script: readonly ShownLine[] | null
    }
  /** The search reached its limit, or the question has no exact answer. */
  | { readonly kind: 'undecided' }
