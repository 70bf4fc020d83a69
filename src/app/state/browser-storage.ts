/** What is kept where the browser keeps nothing: it lasts as long as the page. */
class ShortMemory {
  readonly #items = new Map<string, string>()

  getItem(key: string): string | null {
    return this.#items.get(key) ?? null
  }

  setItem(key: string, value: string): void {
    this.#items.set(key, value)
  }

  removeItem(key: string): void {
    this.#items.delete(key)
  }
}

function findStorage(): Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> {
  try {
    return localStorage
  } catch {
    // Some browsers refuse even the name, in frames or with cookies blocked.
    return new ShortMemory()
  }
}

/** The browser's storage for this page, or one that forgets. */
export const browserStorage = findStorage()
export type BrowserStorage = typeof browserStorage
