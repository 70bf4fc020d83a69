import type { StringStorage } from '../../workspace/storage'

/** Storage for browsers without one: it lasts as long as the page. */
class ShortMemory implements StringStorage {
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

/** Storage that throws on every write, for browsers that store nothing beyond this page. */
const forbidden: StringStorage = {
  getItem: () => null,
  setItem: () => {
    throw new Error('This browser keeps nothing.')
  },
  removeItem: () => undefined,
}

function findStorage(): StringStorage | null {
  try {
    // Some browsers refuse even the name, in frames or with cookies blocked; some have it, and nothing in it.
    const storage: Storage | null = localStorage
    return storage
  } catch {
    return null
  }
}

/** The browser's storage for this page, where there is one: what is kept here is there the next time. */
export const lastingStorage: StringStorage = findStorage() ?? forbidden

/** The same, or one that lasts as long as the page: for what nobody would miss. */
export const browserStorage: StringStorage = findStorage() ?? new ShortMemory()
