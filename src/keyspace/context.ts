import type { Bytes } from '../acl/bytes'
import type { Arguments } from './arguments'
import type { RandomSource } from '../acl/environment'
import type { Reply } from '../resp/reply'
import type { Behaviours } from '../targets/behaviours'
import type { Database, Keyspace } from './keyspace'

/** A command that waits for keys: it is tried again whenever one of them was touched, in the order the clients blocked. */
export interface BlockRequest {
  readonly keys: readonly Bytes[]
  /** Milliseconds; 0 waits for ever. */
  readonly timeout: number
  /** The reply once it can be given, else undefined. */
  readonly attempt: (context: CommandContext) => Reply | undefined
  readonly onTimeout: Reply
}

/** What a keyspace command may see and do. One is made for each command run. */
export interface CommandContext {
  readonly keyspace: Keyspace
  /** The connection's selected database. */
  readonly db: Database
  readonly behaviours: Behaviours
  /** Unix milliseconds, fixed while the command runs. */
  readonly now: number
  readonly random: RandomSource
  readonly protocol: 2 | 3
  /** In MULTI or a script: a command that would block answers as on timeout at once. */
  readonly denyBlocking: boolean
  /** Whether the user may run this command line's command and read every key besides (SORT BY and GET ask). */
  readsEveryKey(argv: readonly Bytes[]): boolean
  /** The reply that stands for "blocked": call it where the command has nothing to give yet. */
  block(request: BlockRequest): Reply
  /** A keyspace notification: class letter as in notify-keyspace-events (`$lshzgxetd…`), event name, key. */
  notify(kind: string, event: string, key: Bytes, db?: Database): void
}

/** Runs one command. Argument 0 is the command name as sent; arity was checked. Throws CommandError to answer with an error. */
export type Handler = (context: CommandContext, args: Arguments) => Reply

/** Handlers by full lower-case name: `get`, `object|encoding`. */
export type HandlerTable = Readonly<Record<string, Handler>>
