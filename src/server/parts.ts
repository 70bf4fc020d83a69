/**
 * The parts of a server, as narrow interfaces. A family of commands names those it may touch; SimulatedServer has them all.
 */
import type { Bytes } from '../acl/bytes'
import type { Clock, RandomSource } from '../acl/environment'
import type { AclLog } from '../acl/log'
import type { User } from '../acl/user'
import type { Users } from '../acl/users'
import type { Database, Keyspace } from '../keyspace/keyspace'
import type { Reply } from '../resp/reply'
import type { Target } from '../targets/target'
import type { BlockedClients } from './blocked-clients'
import type { CommandTimes } from './command-times'
import type { Config } from './config'
import type { Identity } from './identity'
import type { Invocation } from './invocation'
import type { Lookup, Renames } from './lookup'
import type { PubSub } from './pubsub'
import type { ReplicaFeed } from './replication/feed'
import type { Saves } from './saves'
import type { Scripting } from './scripting/scripting'
import type { Session } from './session'
import type { Slowlog } from './slowlog'
import type { Statistics } from './statistics'
import type { TrackingTable } from './tracking'
import type { FileStore, PrimaryAddress, ServerOptions } from './types'
import type { Watches } from './watch'

/** The release that is simulated. */
export interface Release {
  readonly target: Target
}

/** The time, as commands see it. */
export interface Time {
  /** Unix milliseconds, held still while a command runs. */
  readonly now: number
}

/** The clock that runs on while a command runs. */
export interface RunningClock {
  readonly clock: Clock
}

/** The times at which commands start and end. */
export interface Measuring {
  readonly times: CommandTimes
}

export interface Randomness {
  readonly random: RandomSource
}

export interface Files {
  readonly files: FileStore
}

/** The options that the server was started with. */
export interface Options {
  readonly options: ServerOptions
}

/** The users. */
export interface Accounts {
  readonly users: Users
  /** The user whose permissions a connection has before it logs in. */
  readonly defaultUser: User
}

export interface AclLogging {
  readonly aclLog: AclLog
}

/** The configuration. */
export interface Configuration {
  readonly config: Config
  /** The path of the configuration file; null where the server runs without one. */
  readonly confPath: string | null
}

/** The names of commands, after rename-command. */
export interface CommandNames extends Renames {
  /** Finds the command that a command line runs. */
  lookup(argv: readonly Bytes[]): Lookup
}

/** The open connections. */
export interface Clients {
  /** By id, in the order of connecting. */
  readonly sessions: ReadonlyMap<number, Session>
  /** The number of connections whose TLS handshake has not ended; they count as clients. */
  readonly handshakes: number
  /** The session whose command is running. */
  readonly current: Session | null
  /** Closes a connection; the one whose command is running, after the reply. */
  disconnect(session: Session): void
}

/** The connections in MONITOR. */
export interface Monitoring {
  /** Each with the function that formats what it is shown. */
  readonly monitors: Map<Session, MonitorLine>
}

/** Formats a command line as MONITOR shows it. */
export type MonitorLine = (
  session: Session,
  argv: readonly Bytes[],
  fromScript: boolean,
  server: Release & Time & Configuration,
) => Bytes

/** The connections that wait for a reply. */
export interface Waiting {
  readonly blockedClients: BlockedClients
}

/** CLIENT PAUSE. */
export interface Pausing {
  /** Holds commands back for so many milliseconds. */
  pauseClients(milliseconds: number, writesOnly: boolean): void
  endPause(): void
  /** The pause; `until` in Unix milliseconds. Null where there is none. */
  readonly pause: { readonly until: number; readonly writesOnly: boolean } | null
}

/** The keys and values. */
export interface Data {
  readonly keyspace: Keyspace
  /** Returns a database by number; throws the server's error where there is none. */
  database(index: number): Database
}

/** WATCH. */
export interface Watching {
  readonly watches: Watches
}

/** Client-side caching. */
export interface Caching {
  readonly tracking: TrackingTable
}

export interface Messages {
  readonly pubsub: PubSub
}

export interface Notifications {
  /** Publishes a keyspace notification, where notify-keyspace-events asks for it. */
  notify(kind: string, event: string, key: Bytes, db: Database): void
}

/** The counters of INFO. */
export interface Counting {
  readonly statistics: Statistics
  /** The number of times that a key was written so far, besides those that expired. */
  readonly writes: number
}

/** SLOWLOG. */
export interface SlowCommands {
  readonly slowlog: Slowlog
}

/** SAVE, BGSAVE and BGREWRITEAOF. */
export interface Saving {
  readonly saves: Saves
  /** The same; null while that is not loaded. */
  readonly loadedSaves: Saves | null
}

/** The scripts and function libraries. */
export interface Scripts {
  readonly scripting: Scripting
}

/** Runs commands that were looked up and allowed. */
export interface Running {
  /** Returns the replies: none where the command waits, several for SUBSCRIBE to several channels. */
  execute(invocation: Invocation): Reply[]
}

/** The primary that a replica follows. */
export interface Primary extends PrimaryAddress {
  /** The primary's data have been loaded. */
  readonly isUp: boolean
  /** The number of bytes of changes that were received, counted as the primary does. */
  readonly offset: number
  /** The primary's replication ID; null until its data have been loaded. */
  readonly replicationId: Bytes | null
}

/** REPLICAOF: a replica refuses writes of clients, and follows its primary. */
export interface Replicating {
  /** Null: this server is a primary itself. */
  readonly primary: Primary | null
  follow(primary: PrimaryAddress | null): void
}

/** The random names of a server. */
export interface Identified {
  readonly identity: Identity
}

/** The replicas that follow this server. */
export interface Feeding {
  /** Null until the first replica asks for the data. */
  feed: ReplicaFeed | null
}

/** The switches of DEBUG. */
export interface DebugSwitches {
  /** Expired keys are deleted before a command reads them (SET-ACTIVE-EXPIRE). */
  activeExpiry: boolean
  /** Periodic jobs do not run (PAUSE-CRON). */
  cronPaused: boolean
  /** Scripts may call every command (SET-DISABLE-DENY-SCRIPTS). */
  scriptsCallAll: boolean
  /** Clients have no reply buffer: the limit before log-in applies to the first reply (CLIENT-ENFORCE-REPLY-LIST). */
  listsReplies: boolean
}

export interface Debugging {
  readonly debugging: DebugSwitches
}

/** DEBUG SLEEP. */
export interface Sleeping {
  /** The milliseconds that the running command line slept, for SLOWLOG. */
  slept: number
  /** Runs no command and no job for so many milliseconds. */
  sleep(milliseconds: number): void
}

/** SHUTDOWN, and files that crash the real server. */
export interface Stopping {
  /** The reason why the server is stopped; null while it runs. */
  readonly stopped: 'shutdown' | 'crash' | null
  /** Closes every connection and accepts no new one. */
  stop(why: 'shutdown' | 'crash'): void
}
