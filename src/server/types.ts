import type { Bytes } from '../acl/bytes'
import type { Decision, Span } from '../acl/decision'
import type { Clock, RandomSource } from '../acl/environment'
import type { LineError } from '../acl/line-rules'
import type { AclFileResult } from '../acl/load'
import type { AclLog } from '../acl/log'
import type { RuleError } from '../acl/rule-errors'
import type { User } from '../acl/user'
import type { Users } from '../acl/users'
import type { Keyspace } from '../keyspace/keyspace'
import type { ErrorReply, Reply } from '../resp/reply'
import type { Target } from '../targets/target'
import type { ValueError } from './config-value'
import type { TlsFiles } from './tls'

/** The files that a server can read and write, by path as written in its configuration (relative to `dir`). */
export interface FileStore {
  /** Returns the whole file, or null where there is none. */
  read(path: string): Bytes | null
  /** Replaces the file. Throws an Error with the system's message where it cannot. */
  write(path: string, content: Bytes): void
}

/** The facts that a server knows of a connection over TCP besides its address. */
interface Security {
  readonly tls?: boolean
  /** The common name of the client's certificate, which was verified. */
  readonly certificateUser?: Bytes
  /** The URIs among the alternative names of that certificate. */
  readonly certificateUris?: readonly Bytes[]
}

/** The origin of a connection. */
export type Origin =
  | ({ readonly kind: 'loopback' } & Security)
  /** `as`: the client's system user owns the socket, shares its group, or neither (unixsocketperm). */
  | { readonly kind: 'unix'; readonly as?: 'owner' | 'group' | 'other' }
  | ({ readonly kind: 'address'; readonly address: string } & Security)

/** The primary of REPLICAOF. */
export interface PrimaryAddress {
  readonly host: Bytes
  readonly port: number
}

/** Keeps a link to a primary; null ends the link. */
export type LinkToPrimary = (primary: PrimaryAddress | null) => void

export interface ServerOptions {
  readonly target: Target
  /** redis.conf, as text. */
  readonly conf: Bytes
  readonly files: FileStore
  readonly clock: Clock
  readonly random: RandomSource
  /** For a directive that the target does not know: refuse to start, as servers do (the default), or only note it. */
  readonly unknownDirectives?: 'refuse' | 'note'
  /** The path that CONFIG REWRITE writes to; `redis.conf` by default. Null: the server runs without a configuration file. */
  readonly confPath?: string | null
  /** The most bytes of keys and values, whatever `maxmemory` is; 500 MB by default and at most. More is the server's OOM error. */
  readonly memoryLimit?: number
  /** The most bytes of one string; by default that of proto-max-bulk-len. */
  readonly stringLimit?: number
  /** The most bytes of values that one command of a script may process; more ends the script as SCRIPT KILL does. */
  readonly effortLimit?: number
  /** Milliseconds for which a script, or those of a transaction together, may run before the server is busy; 750 by default. */
  readonly scriptTime?: number
  /** Called after SHUTDOWN, or after ACL LOAD of a file that crashes the real server; every connection is closed. */
  readonly onShutdown?: (why: 'shutdown' | 'crash') => void
  /**
   * Listens on the present `port`, `tls-port` and `bind` and nowhere else; resolves to false where that fails. CONFIG SET
   * waits for it. Without it nothing listens, and every address is accepted.
   */
  readonly relisten?: () => Promise<boolean>
  /** Reads certificates. Without it the files that the configuration names are not looked at. */
  readonly tlsFiles?: TlsFiles
  /** Links the server to the primary of REPLICAOF. Without it the link stays down. */
  readonly linkToPrimary?: LinkToPrimary
  /** New users of this target, for which lines of the ACL file were parsed ahead (prepare.ts); the server takes them over. */
  readonly users?: Users
  /** False: exchanges carry no decision where a command was allowed, which is faster. */
  readonly explain?: boolean
}

/** A note on a place in a file. */
export interface FileNote {
  readonly message: string
  readonly span: Span | null
}

/**
 * The kinds of errors in redis.conf, besides those of rules and values, that are told apart from others. A bad directive is an
 * unknown one, or has a wrong number of values.
 */
export type ConfigError =
  'bad-directive' | 'both-kinds-of-users' | 'no-acl-file' | 'unbalanced-quotes' | 'unclosed-selector' | 'other'

/** The kind of a problem in users.acl or redis.conf. */
export type ProblemKind = RuleError | LineError | ValueError | ConfigError

/** A problem in a file that the server reported at start or on ACL LOAD. */
export interface FileProblem extends FileNote {
  readonly kind: ProblemKind
}

/** The result of one command line. */
export interface Exchange {
  readonly argv: readonly Bytes[]
  /** The replies so far, in order: usually one, several for SUBSCRIBE to several channels, none while blocked. */
  readonly replies: readonly Reply[]
  /** The ACL's decision; null where the command was rejected before the check. */
  readonly decision: Decision | null
  /** The command waits (BLPOP, …); its reply arrives through the connection's sink. */
  readonly blocked: boolean
}

/** A client's connection. */
export interface Connection {
  readonly id: number
  readonly origin: Origin
  /** Null while nobody is logged in. */
  readonly user: Bytes | null
  readonly protocol: 2 | 3
  readonly db: number
  readonly name: Bytes
  readonly inMulti: boolean
  /** The number of channels and patterns subscribed to; in RESP2 they limit the commands that are accepted. */
  readonly subscriptions: number
  readonly closed: boolean
  /** Command lines sent now would wait: a command blocks, or clients are paused. */
  readonly isHeld: boolean
  /**
   * The reason why the connection was refused, as clients report it (`Connection refused`); null where it was accepted.
   */
  readonly refused: string | null
  /**
   * Logs in as AUTH with the right password does, for a shared session whose passwords were removed. Returns null, or the
   * server's error, which ACL LOG shows too: there is no such user, it is off, or it accepts no password.
   */
  logInAs(user: Bytes): ErrorReply | null
  /** Runs a command line. Never throws. */
  send(argv: readonly Bytes[]): Exchange
  /** Closes the connection from the client's side. */
  close(): void
}

/** Receives what a server pushes: messages, invalidations, replies to blocked commands, the error of a refused client. */
export interface Sink {
  push(reply: Reply): void
  /** The server closed the connection. During a send() this may be called before the replies that send returns. */
  closed(): void
}

/** A simulated server, as its users see it. */
export interface Server {
  readonly target: Target
  /**
   * Opens a connection. A refused client receives its error through the sink and is closed.
   * @param id that of takeId, where the client had to do something first
   */
  connect(origin: Origin, sink: Sink, id?: number): Connection
  /** Returns the id of a client that will connect. */
  takeId(): number
  readonly connections: readonly Connection[]
  /**
   * Loads what a command needs and is not loaded yet (the Lua engine; in the page, handlers); null where nothing is
   * missing. Rejects where handlers cannot be loaded.
   */
  prepare(argv: readonly Bytes[]): Promise<void> | null
  /**
   * Returns the ACL's decision on a command line for a user (by name or object) without running or logging it; null where
   * there is no such user or command.
   */
  judge(user: Bytes | User, argv: readonly Bytes[], options?: { readonly db?: number }): Decision | null
  /** The users in memory. */
  readonly users: Users
  readonly aclLog: AclLog
  readonly keyspace: Keyspace
  /** Loads a text as ACL LOAD loads the ACL file: all or nothing. Connections are closed as the target closes them. */
  loadAclText(text: Bytes): AclFileResult
  /** Returns the ACL file that ACL SAVE would write now. */
  aclText(): Bytes
  /** The reason why the server is stopped: SHUTDOWN, or a crash of the real server; null while it runs. */
  readonly stopped: 'shutdown' | 'crash' | null
  /** Applies the time that has passed: expiry, timeouts of blocked commands, running scripts. */
  tick(): void
  /** Registers a callback for changes of anything that a view may show. Returns a function that removes it. */
  onChange(callback: () => void): () => void
}
