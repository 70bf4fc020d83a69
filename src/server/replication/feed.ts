import type { Bytes } from '../../acl/bytes'
import { raw, type Reply } from '../../resp/reply'
import { encodeCommand } from '../../resp/encode'
import type { Database } from '../../keyspace/keyspace'
import type { Target } from '../../targets/target'
import type { Config } from '../config'
import { hostOf } from '../address'
import type { Identity } from '../identity'
import type { PendingCommand, Session } from '../session'
import { propagated } from './propagation'

/** The reason for which a key is deleted that the configuration may have freed in the background. */
export type Removal = 'expire' | 'eviction' | 'server-del'

/** A change as replicas get it. */
interface Change {
  readonly db: number
  readonly line: readonly Bytes[]
}

/** Commands that meet keys that they do not name: those that expire are no transaction (CMD_TOUCHES_ARBITRARY_KEYS). */
const arbitrary = new Set(['scan', 'randomkey'])

/** A client in WAIT. */
interface Waiter {
  readonly session: Session
  readonly wanted: number
  readonly offset: number
  readonly done: (reached: number) => void
}

/** The parts of a server that the feed sees. */
interface FeedServer {
  /** Unix milliseconds. */
  readonly now: number
  readonly target: Target
  readonly config: Config
  readonly identity: Identity
  /** The session whose command is running. */
  readonly current: Session | null
}

/** The replicas of a server, which get every change as a command line (replication.c, replicationFeedSlaves). */
export class ReplicaFeed {
  readonly replicas = new Set<Session>()
  /** The number of bytes that replicas were sent, besides snapshots. */
  offset = 0
  /** Changes are not sent: a script has turned that off by redis.set_repl. */
  isMuted = false
  readonly #waiters = new Set<Waiter>()
  /** The changes of the running command line, sent together when it has ended. */
  #unit: Change[] = []
  /** The changes of the running command line are sent one by one. */
  #isLoose = false
  /** The database that replicas have selected; null before the first change after a snapshot. */
  #selected: number | null = null
  #pingedAt: number
  readonly #server: FeedServer

  constructor(server: FeedServer) {
    this.#server = server
    this.#pingedAt = server.now
  }

  /** The replicas as ROLE lists them: address, port and offset. */
  get rows(): readonly Reply[] {
    return [...this.replicas].map((session) => [hostOf(session), String(session.replicaPort), String(this.offset)])
  }

  /** The replicas as INFO describes them. */
  get lines(): readonly Bytes[] {
    return [...this.replicas].map(
      (session) => `ip=${hostOf(session)},port=${session.replicaPort},state=online,offset=${this.offset},lag=0`,
    )
  }

  add(session: Session): void {
    this.replicas.add(session)
    this.#selected = null
  }

  /** Notes how far a replica has got. */
  acknowledged(session: Session, offset: number): void {
    if (!this.replicas.has(session)) return
    session.replicaOffset = offset
    for (const waiter of [...this.#waiters]) {
      if (waiter.session.blocked === null) this.#waiters.delete(waiter)
      else if (this.reached(waiter.offset) >= waiter.wanted) {
        this.#waiters.delete(waiter)
        waiter.done(this.reached(waiter.offset))
      }
    }
  }

  /** Returns how many replicas have acknowledged an offset. */
  reached(offset: number): number {
    return [...this.replicas].filter(({ replicaOffset }) => replicaOffset >= offset).length
  }

  /** Has every replica tell how far it has got, and calls `done` when so many have reached the present offset (WAIT). */
  await(session: Session, wanted: number, done: (reached: number) => void): void {
    this.#waiters.add({ session, wanted, offset: this.offset, done })
    this.#send(['REPLCONF', 'GETACK', '*'])
  }

  /** Notes a command that ran, or that waited and was served. */
  ran({ command, argv }: PendingCommand, reply: Reply | undefined, changed: boolean, db: Database): void {
    if (this.replicas.size === 0 || this.isMuted) return
    if (arbitrary.has(command.name)) this.#isLoose = true
    const { now, target } = this.#server
    const { behaviours } = target
    const done = { name: command.name, argv, reply, db, now, behaviours, removal: (why: Removal) => this.removal(why) }
    for (const line of propagated(done, changed)) this.#unit.push({ db: db.index, line })
  }

  /** Returns the name of the command that deletes a key: UNLINK where the configuration frees it in the background. */
  removal(why: Removal): Bytes {
    return this.#server.config.flag(`lazyfree-lazy-${why}`) ? 'UNLINK' : 'DEL'
  }

  /** Notes a key that expired or was evicted, or a field of a hash that expired. */
  deleted(db: number, key: Bytes, what: 'expire' | 'eviction' | { readonly field: Bytes }): void {
    if (this.replicas.size === 0) return
    this.#unit.push({ db, line: typeof what === 'string' ? [this.removal(what), key] : ['HDEL', key, what.field] })
    if (this.#server.current === null) this.flush()
  }

  /** Sends the changes of a command line; several as a transaction (propagatePendingCommands). */
  flush(): void {
    const unit = this.#unit
    if (unit.length === 0) {
      this.#isLoose = false
      return
    }
    this.#unit = []
    const isTransaction = unit.length > 1 && !this.#isLoose
    this.#isLoose = false
    if (isTransaction) this.#send(['MULTI'])
    for (const { db, line } of unit) {
      if (db !== this.#selected) this.#send(['SELECT', String(db)])
      this.#selected = db
      this.#send(line)
    }
    if (isTransaction) this.#send(['EXEC'])
  }

  /** Sends a PING where none was sent for so many seconds (repl-ping-replica-period). */
  ping(seconds: number): void {
    const { now } = this.#server
    if (now - this.#pingedAt < seconds * 1000) return
    this.#pingedAt = now
    this.#send(['PING'])
  }

  #send(line: readonly Bytes[]): void {
    const text = encodeCommand(line)
    this.offset += text.length
    for (const replica of this.replicas) replica.push(raw(text))
  }
}
