import type { Reason } from '../analysis/expectations/expectation'
import type { ClientId } from '../analysis/diagnostics/clients'
import type { TargetId } from '../targets/list'

export type { ClientId, Reason, TargetId }

/** A file's content: text, or its bytes. */
export type FileContent = string | Uint8Array

/** An argument of a command line. Numbers are sent as their decimal text. */
export type Argument = string | number | Uint8Array

/** A command line: its arguments, or a line that is split as redis-cli splits it. */
export type CommandLine = readonly Argument[] | string

/** The files of a server, and the release that reads them. */
export interface PolicyOptions {
  /** The content of users.acl. */
  readonly acl: FileContent
  /** The content of redis.conf or valkey.conf; without it, the server has its default configuration. */
  readonly conf?: FileContent
  /** The release; `redis-8.0` by default. */
  readonly target?: TargetId
  /** The exact release to decide as, `7.4.5` or `valkey-8.0.3`; it chooses the target too. */
  readonly serverVersion?: string
  /** True to load the modules bundled with Redis 8. */
  readonly modules?: boolean
  /** The files that `include` names in redis.conf, by their paths as written there. */
  readonly files?: Readonly<Record<string, FileContent>>
}

/** A place in a file. Lines and columns count from 1, columns in UTF-16 units; the end is exclusive. */
export interface Location {
  readonly file: 'users.acl' | 'redis.conf' | 'users.expect'
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
}

/** A rule as it was written, such as `+@read` or `~app:*`. */
export interface Rule {
  readonly text: string
  /** Null for a rule that no file has, such as those of a default user that users.acl does not name. */
  readonly location: Location | null
}

/** The access to a key that a command needs; `use` where any pattern that matches it is enough. */
export type KeyAccess = 'read' | 'write' | 'read and write' | 'use'

/** The decision of one selector; a command line is allowed where a single selector allows all of it. */
export interface SelectorCheck {
  /** 0 for the root permissions, then the selectors in the order of the file. */
  readonly selector: number
  readonly allowed: boolean
  /** The rule that last allowed or denied the command; null where no rule mentions it, which denies it. */
  readonly command: { readonly allowed: boolean; readonly rule: Rule | null }
  readonly keys: readonly {
    readonly key: string
    readonly needs: KeyAccess
    readonly allowed: boolean
    /** The rules that match the key. Where `allowed` is false, they do not give all the access that the command needs. */
    readonly rules: readonly Rule[]
  }[]
  readonly channels: readonly {
    readonly channel: string
    /** True where the command names a pattern, which must be granted literally. */
    readonly isPattern: boolean
    readonly allowed: boolean
    readonly rule: Rule | null
  }[]
  readonly databases: readonly { readonly database: number; readonly allowed: boolean; readonly rule: Rule | null }[]
}

/** The decision on a command line of a user, with its reasons. */
export interface Check {
  readonly allowed: boolean
  /** Null where it is allowed. */
  readonly reason: Reason | null
  /** The decision in a sentence: `Denied because key: no rule lets app read secret:1.` */
  readonly message: string
  /** The server's error, without the `-` before it; null where it allows the line or only closes the connection. */
  readonly reply: string | null
  /** The rules that decided, the most relevant first. */
  readonly rules: readonly Rule[]
  /** The root permissions, then the selectors. Empty where the rules were not asked, such as for a user that is off. */
  readonly selectors: readonly SelectorCheck[]
}

/** Options of a check. */
export interface CheckOptions {
  /** The database of the connection; 0 by default. */
  readonly db?: number
  /** The address of the client, such as `203.0.113.5`; by default the line is not about the connection. */
  readonly from?: string
}

/** The result of one line of an expectations file. */
export interface ExpectationResult {
  /** Counts from 1. */
  readonly line: number
  readonly text: string
  /** `invalid`: the line cannot be parsed, or names a user, command or database that is not there. */
  readonly state: 'holds' | 'fails' | 'invalid'
  /** The reason in a sentence. */
  readonly message: string
  /** A suggestion; null where there is none. */
  readonly hint: string | null
  readonly location: Location
}

/** The results of an expectations file, in the order of its lines. */
export interface ExpectationReport {
  /** True where every line holds. */
  readonly holds: boolean
  readonly results: readonly ExpectationResult[]
  /** The lines that do not hold, one per line, for the message of an assertion; empty where all hold. */
  readonly message: string
}

/** The change of one user between two policies. */
export interface UserChange {
  readonly user: string
  readonly kind: 'added' | 'removed' | 'changed'
  /** The permissions now, relative to those before: proved over all command lines, unless `undecided`. */
  readonly relation: 'equal' | 'more' | 'less' | 'other' | 'undecided'
  /** The gains (`+`) and losses (`-`), one fact per line, each with a command line that shows it. */
  readonly changes: readonly string[]
}

/** The comparison of two policies. */
export interface PolicyComparison {
  /** True where no user's permissions or log-in changed, which is proved over all commands, keys and channels. */
  readonly same: boolean
  /** The users that changed. */
  readonly users: readonly UserChange[]
  /** Sentences on what was not compared. */
  readonly notes: readonly string[]
  /** All changes, one per line, for the message of an assertion; empty where nothing changed. */
  readonly message: string
}

/** A report of something that looks wrong in a file. */
export interface Diagnostic {
  /** The code in the documentation, such as `weak-password`. */
  readonly code: string
  readonly severity: 'error' | 'warning' | 'info'
  readonly message: string
  /** A sentence on how to resolve it; null where there is none. */
  readonly hint: string | null
  readonly location: Location
  /** Changes that resolve it. */
  readonly fixes: readonly Fix[]
}

/** A change that resolves a diagnostic. */
export interface Fix {
  readonly label: string
  /** True where the change affects no permissions and no log-in. */
  readonly safe: boolean
  /** Returns the content of the diagnostic's file with the change made. */
  apply(): string
}

/** Options of the diagnostics. */
export interface DiagnosticOptions {
  /** Codes to leave out. */
  readonly ignore?: readonly string[]
  /** The client library that connects, for the diagnostics that depend on it. */
  readonly client?: ClientId
}

/** A user of a policy. */
export interface PolicyUser {
  readonly name: string
  /** False where the user is off. */
  readonly enabled: boolean
  /** True where any password logs in as the user. */
  readonly nopass: boolean
  /** The number of passwords. */
  readonly passwords: number
  /** The user's rules as the server prints them, without its passwords: `on ~app:* resetchannels -@all +get`. */
  readonly rules: string
}

/** The release that reads a policy. */
export interface PolicyTarget {
  readonly id: TargetId
  /** `Redis 8.0`; `Redis 8.0.6` where `serverVersion` names it. */
  readonly label: string
  /** The version as INFO tells it: `8.0.2`. */
  readonly version: string
  /** The exact release: `8.0.6`, `8.0.2-3+deb13u3`. */
  readonly release: string
  /**
   * `recorded`: compared with a running server of this release; `documented`: made from its documentation; `derived`: another
   * release of its line was, and the known differences are applied.
   */
  readonly evidence: 'recorded' | 'documented' | 'derived'
  readonly modules: boolean
}

/** The users that a server has after it started on its files. */
export interface Policy {
  readonly target: PolicyTarget
  /** In the server's order. */
  readonly users: readonly PolicyUser[]
  /**
   * Decides a command line of a user, as if the user were logged in. Nothing is run. Throws InputError for a user or a
   * command that is not there, and for a wrong number of arguments: a misspelt name never counts as denied.
   */
  check(user: string, argv: CommandLine, options?: CheckOptions): Check
  /**
   * Checks an expectations file: sentences such as `app cannot FLUSHALL because command`, one per line. Throws InputError
   * where the text has none.
   */
  expect(text: string): ExpectationReport
  /** Compares this policy with a later one, by proof. */
  compare(other: Policy): PolicyComparison
  /** Returns what looks wrong in users.acl and redis.conf. */
  diagnostics(options?: DiagnosticOptions): readonly Diagnostic[]
}

/** Options of a simulated server. */
export interface StartOptions extends PolicyOptions {
  /** The TCP port on loopback; 0, the default, chooses a free one. */
  readonly port?: number
  /**
   * Passwords by user that the server accepts beside those of users.acl, for users of which the file has only hashes. They
   * are added to the users as `>password` is, so that ACL LIST shows one more hash. A user with nopass needs none.
   */
  readonly passwords?: Readonly<Record<string, string>>
  /** Receives what the server would log; nothing is logged by default. */
  readonly log?: (line: string) => void
}

/** An entry of ACL LOG: a command line, or a log-in, that was denied. */
export interface AclLogEntry {
  /** The number of equal denials within a minute. */
  readonly count: number
  readonly reason: 'command' | 'key' | 'channel' | 'database' | 'auth' | 'tls-cert'
  readonly context: 'toplevel' | 'multi' | 'lua' | 'module'
  /** The command, key or channel that was denied. */
  readonly object: string
  readonly username: string
  readonly clientInfo: string
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** A simulated server that listens on loopback. */
export interface TestServer {
  readonly port: number
  /**
   * Returns an address for clients, `redis://app:password@127.0.0.1:6380`; without a user, one that does not log in. Throws
   * InputError where there is no such user, or its password is not known: see `passwords`.
   */
  url(user?: string): string
  /** Returns the entries of ACL LOG, the newest first. */
  aclLog(): readonly AclLogEntry[]
  /**
   * Restores the state after the start: no keys, scripts and functions, an empty ACL LOG, the users and the configuration of
   * the files. Clients stay connected, except those of users that the files do not have.
   */
  reset(): void
  /** Disconnects all clients and stops listening. May be called more than once. */
  close(): Promise<void>
}
