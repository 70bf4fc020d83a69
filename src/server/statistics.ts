import type { Bytes } from '../acl/bytes'

interface CommandCounts {
  calls: number
  rejected: number
  failed: number
}

/** Counters that INFO reports and CONFIG RESETSTAT clears. */
export class Statistics {
  readonly startedAt: number
  connections = 0
  rejectedConnections = 0
  commands = 0
  deniedCommands = 0
  deniedKeys = 0
  deniedChannels = 0
  deniedAuth = 0
  readonly byCommand = new Map<string, CommandCounts>()
  readonly byError = new Map<string, number>()

  constructor(startedAt: number) {
    this.startedAt = startedAt
  }

  count(command: string, what: keyof CommandCounts): void {
    let counts = this.byCommand.get(command)
    if (counts === undefined) this.byCommand.set(command, (counts = { calls: 0, rejected: 0, failed: 0 }))
    counts[what]++
  }

  /** Counts an error reply under its code. */
  countError(text: Bytes): void {
    const code = /^[A-Z]+/.exec(text)?.[0] ?? 'ERR'
    this.byError.set(code, (this.byError.get(code) ?? 0) + 1)
  }

  reset(): void {
    this.connections = this.rejectedConnections = this.commands = 0
    this.deniedCommands = this.deniedKeys = this.deniedChannels = this.deniedAuth = 0
    this.byCommand.clear()
    this.byError.clear()
  }
}
