import { textAt } from '../acl/argv'
import type { Bytes } from '../acl/bytes'
import { addressOf } from './address'
import type { Config } from './config'
import type { Session } from './session'

export interface SlowEntry {
  readonly id: number
  /** Unix seconds. */
  readonly at: number
  readonly microseconds: number
  readonly argv: readonly Bytes[]
  readonly client: Bytes
  readonly name: Bytes
}

const microsecondsOf = (milliseconds: number): number => Math.max(0, Math.round(milliseconds * 1000))

/** The commands that took longer than slowlog-log-slower-than, newest first. */
export class Slowlog {
  entries: SlowEntry[] = []
  #nextId = 0
  readonly #config: Config

  constructor(config: Config) {
    this.#config = config
  }

  /** False where no command is logged, however long it takes. */
  get isOn(): boolean {
    return this.#config.frequent.slowerThan >= 0
  }

  /** Returns true where a command that took so many milliseconds is to be logged. */
  isSlow(milliseconds: number): boolean {
    const limit = this.#config.frequent.slowerThan
    return limit >= 0 && microsecondsOf(milliseconds) >= limit
  }

  /** Logs a command. `now`: Unix milliseconds. */
  add(session: Session, argv: readonly Bytes[], milliseconds: number, now: number): void {
    const shown = argv
      .slice(0, 31)
      .map((arg) => (arg.length > 128 ? `${arg.slice(0, 128)}... (${arg.length - 128} more bytes)` : arg))
    if (argv.length > 32) shown.push(`... (${argv.length - 31} more arguments)`)
    else if (argv.length === 32) shown.push(textAt(argv, 31))
    this.entries.unshift({
      id: this.#nextId++,
      at: Math.floor(now / 1000),
      microseconds: microsecondsOf(milliseconds),
      argv: shown,
      client: addressOf(session, this.#config),
      name: session.name,
    })
    this.entries.length = Math.min(this.entries.length, this.#config.number('slowlog-max-len'))
  }
}
