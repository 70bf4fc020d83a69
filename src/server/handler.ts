import type { Command } from '../acl/command'
import type { HandlerTable as KeyspaceTable } from '../keyspace/context'
import type { Reply } from '../resp/reply'
import type { Invocation } from './invocation'
import type { Saves } from './saves'

/** Several replies to one command (SUBSCRIBE to two channels), or none (CLIENT REPLY OFF). */
export interface Replies {
  readonly type: 'replies'
  readonly replies: readonly Reply[]
}

export const replies = (list: readonly Reply[]): Replies => ({ type: 'replies', replies: list })

export function isReplies(reply: Reply | Replies): reply is Replies {
  return typeof reply === 'object' && reply !== null && 'type' in reply && reply.type === 'replies'
}

/**
 * Answers a command whose arity and permission were checked. `Parts` are the parts of the server that it may touch. Throws
 * CommandError to answer with an error; may throw nothing else.
 */
export type Handler<Parts = unknown> = (invocation: Invocation, server: Parts) => Reply | Replies

/**
 * Server-level handlers by full lower-case name: `auth`, `acl|setuser`, `config|get`. Where the target knows no
 * subcommands of a command (6.x), the handler of the plain name (`acl`) is called, and picks by argv[1] itself.
 */
export type HandlerTable<Parts> = Readonly<Record<string, Handler<Parts>>>

/** The commands that a server simulates. */
export interface Registry<Parts> {
  /** Commands on the server: connections, users, configuration, transactions, scripts. */
  readonly server: HandlerTable<Parts>
  /** Commands on keys. */
  readonly keyspace: KeyspaceTable
  /** Returns the saves of a server; absent where that is not loaded. */
  readonly saves?: ((server: Parts) => Saves) | undefined
  /** Returns whether the handler of a command is loaded; absent where all are. */
  has?(command: Command): boolean
  /** Loads the handler of a command; null where it is loaded. */
  load?(command: Command): Promise<void> | null
}

/** Returns the server-level handler of a command; CLUSTER's subcommands share one. */
export function serverHandler<Parts>({ server }: Registry<Parts>, command: Command): Handler<Parts> | undefined {
  return server[command.name] ?? (command.parent?.name === 'cluster' ? server['cluster'] : undefined)
}
