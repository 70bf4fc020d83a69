import type { Spot } from '../../editor/spotlight'
import type { SimulatedServer } from '../../server/server'
import type { Entry } from './Entry.svelte'
import { spotsOf } from './spots'

/** The entry whose rules are lit up in the editors: the one pointed at, else the one opened last. */
export class Spotlight {
  #pointed = $state.raw<Entry | null>(null)
  #opened = $state.raw<Entry | null>(null)
  readonly #server: () => SimulatedServer | null
  readonly #spots = $derived.by<readonly Spot[]>(() => {
    const entry = this.#pointed ?? this.#opened
    return entry?.now ? spotsOf(entry.now, this.#server()) : []
  })
  readonly acl = $derived(this.#spots.filter(({ span }) => span.source === 'users.acl'))
  readonly conf = $derived(this.#spots.filter(({ span }) => span.source === 'redis.conf'))

  /** Pointing at an entry never moves the editor; opening one brings its rules into view. */
  get scrolls(): boolean {
    return this.#pointed === null || this.#pointed.open
  }

  constructor(server: () => SimulatedServer | null) {
    this.#server = server
  }

  point(entry: Entry | null): void {
    this.#pointed = entry
  }

  /** An entry was opened, or closed again. */
  toggled(entry: Entry): void {
    if (entry.open) this.#opened = entry
    else if (this.#opened === entry) this.#opened = null
  }

  putOut(): void {
    this.#pointed = this.#opened = null
  }
}
