import type { SaveResult } from '../../workspace/storage'
import type { Banner, BannerAction, BannerPlace } from './banner'
import type { Earlier } from './Earlier.svelte'

/** The page around the banners. */
interface Around extends BannerPlace {
  /** Shows the list of workspaces. */
  showEarlier(): void
}

const elsewhere =
  'Another tab of this browser saved its work meanwhile. The work in this tab becomes an earlier version when you close it.'
const storedAsTyped =
  'Passwords are stored in this browser as you type them, so that your text is the same after a reload. Links and files hold their hashes.'
const noRoom =
  'This browser has no room to store the replaced workspace: it is lost when this page is closed. Delete workspaces that you do not need.'

/** The banners about workspaces: one was opened, work waits in this browser, or cannot be saved there. */
export class WorkspaceBanners {
  readonly #earlier: Earlier
  readonly #around: Around
  readonly #restoreLatest: () => void

  constructor(earlier: Earlier, around: Around, restoreLatest: () => void) {
    this.#earlier = earlier
    this.#around = around
    this.#restoreLatest = restoreLatest
  }

  /**
   * Tells that a workspace was opened, and offers the way back.
   * @param isKept false where this browser has no room for the replaced workspace
   * @param undo opens the replaced workspace again; null where none was replaced
   */
  tellOpened(words: string, isKept: boolean, undo: (() => void) | null): void {
    this.#around.tell({
      kind: isKept ? 'info' : 'error',
      text: isKept ? words : `${words} ${noRoom}`.trim(),
      action: this.#restoreAction ?? (undo && { label: 'Undo', run: undo }),
      ...(this.#earlier.count > 1 && { more: this.#listAction }),
    })
  }

  /** Tells of the person's own work where an example is in view. */
  offerEarlier(): void {
    const action = this.#restoreAction
    if (action === null) return
    this.#around.tell({
      kind: 'info',
      text: 'Your work is stored in this browser.',
      action,
      ...(this.#earlier.count > 1 && { more: this.#listAction }),
    })
  }

  /** Tells that the commands of the workspace's server version could not be loaded; `hint` continues "Check the connection". */
  tellNoCommands(hint: string, retry: (() => void) | null): void {
    const text = `The commands of the server version could not be loaded. Check the connection${hint}`
    this.#around.tell({ kind: 'error', text, action: retry && { label: 'Try again', run: retry } })
  }

  /** Tells that passwords are stored as typed. */
  tellOfPasswords(): void {
    this.#around.tell({ kind: 'info', text: storedAsTyped, action: null })
  }

  /** Returns the banner about work that could not be saved; `saveOver` saves it over the work of another tab. */
  unsaved(result: Exclude<SaveResult, { kind: 'saved' }>, saveOver: () => void): Banner {
    if (result.kind === 'failed')
      return { kind: 'error', text: result.message, action: this.#earlier.count > 0 ? this.#listAction : null }
    return { kind: 'error', text: elsewhere, action: { label: 'Keep this one instead', run: saveOver } }
  }

  get #restoreAction(): BannerAction | null {
    return this.#earlier.count === 0 ? null : { label: 'Restore my work', run: this.#restoreLatest }
  }

  get #listAction(): BannerAction {
    return { label: `All workspaces (${this.#earlier.count + 1})`, run: () => this.#around.showEarlier() }
  }
}
