import type { SavedEntry } from '../../workspace/state'
import type { Console } from './Console.svelte'
import { Pace } from './pace'

/**
 * The reason why a saved session stopped before its end: its scripts need consent, the next command goes through too much data, the
 * commands took too long, their replies are too long, or the person stopped it.
 */
export type Halt = 'scripts' | 'effort' | 'time' | 'memory' | 'stopped'

/** The limits of a session before it asks to continue. */
const sessionLimits = {
  /** Milliseconds of running commands. */
  time: 2_000,
  /** Characters of replies. */
  replies: 2_000_000,
} as const

/** The connections as a session uses them. */
export interface SessionHost {
  /** Tells whether a command line runs a script, or stores one that others can run. */
  isScript(line: string): boolean
  /** Tells whether a command goes through too much data for a page that has to answer. */
  isTooMuch(one: Console, line: string): boolean
  /** Loads what a line needs. It does not count as its running time. */
  prepare(line: string): Promise<void>
  /** Carries an entry out; the characters of its replies. */
  carryOut(one: Console, saved: SavedEntry, pace: Pace): Promise<number>
  /** Shows an entry as one that was not run. */
  leave(one: Console, saved: SavedEntry): void
  /** ACL LOAD, where the session did it. */
  loadFile(): void
  isOpen(one: Console): boolean
}

/** The commands of a saved session, which run in slices within limits, and stop for scripts that nobody agreed to. */
export class Session {
  readonly #host: SessionHost
  readonly #consoles: readonly Console[]
  #pending = $state.raw<readonly SavedEntry[]>([])
  #halt = $state.raw<Halt | null>(null)
  #running = $state(false)
  #scripts: 'ask' | 'run' | 'leave'
  /** The person agreed to the next command, whatever it takes. */
  #agreed = false
  #ended = false
  #pace = new Pace(sessionLimits.time)
  #done: Promise<void> = Promise.resolve()

  /** `asks`: somebody else wrote the session; its scripts run only when the person agrees. */
  constructor(host: SessionHost, consoles: readonly Console[], entries: readonly SavedEntry[], asks: boolean) {
    this.#host = host
    this.#consoles = consoles
    this.#pending = entries
    this.#scripts = asks || entries.some(({ notRun }) => notRun === 'held') ? 'ask' : 'run'
  }

  /** The commands that have yet to run. */
  get pending(): readonly SavedEntry[] {
    return this.#pending
  }
  /** The reason why they do not run; null while they do, or where none are left. */
  get halt(): Halt | null {
    return this.#halt
  }
  get running(): boolean {
    return this.#running
  }

  /** The lines that have yet to run on a connection. */
  pendingOn(one: Console): readonly string[] {
    return this.#pending.flatMap(({ on, line }) => (line !== '' && this.#consoles[on] === one ? [line] : []))
  }

  /** As they are saved, by the connections there are now. Scripts that nobody agreed to are asked about the next time too. */
  saved(all: readonly Console[]): readonly SavedEntry[] {
    return this.#pending.flatMap((entry): SavedEntry[] => {
      const one = this.#consoles[entry.on]
      const on = entry.line === '' ? 0 : one === undefined ? -1 : all.indexOf(one)
      if (on < 0) return []
      const isHeld = this.#scripts === 'ask' && this.#host.isScript(entry.line)
      return [{ ...entry, on, ...(isHeld && { notRun: 'held' as const }) }]
    })
  }

  /** Runs what is pending, unless it was halted. */
  start(): void {
    if (this.#running || this.#halt !== null || this.#pending.length === 0) return
    this.#done = this.#run()
  }

  /** Goes on after a halt, with the same limits again. Where it halted for scripts, they run. */
  resume(): void {
    if (this.#halt === 'scripts') this.#scripts = 'run'
    this.#agreed = this.#halt === 'effort'
    this.#restart()
  }

  /** Leaves the scripts, or where it halted for another reason all that is left. */
  leave(): void {
    if (this.#halt === 'scripts') {
      this.#scripts = 'leave'
      this.#restart()
      return
    }
    for (const saved of this.#pending) {
      const one = this.#consoles[saved.on]
      if (saved.line !== '' && one !== undefined && this.#host.isOpen(one)) this.#host.leave(one, saved)
    }
    this.#pending = []
    this.#halt = null
  }

  /** Stops before the next command. */
  stop(): void {
    this.#pace.stop()
  }

  /** Another session takes its place. */
  end(): void {
    this.#ended = true
    this.#pace.stop()
  }

  /** Resolves when it ran to its end or halted. */
  async settled(): Promise<void> {
    await this.#done
  }

  #restart(): void {
    this.#halt = null
    this.start()
  }

  async #run(): Promise<void> {
    this.#running = true
    const pace = (this.#pace = new Pace(sessionLimits.time))
    let length = 0
    try {
      for (const [i, saved] of [...this.#pending.entries()]) {
        this.#halt = this.#haltBefore(saved, pace, length)
        if (this.#halt !== null) return
        await pace.waitFor(this.#host.prepare(saved.line))
        if (this.#ended) return
        // The entry is in the transcript from here on.
        const rest = this.#pending.slice(1)
        this.#pending = rest
        length += await this.#carryOut(saved, pace)
        // A browser runs code for the first time slowly: the first commands have a task of their own each.
        if (i < 5 || i % 50 === 49 || pace.isDue) await pace.breath()
        if (this.#ended) return
      }
    } finally {
      this.#running = false
    }
  }

  #haltBefore(saved: SavedEntry, pace: Pace, length: number): Halt | null {
    if (pace.stopped) return 'stopped'
    if (pace.isOver) return 'time'
    if (length > sessionLimits.replies) return 'memory'
    if (saved.notRun === 'left') return null
    if (this.#scripts === 'ask' && this.#host.isScript(saved.line)) return 'scripts'
    const one = this.#consoles[saved.on]
    if (one !== undefined && this.#host.isTooMuch(one, saved.line) && !this.#agreed) return 'effort'
    this.#agreed = false
    return null
  }

  async #carryOut(saved: SavedEntry, pace: Pace): Promise<number> {
    if (saved.line === '') {
      this.#host.loadFile()
      return 0
    }
    const one = this.#consoles[saved.on]
    if (one === undefined || !this.#host.isOpen(one)) return 0
    const isLeft = saved.notRun === 'left' || (this.#scripts === 'leave' && this.#host.isScript(saved.line))
    if (!isLeft) return this.#host.carryOut(one, saved, pace)
    this.#host.leave(one, saved)
    return 0
  }
}
