import type { Bytes } from './bytes'
import type { DenyReason } from './decision'

export type LogContext = 'toplevel' | 'multi' | 'lua' | 'module'

/** `tls-cert`: no enabled user has the name in a client's certificate. */
export type LogReason = DenyReason | 'tls-cert'

/** One denial. */
export interface Refused {
  readonly reason: LogReason
  readonly context: LogContext
  readonly object: Bytes
  readonly username: Bytes
  /** The connection as CLIENT INFO prints it. */
  readonly clientInfo: Bytes
}

/** An entry of ACL LOG. Times are Unix milliseconds. */
export interface LogEntry extends Refused {
  readonly id: number
  readonly count: number
  readonly createdAt: number
  readonly updatedAt: number
}

/** Equal denials within this time (in milliseconds) are counted in one entry. */
const GROUPED_FOR = 60_000
/** The number of newest entries that are searched for an equal one. */
const LOOKED_AT = 10

/** The entries of ACL LOG, newest first (addACLLogEntry). */
export class AclLog {
  #entries: LogEntry[] = []
  #nextId = 0
  /** The value of `acllog-max-len`; a smaller one takes effect with the next denial. */
  maxLength: number

  constructor(maxLength: number) {
    this.maxLength = maxLength
  }

  get entries(): readonly LogEntry[] {
    return this.#entries
  }

  /** Records a denial at a time (Unix milliseconds). */
  add(refused: Refused, now: number): void {
    const i = this.#entries.slice(0, LOOKED_AT).findIndex((entry) => isAlike(entry, refused, now))
    const known = this.#entries[i]
    if (known === undefined) {
      this.#entries.unshift({ ...refused, id: this.#nextId++, count: 1, createdAt: now, updatedAt: now })
      this.#entries.length = Math.min(this.#entries.length, Math.max(0, this.maxLength))
      return
    }
    this.#entries.splice(i, 1)
    this.#entries.unshift({ ...known, clientInfo: refused.clientInfo, count: known.count + 1, updatedAt: now })
  }

  /** Deletes all entries (ACL LOG RESET). Ids continue. */
  reset(): void {
    this.#entries = []
  }
}

function isAlike(entry: LogEntry, refused: Refused, now: number): boolean {
  return (
    entry.reason === refused.reason &&
    entry.context === refused.context &&
    entry.object === refused.object &&
    entry.username === refused.username &&
    Math.abs(now - entry.updatedAt) <= GROUPED_FOR
  )
}
