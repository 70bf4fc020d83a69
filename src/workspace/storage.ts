import type { WorkspaceState } from './state'
import { readState } from './state'

/** What is needed of localStorage. */
export interface StringStorage {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
  removeItem(key: string): void
}

const key = 'acl-playground.workspace'
const keptAside = 'acl-playground.workspace.unreadable'

export type LoadResult =
  | { readonly kind: 'none' }
  | { readonly kind: 'state'; readonly state: WorkspaceState }
  /** Something is stored that cannot be read; it was put aside, not thrown away. */
  | { readonly kind: 'unreadable'; readonly message: string }

/** The workspace saved last. Never throws: storage may be forbidden, full or hold anything. */
export function loadWorkspace(storage: StringStorage): LoadResult {
  let stored: string | null
  try {
    stored = storage.getItem(key)
  } catch {
    return { kind: 'none' }
  }
  if (stored === null) return { kind: 'none' }
  const state = parse(stored)
  if (state) return { kind: 'state', state }
  try {
    storage.setItem(keptAside, stored)
    storage.removeItem(key)
  } catch {
    // No room for a second copy: the first stays where it is until it is saved over.
  }
  return { kind: 'unreadable', message: `What was saved here cannot be read. A copy is kept in this browser’s storage as ${keptAside}.` }
}

function parse(text: string): WorkspaceState | null {
  try {
    return readState(JSON.parse(text))
  } catch {
    return null
  }
}

export type SaveResult = { readonly ok: true } | { readonly ok: false; readonly message: string }

/** Saves the workspace in this browser, passwords as typed. Never throws. */
export function saveWorkspace(storage: StringStorage, state: WorkspaceState): SaveResult {
  try {
    storage.setItem(key, JSON.stringify(state))
    return { ok: true }
  } catch {
    return { ok: false, message: 'This browser does not let the page save, or has no room left. A link or a file keeps your work.' }
  }
}

/** Forgets the saved workspace. */
export function forgetWorkspace(storage: StringStorage): void {
  try {
    storage.removeItem(key)
  } catch {
    // Storage is forbidden: nothing was saved.
  }
}
