import type { StringStorage } from '../../workspace/storage'

const key = 'acl-playground.welcomed'
const workspaceKey = 'acl-playground.workspace'

/** True while the page offers ways to begin: until one is chosen, another workspace opens, or work is stored. Known before the first paint. */
export class FirstVisit {
  readonly #storage: StringStorage | null
  #isShown = $state(false)

  /** `storage`: null on an embedded page, which offers nothing. */
  constructor(storage: StringStorage | null) {
    this.#storage = storage
    if (storage === null) return
    try {
      const stored = storage.getItem(workspaceKey)
      const hasWork = stored !== null && !stored.includes('"standing":"example"')
      this.#isShown = storage.getItem(key) === null && !hasWork && location.hash === ''
    } catch {
      // Without storage every visit is the first one: the strip would never go.
    }
  }

  get isShown(): boolean {
    return this.#isShown
  }

  /** A way to begin was chosen. */
  end(): void {
    this.#isShown = false
    try {
      this.#storage?.setItem(key, '1')
    } catch {
      // It is shown again at the next visit, then.
    }
  }
}
