import type { Bytes } from '../acl/bytes'
import type { Command, Uses } from '../acl/command'
import { Arguments } from '../keyspace/arguments'
import type { Target } from '../targets/target'
import { usesOf } from '../targets/uses'
import type { PendingCommand, Session } from './session'

/** The origin of a command line, in the words of ACL LOG. */
export type RunContext = 'toplevel' | 'multi' | 'lua'

/**
 * One command line on its way through the server. Made where a command arrives (from a client, at EXEC, from a script)
 * and handed down to everything that checks, runs or records it.
 */
export class Invocation implements PendingCommand {
  readonly #target: Target
  #uses: Uses | null

  /**
   * @param argv as sent; argv[0] may be the new name of a renamed command
   * @param db the database that it is checked against
   * @param uses what it uses, where that was found already
   */
  constructor(
    target: Target,
    readonly session: Session,
    readonly command: Command,
    readonly argv: readonly Bytes[],
    readonly context: RunContext,
    readonly db: number,
    uses: Uses | null = null,
  ) {
    this.#target = target
    this.#uses = uses
  }

  /** The command line, to be read by position: what its arity guarantees is there. */
  get args(): Arguments {
    return new Arguments(this.argv)
  }

  /** The keys, channels and databases that the command line uses; found on first use. */
  get uses(): Uses {
    return (this.#uses ??= usesOf(this.#target, this.command, this.argv, this.db, this.session))
  }
}

/** Returns the database that a session's next command is checked against: in a transaction, the one that its queued SELECTs lead to. */
export function checkedDatabase(session: Session): number {
  return session.transaction?.db ?? session.db
}
