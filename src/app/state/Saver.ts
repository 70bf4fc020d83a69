import type { SaveResult, Stored, WorkspaceStore } from '../../workspace/storage'
import { seemsToHoldPasswords } from '../../workspace/summary'
import type { Banner, BannerPlace } from './banner'
import type { Earlier } from './Earlier.svelte'
import type { WorkspaceBanners } from './WorkspaceBanners'

/** Saves the workspace in view in this browser, and says once where that does not work. */
export class Saver {
  readonly #store: WorkspaceStore
  readonly #earlier: Earlier
  readonly #place: BannerPlace
  readonly #banners: WorkspaceBanners
  readonly #saveOver: () => void
  /** The result that was told last, and its banner. */
  #told: SaveResult['kind'] = 'saved'
  #notice: Banner | null = null

  /** `saveOver`: saves the workspace in view over the one of another tab. */
  constructor(
    store: WorkspaceStore,
    earlier: Earlier,
    place: BannerPlace,
    banners: WorkspaceBanners,
    saveOver: () => void,
  ) {
    this.#store = store
    this.#earlier = earlier
    this.#place = place
    this.#banners = banners
    this.#saveOver = saveOver
  }

  /** False where work could not be saved the last time. */
  get works(): boolean {
    return this.#told === 'saved'
  }

  /** True where another tab saved its work meanwhile, so that this tab's is not saved. */
  get isElsewhere(): boolean {
    return this.#told === 'elsewhere'
  }

  /**
   * Saves the workspace. Says once where that does not work, and where another tab's work would be lost by it.
   * @param over true to replace another tab's workspace, which is put aside
   */
  save(stored: Stored, over: boolean): void {
    const { state, standing } = stored
    const others = over ? this.#store.others : null
    if (others !== null && others.standing !== 'example') this.#earlier.put(others)
    const result = this.#store.save(stored, over)
    if (result.kind === 'saved' && standing === 'edited') this.#tellOfPasswords(state)
    // Nobody's work is lost where there is none yet.
    if (result.kind === this.#told || (result.kind !== 'saved' && standing === 'example')) return
    this.#told = result.kind
    if (this.#notice !== null && this.#place.banner === this.#notice) this.#place.tell(null)
    this.#notice = result.kind === 'saved' ? null : this.#banners.unsaved(result, this.#saveOver)
    if (this.#notice !== null) this.#place.tell(this.#notice)
  }

  #tellOfPasswords(state: Stored['state']): void {
    if (this.#place.banner === null && seemsToHoldPasswords(state) && this.#store.tellOfPasswords())
      this.#banners.tellOfPasswords()
  }
}
