import type { Bytes } from '../acl/bytes'

interface CommandCounts {
  calls: number
  rejected: number
  failed: number
}

/** Counters that INFO reports; CONFIG RESETSTAT clears most of them. */
export class Statistics {
  readonly startedAt: number
  /** Unix milliseconds of the last snapshot, or of the start (LASTSAVE). */
  savedAt: number
  /** INFO's rdb_changes_since_last_save. */
  changes = 0
  /** The most memory used so far, in bytes. */
  peakMemory = 0
  /** Look-ups of keys by reading commands. */
  hits = 0
  misses = 0
  evictedKeys = 0
  /** The saves: snapshots by SAVE and BGSAVE, and append-only files; and the child processes that a server forks for them. */
  snapshots = 0
  rewrites = 0
  forks = 0
  connections = 0
  rejectedConnections = 0
  commands = 0
  deniedCommands = 0
  deniedKeys = 0
  deniedChannels = 0
  deniedDatabases = 0
  deniedAuth = 0
  deniedCertificates = 0
  readonly byCommand = new Map<string, CommandCounts>()
  readonly byError = new Map<string, number>()
  /** The errors of the commands that the running script has called. */
  readonly scriptErrors: Bytes[] = []

  constructor(startedAt: number) {
    this.startedAt = this.savedAt = startedAt
  }

  /** Returns the counters of a command, to be increased. */
  of(command: string): CommandCounts {
    let counts = this.byCommand.get(command)
    if (counts === undefined) this.byCommand.set(command, (counts = { calls: 0, rejected: 0, failed: 0 }))
    return counts
  }

  /** Counts an error reply under its code, the text before the first space (afterErrorReply). */
  countError(text: Bytes): void {
    const code = /^[^ ]{1,30}(?= )/.exec(text)?.[0] ?? 'ERR'
    this.byError.set(code, (this.byError.get(code) ?? 0) + 1)
  }

  /** Resets the counters as CONFIG RESETSTAT does, which keeps those of ACL denials (resetServerStats). */
  reset(): void {
    this.connections = this.rejectedConnections = this.commands = 0
    this.hits = this.misses = this.evictedKeys = this.peakMemory = 0
    this.snapshots = this.rewrites = this.forks = 0
    this.byCommand.clear()
    this.byError.clear()
  }
}
