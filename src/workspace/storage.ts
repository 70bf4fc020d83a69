import { type Before, readBefore, writeBefore } from './before'
import { type WorkspaceState, isWithinLimits, readState } from './state'

/** What is needed of localStorage. */
export interface StringStorage {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
  removeItem(key: string): void
}

const key = 'acl-playground.workspace'
const keptAside = 'acl-playground.workspace.unreadable'

/**
 * What would be lost with a workspace: nothing (an example as it was opened), what somebody sent (a link or a file as it
 * was opened), or the person's own work.
 */
export type Standing = 'example' | 'opened' | 'edited'

/** A workspace as it is stored. */
export interface Stored {
  readonly state: WorkspaceState
  readonly before: Before
  readonly standing: Standing
}

export type LoadResult =
  | { readonly kind: 'none' }
  | ({ readonly kind: 'state' } & Stored)
  /** Something is stored that cannot be read; it was put aside, not thrown away. */
  | { readonly kind: 'unreadable'; readonly message: string }

export type SaveResult =
  | { readonly kind: 'saved' }
  /** Another page of this browser saved another workspace since this one last read or saved; that one stays. */
  | { readonly kind: 'elsewhere' }
  | { readonly kind: 'failed'; readonly message: string }

const toldKey = 'acl-playground.told-passwords'

const noRoom = 'This browser does not let the page save, or has no room left. A link or a file keeps your work.'

/**
 * The place in this browser where one workspace is kept. Several pages may be open on it at once, so that this one never
 * writes what it did not change, and never over what another wrote meanwhile. Never throws: storage may be forbidden,
 * full or hold anything.
 */
export class WorkspaceStore {
  readonly #storage: StringStorage
  /** What is stored as far as this page knows: as it last read or wrote it. */
  #known: string | null = null
  /** What this page last wrote, or made of what it read: until it is something else there is nothing to write. */
  #settled: string | null = null

  constructor(storage: StringStorage) {
    this.#storage = storage
  }

  /** The workspace saved last. */
  load(): LoadResult {
    const stored = this.#read()
    this.#known = stored
    if (stored === null) return { kind: 'none' }
    const found = parse(stored)
    if (found !== null) return { kind: 'state', ...found }
    try {
      this.#storage.setItem(keptAside, stored)
      this.#storage.removeItem(key)
      this.#known = null
    } catch {
      // No room for a second copy: the first stays where it is until it is saved over.
    }
    return {
      kind: 'unreadable',
      message: `What was saved here cannot be read. A copy is kept in this browser’s storage as ${keptAside}.`,
    }
  }

  /** What the page made of the workspace that it loaded: as long as it stays so, nothing is written. */
  settle(state: WorkspaceState, before: Before, standing: Standing = 'edited'): void {
    this.#settled = serialize(state, before, standing)
  }

  /** The workspace that another page saved and that this one would save over; null where there is none. */
  get others(): Stored | null {
    const stored = this.#read()
    return stored === null || stored === this.#known ? null : parse(stored)
  }

  /**
   * Saves the workspace, passwords as typed, with the versions that users.acl is compared with where there is room for them.
   * @param over whether to save over what another page saved meanwhile
   * @param standing what would be lost with it
   */
  save(state: WorkspaceState, before: Before, over = false, standing: Standing = 'edited'): SaveResult {
    if (!isWithinLimits(state)) return { kind: 'failed', message: noRoom }
    const text = serialize(state, before, standing)
    if (text === this.#settled && !over) return { kind: 'saved' }
    const stored = this.#read()
    if (!over && stored !== null && stored !== this.#known && stored !== text) return { kind: 'elsewhere' }
    const bare = serialize(state, { opened: state.files.acl, chosen: state.files.acl }, standing)
    if (!this.#write(text) && !this.#write(bare)) return { kind: 'failed', message: noRoom }
    this.#settled = text
    return { kind: 'saved' }
  }

  /** Returns true once in this browser: the person is to be told that passwords are stored as typed. */
  tellOfPasswords(): boolean {
    try {
      if (this.#storage.getItem(toldKey) !== null) return false
      this.#storage.setItem(toldKey, '1')
      return true
    } catch {
      return false
    }
  }

  #read(): string | null {
    try {
      return this.#storage.getItem(key)
    } catch {
      return null
    }
  }

  #write(text: string): boolean {
    try {
      this.#storage.setItem(key, text)
    } catch {
      return false
    }
    this.#known = text
    return true
  }
}

function serialize(state: WorkspaceState, before: Before, standing: Standing): string {
  const kept = writeBefore(before, state.files.acl)
  return JSON.stringify({
    ...state,
    ...(kept !== null && { before: kept }),
    ...(standing !== 'edited' && { standing }),
  })
}

function parse(text: string): Stored | null {
  try {
    const value: unknown = JSON.parse(text)
    const state = readState(value)
    if (state === null) return null
    const { before, standing } = value as { readonly before?: unknown; readonly standing?: unknown }
    return {
      state,
      before: readBefore(before, state.files.acl),
      standing: standing === 'example' || standing === 'opened' ? standing : 'edited',
    }
  } catch {
    return null
  }
}
