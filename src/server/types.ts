import type { Bytes } from '../acl/bytes'
import type { Decision, Span } from '../acl/decision'
import type { Clock, RandomSource } from '../acl/environment'
import type { AclFileResult } from '../acl/load'
import type { AclLog } from '../acl/log'
import type { User } from '../acl/user'
import type { Users } from '../acl/users'
import type { Keyspace } from '../keyspace/keyspace'
import type { ErrorReply, Reply } from '../resp/reply'
import type { Target } from '../targets/target'

/** The files a server can read and write, by path as written in its configuration (relative to `dir`). */
export interface FileStore {
  /** The whole file, or null where there is none. */
  read(path: string): Bytes | null
  /** Replaces the file. Throws an Error with the system's message where it cannot. */
  write(path: string, content: Bytes): void
}

/** Where a connection comes from. */
export type Origin =
  | { readonly kind: 'loopback'; readonly tls?: boolean; readonly certificateUser?: Bytes }
  /** `as`: whether the client's system user owns the socket, shares its group, or neither (unixsocketperm). */
  | { readonly kind: 'unix'; readonly as?: 'owner' | 'group' | 'other' }
  | { readonly kind: 'address'; readonly address: string; readonly tls?: boolean; readonly certificateUser?: Bytes }

export interface ServerOptions {
  readonly target: Target
  /** redis.conf, as text. */
  readonly conf: Bytes
  readonly files: FileStore
  readonly clock: Clock
  readonly random: RandomSource
  /** A directive that the target does not know: servers refuse to start (the default), or it is only noted. */
  readonly unknownDirectives?: 'refuse' | 'note'
  /** Where `conf` came from and CONFIG REWRITE writes it (`redis.conf` unless said); null: the server runs without a configuration file. */
  readonly confPath?: string | null
  /** Bytes of keys and values at most, whatever `maxmemory` is (500 MB unless less is said): more is refused with the server's OOM error. */
  readonly memoryLimit?: number
  /** Bytes of one string at most; proto-max-bulk-len's default unless said. */
  readonly stringLimit?: number
  /** Bytes of values that one command of a script may go through at most: more ends the script, as SCRIPT KILL would. */
  readonly effortLimit?: number
  /** SHUTDOWN was carried out, or ACL LOAD read a file that crashes the real server: every connection is closed. */
  readonly onShutdown?: (why: 'shutdown' | 'crash') => void
  /**
   * Listens where `port` and `bind` say now, and nowhere else; false where that cannot be had. CONFIG SET answers when it
   * knows. Left out: nothing listens, and every address is as good as another.
   */
  readonly relisten?: () => Promise<boolean>
  /** false: exchanges carry no decision where a command was allowed, which is faster. */
  readonly explain?: boolean
}

/** A problem in a file that the server reported at start or on ACL LOAD. */
export interface FileProblem {
  readonly message: string
  readonly span: Span | null
}

/** What one command line did. */
export interface Exchange {
  readonly argv: readonly Bytes[]
  /** The replies so far, in order: usually one; one a channel for SUBSCRIBE; none while blocked. */
  readonly replies: readonly Reply[]
  /** The ACL's decision, where the command got as far as being checked. */
  readonly decision: Decision | null
  /** The command waits (BLPOP, …); its reply arrives through the connection's sink. */
  readonly blocked: boolean
}

export interface Connection {
  readonly id: number
  readonly origin: Origin
  /** Null while nobody is logged in. */
  readonly user: Bytes | null
  readonly protocol: 2 | 3
  readonly db: number
  readonly name: Bytes
  readonly inMulti: boolean
  /** Subscribed in RESP2, so that only a few commands are accepted. */
  readonly subscriptions: number
  readonly closed: boolean
  /** Why the connection never came about (`Connection refused`), in a client's words; null where it did. */
  readonly refused: string | null
  /**
   * AUTH by somebody who knows the user's password: what a shared session does whose passwords were left out. Null where it
   * logs in; else the server's answer, which ACL LOG shows too: there is no such user, it is off, or no password lets it in.
   */
  logInAs(user: Bytes): ErrorReply | null
  /** Runs a command line. Never throws. */
  send(argv: readonly Bytes[]): Exchange
  /** The client hangs up. */
  close(): void
}

/** Receives what a server sends unasked: messages, invalidations, late replies of blocked commands, the greeting of a refused client. */
export interface Sink {
  push(reply: Reply): void
  /** The server hung up. During a send() this may come before send returns: the replies that it returns were sent before. */
  closed(): void
}

export interface Server {
  readonly target: Target
  /** Opens a connection. A refused client gets its error through the sink and is closed. */
  connect(origin: Origin, sink: Sink): Connection
  readonly connections: readonly Connection[]
  /** Loads what running this command needs and is not loaded yet (the Lua engine); null where nothing is. */
  prepare(argv: readonly Bytes[]): Promise<void> | null
  /** What the ACL says of a command line for a user (by name or object), without running or logging it; null where there is no such user or command. */
  judge(user: Bytes | User, argv: readonly Bytes[], options?: { readonly db?: number }): Decision | null
  /** The users in memory. */
  readonly users: Users
  readonly aclLog: AclLog
  readonly keyspace: Keyspace
  /** ACL LOAD of this text, as if it were the ACL file: all or nothing. Connections end as the target ends them. */
  loadAclText(text: Bytes): AclFileResult
  /** The ACL file that ACL SAVE would write now. */
  aclText(): Bytes
  /** Why the server is gone, where it is: SHUTDOWN, or something that crashes a real one. Nobody can connect any more. */
  readonly stopped: 'shutdown' | 'crash' | null
  /** Lets time act: expiry, timeouts of blocked commands. */
  tick(): void
  /** Calls back after anything that a view might show has changed; returns the way to stop. */
  onChange(callback: () => void): () => void
}
