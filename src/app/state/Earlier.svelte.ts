import { type EarlierWork, EarlierWorks, fingerprint } from '../../workspace/earlier-work'
import type { Stored, StringStorage } from '../../workspace/storage'

/** The workspaces that others replaced, stored in this browser. */
export class Earlier {
  readonly #works: EarlierWorks | null
  #count = $state(0)
  /** Counts changes, for those that show the list. */
  #changes = $state(0)

  /** `storage`: null on an embedded page, which stores nothing. */
  constructor(storage: StringStorage | null) {
    this.#works = storage && new EarlierWorks(storage)
  }

  /** Counts what is stored. */
  begin(): void {
    this.#count = this.all.length
  }

  /** The replaced workspaces, the newest first. */
  get all(): readonly EarlierWork[] {
    void this.#changes
    return this.#works?.all ?? []
  }

  get count(): number {
    return this.#count
  }

  /** The workspace that was edited last; null where there is none. */
  get latest(): EarlierWork | null {
    return this.#works?.latest ?? null
  }

  /** Returns the workspace where it is one of these; undefined where it is not. */
  find({ id, state }: Stored): EarlierWork | undefined {
    const print = fingerprint(state)
    return this.all.find((one) => one.id === id && fingerprint(one.state) === print)
  }

  /** True where a replaced workspace would be lost with this page. */
  get losesWork(): boolean {
    return this.#works?.losesWork === true
  }

  /** Stores a workspace. Returns false where the browser has no room for it. */
  put({ id, state, before, standing }: Stored): boolean {
    if (this.#works === null) return true
    this.#changes++
    const isStored = this.#works.put({ id, at: Date.now(), edited: standing === 'edited', state, before })
    this.#count = this.all.length
    return isStored
  }

  /** Changes a workspace. */
  change(at: number, change: (work: EarlierWork) => EarlierWork): void {
    this.#works?.change(at, change)
    this.#changes++
    this.#count = this.all.length
  }

  remove(at: number): void {
    this.#works?.remove(at)
    this.#changes++
    this.#count = this.all.length
  }
}
