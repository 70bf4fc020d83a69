import { wordAt } from '../../acl/argv'
import type { Bytes } from '../../acl/bytes'
import type { User } from '../../acl/user'
import type { Users } from '../../acl/users'
import type { Data, Primary, Release, Scripts } from '../parts'
import { Session, type SessionHost } from '../session'
import { loadSnapshot } from './load-snapshot'

/** The parts of a server that following a primary touches. */
type FollowingParts = Data &
  Release &
  Scripts &
  SessionHost & {
    primary: Primary | null
    readonly users: Users
    prepare(argv: readonly Bytes[]): Promise<void> | null
  }

/** A replica's side of the link to its primary: loads its data and runs its changes, whatever users may do. */
export class Following {
  readonly #server: FollowingParts
  readonly #account: User
  /** The session of the primary; null until its data have been loaded. */
  #session: Session | null = null

  constructor(server: FollowingParts) {
    this.#server = server
    this.#account = server.users.newDefaultUser()
  }

  /** Notes that the link is up or down. */
  changed(isUp: boolean): void {
    const { primary } = this.#server
    if (primary !== null) this.#server.primary = { ...primary, isUp }
    this.#server.afterCommand()
  }

  /**
   * Replaces all data by those of an RDB file. Resolves to null, or to the reason why it cannot.
   * @param start the primary's replication ID, and its offset at the time of the file
   */
  async load(rdb: Bytes, start: { readonly replicationId: Bytes; readonly offset: number }): Promise<string | null> {
    const problem = await loadSnapshot(rdb, this.#server)
    const { primary } = this.#server
    if (problem !== null || primary === null) return problem
    const sink = { push: () => undefined, closed: () => undefined }
    const session = new Session(this.#server, 0, { kind: 'loopback' }, sink)
    session.account = this.#account
    session.authenticated = true
    session.isPrimary = true
    this.#session = session
    this.#server.primary = { ...primary, ...start }
    return null
  }

  /** Runs a command that the primary sent in so many bytes. Resolves to the answer for the primary, or null. */
  async apply(argv: readonly Bytes[], bytes: number): Promise<readonly Bytes[] | null> {
    const session = this.#session
    const { primary } = this.#server
    if (session === null || primary === null) return null
    const isQuestion = wordAt(argv, 0) === 'replconf'
    if (!isQuestion) {
      await this.#server.prepare(argv)
      session.send(argv)
    }
    const now = this.#server.primary
    if (now !== null) this.#server.primary = { ...now, offset: now.offset + bytes }
    return isQuestion ? ['REPLCONF', 'ACK', String(primary.offset)] : null
  }
}
