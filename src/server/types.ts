import type { Bytes } from '../acl/bytes'
import type { Decision, Span } from '../acl/decision'
import type { Clock, RandomSource } from '../acl/environment'
import type { Reply } from '../resp/reply'
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
  | { readonly kind: 'unix' }
  | { readonly kind: 'address'; readonly address: string; readonly tls?: boolean; readonly certificateUser?: Bytes }

export interface ServerOptions {
  readonly target: Target
  /** redis.conf, as text. */
  readonly conf: Bytes
  readonly files: FileStore
  readonly clock: Clock
  readonly random: RandomSource
}

/** A problem in a file that the server reported at start or on ACL LOAD. */
export interface FileProblem {
  readonly message: string
  readonly span: Span | null
}

/** What became of starting a server. */
export type StartResult =
  | { readonly started: true; readonly server: Server; readonly notes: readonly FileProblem[] }
  | { readonly started: false; readonly crash: boolean; /** What the server prints before it exits, without log decoration. */ readonly message: string; readonly problems: readonly FileProblem[] }

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
  /** Runs a command line. Never throws. */
  send(argv: readonly Bytes[]): Exchange
  /** The client hangs up. */
  close(): void
}

/** Receives what a server sends unasked: messages, invalidations, late replies of blocked commands, the greeting of a refused client. */
export interface Sink {
  push(reply: Reply): void
  closed(): void
}

export interface Server {
  readonly target: Target
  /** Opens a connection. A refused client gets its error through the sink and is closed. */
  connect(origin: Origin, sink: Sink): Connection
  readonly connections: readonly Connection[]
  /** Loads what running this command needs and is not loaded yet (the Lua engine); null where nothing is. */
  prepare(argv: readonly Bytes[]): Promise<void> | null
  /** Lets time act: expiry, timeouts of blocked commands. */
  tick(): void
  /** Calls back after anything that a view might show has changed; returns the way to stop. */
  onChange(callback: () => void): () => void
}
