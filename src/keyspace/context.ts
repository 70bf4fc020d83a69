import type { Bytes } from '../acl/bytes'
import type { Arguments } from './arguments'
import type { RandomSource } from '../acl/environment'
import type { Reply } from '../resp/reply'
import type { Behaviours } from '../targets/behaviours'
import type { TargetId } from '../targets/target'
import type { Database, Keyspace, ValueType } from './keyspace'

/** A blocked command, retried whenever one of its keys is ready, in the order in which clients blocked. */
export interface BlockRequest {
  readonly keys: readonly Bytes[]
  /** The type that a key must have to be worth another attempt (7.2); undefined where no key is waited for. */
  readonly type?: ValueType
  /** Milliseconds; 0 waits for ever. */
  readonly timeout: number
  /** Returns the reply once there is one, else undefined. */
  readonly attempt: (context: CommandContext) => Reply | undefined
  readonly onTimeout: Reply
  /** The wait ends with an error when a key is deleted (XREADGROUP). */
  readonly endsWithKey?: true
}

/** The server's state and services as one keyspace command sees them. Created for each command. */
export interface CommandContext {
  readonly keyspace: Keyspace
  /** The connection's selected database. */
  readonly db: Database
  /** The release, for behaviours that are loaded with their commands. */
  readonly target: TargetId
  readonly behaviours: Behaviours
  /** Unix milliseconds, fixed while the command runs. */
  readonly now: number
  readonly random: RandomSource
  readonly protocol: 2 | 3
  /** True in MULTI and in scripts, where a command that would block replies at once as if it had timed out. */
  readonly denyBlocking: boolean
  /** Returns the value of a directive that is a number, such as `stream-node-max-entries`. */
  directive(name: string): number
  /** Returns true if the user may run this command line's command and read every key (for SORT BY and GET). */
  readsEveryKey(argv: readonly Bytes[]): boolean
  /** Blocks the client until the request can be answered. Return its result as the command's reply. */
  block(request: BlockRequest): Reply
  /** Publishes a keyspace notification: class letter as in notify-keyspace-events (`$lshzgxetd…`), event name, key. */
  notify(kind: string, event: string, key: Bytes, db?: Database): void
}

/**
 * Runs one command whose arity was checked. Argument 0 is the command name as sent. Throws CommandError to reply with
 * an error.
 */
export type Handler = (context: CommandContext, args: Arguments) => Reply

/** Handlers by full lower-case name: `get`, `object|encoding`. */
export type HandlerTable = Readonly<Record<string, Handler>>
