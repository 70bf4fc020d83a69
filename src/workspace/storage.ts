import { type Before, readBefore, writeBefore } from './before'
import { reader } from './reader'
import { isWithinLimits, type WorkspaceState } from './state'

/** The methods of localStorage that are used. */
export interface StringStorage {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
  removeItem(key: string): void
}

const key = 'acl-playground.workspace'
const keptAside = 'acl-playground.workspace.unreadable'

/**
 * The origin of a workspace, which tells what would be lost with it: an unchanged example, an unchanged link or file,
 * or the user's own work.
 */
export type Standing = 'example' | 'opened' | 'edited'

/** A stored workspace. */
export interface Stored {
  /** Stays the same while the workspace is opened and left again; 0 where an earlier version of the page stored it. */
  readonly id: number
  readonly state: WorkspaceState
  readonly before: Before
  readonly standing: Standing
}

export type LoadResult =
  | { readonly kind: 'none' }
  | ({ readonly kind: 'state' } & Stored)
  /** The stored text cannot be parsed; a copy was kept. */
  | { readonly kind: 'unreadable'; readonly message: string }

export type SaveResult =
  | { readonly kind: 'saved' }
  /** Another tab saved a different workspace since this one last read or saved. It was not overwritten. */
  | { readonly kind: 'elsewhere' }
  | { readonly kind: 'failed'; readonly message: string }

const toldKey = 'acl-playground.told-passwords'

const noRoom = 'This browser does not let the page save, or has no room left. A link or a file keeps your work.'

/**
 * The browser's storage of a workspace. Several tabs may use it: a tab writes only its own changes, and never over what
 * another tab wrote meanwhile. Never throws, once `loadReader` is through: storage may be forbidden, full or hold anything.
 */
export class WorkspaceStore {
  readonly #storage: StringStorage
  /** The stored text as this tab last read or wrote it. */
  #known: string | null = null
  /** The text that this tab last wrote, or derived from what it read. Nothing is written until it changes. */
  #settled: string | null = null

  constructor(storage: StringStorage) {
    this.#storage = storage
  }

  /** Loads the workspace saved last. */
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
      // Without room for a copy, the text stays until it is overwritten.
    }
    return {
      kind: 'unreadable',
      message: `What was saved here cannot be read. A copy is kept in this browser’s storage as ${keptAside}.`,
    }
  }

  /** Records what the page derived from the loaded workspace. Nothing is written until it changes. */
  settle(stored: Stored): void {
    this.#settled = serialize(stored)
  }

  /** The workspace that another tab saved and that this one would overwrite; null where there is none. */
  get others(): Stored | null {
    const stored = this.#read()
    return stored === null || stored === this.#known ? null : parse(stored)
  }

  /**
   * Saves the workspace, with passwords as typed, and the versions to compare with where there is room.
   * @param over true to overwrite what another tab saved meanwhile
   */
  save(workspace: Stored, over = false): SaveResult {
    const { state } = workspace
    if (!isWithinLimits(state)) return { kind: 'failed', message: noRoom }
    const text = serialize(workspace)
    if (text === this.#settled && !over) return { kind: 'saved' }
    const stored = this.#read()
    if (!over && stored !== null && stored !== this.#known && stored !== text) return { kind: 'elsewhere' }
    const bare = (): string => serialize({ ...workspace, before: { opened: state.files.acl, chosen: state.files.acl } })
    if (!this.#write(text) && !this.#write(bare())) return { kind: 'failed', message: noRoom }
    this.#settled = text
    return { kind: 'saved' }
  }

  /** Returns true once per browser: the page then says that passwords are stored as typed. */
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

function serialize({ id, state, before, standing }: Stored): string {
  const kept = writeBefore(before, state.files.acl)
  return JSON.stringify({
    ...(id !== 0 && { id }),
    ...state,
    ...(kept !== null && { before: kept }),
    ...(standing !== 'edited' && { standing }),
  })
}

function parse(text: string): Stored | null {
  const { readState } = reader()
  try {
    const value: unknown = JSON.parse(text)
    const state = readState(value)
    if (state === null) return null
    const { id, before, standing } = value as Readonly<Record<'id' | 'before' | 'standing', unknown>>
    return {
      id: typeof id === 'number' && Number.isFinite(id) ? id : 0,
      state,
      before: readBefore(before, state.files.acl),
      standing: standing === 'example' || standing === 'opened' ? standing : 'edited',
    }
  } catch {
    return null
  }
}
