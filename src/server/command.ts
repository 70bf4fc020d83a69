import type { Bytes } from '../acl/bytes'
import type { Command } from '../acl/command'
import type { Reply } from '../resp/reply'
import type { SimulatedServer } from './server'
import type { Session } from './session'

/** Where a command line came from, in the words of ACL LOG. */
export type RunContext = 'toplevel' | 'multi' | 'lua'

/** One run of a server-level command: everything its handler may look at or change. */
export interface Call {
  readonly server: SimulatedServer
  readonly session: Session
  /** The command that was looked up: the subcommand where there is one. */
  readonly command: Command
  /** As sent; argv[0] may be the new name of a renamed command. Arity and permission were checked. */
  readonly argv: readonly Bytes[]
  readonly context: RunContext
}

/** Several replies to one command (SUBSCRIBE to two channels), or none (CLIENT REPLY OFF). */
export interface Replies {
  readonly type: 'replies'
  readonly replies: readonly Reply[]
}

export const replies = (list: readonly Reply[]): Replies => ({ type: 'replies', replies: list })

/** Answers a command. Throws CommandError to answer with an error; may throw nothing else. */
export type ServerHandler = (call: Call) => Reply | Replies

/**
 * Server-level handlers by full lower-case name: `auth`, `acl|setuser`, `config|get`. Where the target knows no
 * subcommands of a command (6.x), the handler of the plain name (`acl`) is called, and picks by argv[1] itself.
 */
export type ServerHandlerTable = Readonly<Record<string, ServerHandler>>

export function isReplies(reply: Reply | Replies): reply is Replies {
  return typeof reply === 'object' && reply !== null && 'type' in reply && reply.type === 'replies'
}
