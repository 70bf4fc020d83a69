import { readsEveryKey } from '../acl/check'
import type { RandomSource } from '../acl/environment'
import type { Bytes } from '../acl/bytes'
import type { BlockRequest, CommandContext } from '../keyspace/context'
import type { Database, Keyspace } from '../keyspace/keyspace'
import type { Reply } from '../resp/reply'
import type { Behaviours } from '../targets/behaviours'
import type { TargetId } from '../targets/target'
import type { Configuration, Data, Notifications, Randomness, Release, Time } from './parts'
import type { PendingCommand, Session } from './session'

/** The parts of a server that keyspace commands see. */
export type ContextParts = Release & Time & Randomness & Configuration & Data & Notifications

/** The server as the keyspace handler of a command sees it. */
export class ServerContext implements CommandContext {
  readonly #server: ContextParts
  readonly #session: Session
  readonly #pending: PendingCommand
  readonly db: Database
  readonly now: number
  readonly denyBlocking: boolean
  /** The wait that the command asked for; null where it asked for none. */
  asked: BlockRequest | null = null

  /**
   * @param db the number of the database that the command runs in
   * @param mayBlock false where waiting is not possible
   */
  constructor(server: ContextParts, session: Session, pending: PendingCommand, db: number, mayBlock: boolean) {
    this.#server = server
    this.#session = session
    this.#pending = pending
    this.db = server.database(db)
    this.now = server.now
    this.denyBlocking = !mayBlock
  }

  get keyspace(): Keyspace {
    return this.#server.keyspace
  }

  get target(): TargetId {
    return this.#server.target.id
  }

  get behaviours(): Behaviours {
    return this.#server.target.behaviours
  }

  get random(): RandomSource {
    return this.#server.random
  }

  get protocol(): 2 | 3 {
    return this.#session.protocol
  }

  directive(name: string): number {
    return this.#server.config.number(name)
  }

  readsEveryKey(): boolean {
    const { command, argv, uses } = this.#pending
    return readsEveryKey(this.#session.account, command, argv, uses)
  }

  block(request: BlockRequest): Reply {
    if (this.denyBlocking) return request.onTimeout
    this.asked ??= request
    return null
  }

  notify(kind: string, event: string, key: Bytes, db = this.db): void {
    this.#server.notify(kind, event, key, db)
  }
}
