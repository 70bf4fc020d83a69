import { type SavedEntry, limits } from '../../workspace/state'
import type { Console } from './Console.svelte'
import type { Entry } from './Entry.svelte'

interface Noted {
  readonly console: Console
  readonly entry: Entry
  /** The user that it logged in when it was saved, and logs in again, even where that just failed. */
  readonly login: string | undefined
}

/**
 * The commands that ran over all connections, in order, so that they can be saved and run again. Besides commands it knows the places
 * where users.acl took the place of what commands had changed in memory: a replay then comes to the same users.
 */
export class SessionRecord {
  #noted: (Noted | 'load')[] = []
  #changedByCommands = false

  note(console: Console, entry: Entry, login?: string): void {
    this.#push({ console, entry, login })
  }

  /** Drops what is too old to be saved. */
  #push(noted: Noted | 'load'): void {
    this.#noted.push(noted)
    if (this.#noted.length >= 2 * limits.entries) this.#noted = this.#noted.slice(-limits.entries)
  }

  /** A command changed the users in memory. */
  noteChange(): void {
    this.#changedByCommands = true
  }

  /** users.acl was loaded. */
  noteLoad(): void {
    if (this.#changedByCommands) this.#push('load')
    this.#changedByCommands = false
  }

  /** Forgets what is no longer in a transcript. */
  prune(consoles: readonly Console[]): void {
    this.#noted = this.#noted.filter(
      (noted) => noted === 'load' || (consoles.includes(noted.console) && noted.console.entries.includes(noted.entry)),
    )
  }

  /** As it is saved; `on` counts in these consoles. */
  saved(consoles: readonly Console[]): readonly SavedEntry[] {
    const places = new Map(consoles.map((console, on) => [console, { on, entries: new Set(console.entries) }]))
    return this.#noted.flatMap((noted): SavedEntry[] => {
      if (noted === 'load') return [{ on: 0, line: '' }]
      const place = places.get(noted.console)
      if (place === undefined || !place.entries.has(noted.entry)) return []
      const { line } = noted.entry
      const login = noted.login ?? noted.entry.login
      const { isLeft } = noted.entry
      return [{ on: place.on, line, ...(login !== undefined && { login }), ...(isLeft && { notRun: 'left' as const }) }]
    })
  }
}
