import type { Bytes } from '../../acl/bytes'
import { raw, type Reply } from '../../resp/reply'
import { encodeCommand } from '../../resp/encode'
import type { Database } from '../../keyspace/keyspace'
import type { Clients, Randomness, Time } from '../parts'
import { hostOf } from '../address'
import type { PendingCommand, Session } from '../session'
import { propagated } from './propagation'

/** A change as replicas get it. */
interface Change {
  readonly db: number
  readonly line: readonly Bytes[]
}

/** The parts of a server that the feed sees. */
type FeedServer = Time & Randomness & Pick<Clients, 'current'>

/** The replicas of a server, which get every change as a command line (replication.c, replicationFeedSlaves). */
export class ReplicaFeed {
  readonly replicas = new Set<Session>()
  /** The replication ID, 40 hexadecimal digits. */
  readonly id: Bytes
  /** The number of bytes that replicas were sent, besides snapshots. */
  offset = 0
  /** The changes of the running command line, sent together when it has ended. */
  #unit: Change[] = []
  /** The database that replicas have selected; null before the first change after a snapshot. */
  #selected: number | null = null
  #pingedAt: number
  readonly #server: FeedServer

  constructor(server: FeedServer) {
    this.#server = server
    this.id = [...server.random.bytes(20)].map((byte) => byte.charCodeAt(0).toString(16).padStart(2, '0')).join('')
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

  /** Notes a command that ran, or that waited and was served. */
  ran({ command, argv }: PendingCommand, reply: Reply | undefined, changed: boolean, db: Database): void {
    if (this.replicas.size === 0) return
    const done = { name: command.name, argv, reply, db, now: this.#server.now }
    for (const line of propagated(done, changed)) this.#unit.push({ db: db.index, line })
  }

  /** Notes a key, or fields of a hash, that expired or were evicted. */
  deleted(db: number, line: readonly Bytes[]): void {
    if (this.replicas.size === 0) return
    this.#unit.push({ db, line })
    if (this.#server.current === null) this.flush()
  }

  /** Sends the changes of a command line; several as a transaction (propagatePendingCommands). */
  flush(): void {
    const unit = this.#unit
    if (unit.length === 0) return
    this.#unit = []
    if (unit.length > 1) this.#send(['MULTI'])
    for (const { db, line } of unit) {
      if (db !== this.#selected) this.#send(['SELECT', String(db)])
      this.#selected = db
      this.#send(line)
    }
    if (unit.length > 1) this.#send(['EXEC'])
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
