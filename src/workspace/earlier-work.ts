import { type Before, readBefore, writeBefore } from './before'
import { reader } from './reader'
import type { WorkspaceState } from './state'
import type { StringStorage } from './storage'

/** The number of workspaces beyond which those that nobody edited are dropped, the oldest first. */
const mostEarlier = 20
/** The maximum number of edited workspaces to store. They are never dropped: further ones are not stored. */
const mostEdited = 100

const key = 'acl-playground.earlier'

/** A workspace that another one took the place of. */
export interface EarlierWork {
  /** Stays the same while the workspace is opened and left again. */
  readonly id: number
  /** The time it was left, in Unix milliseconds. Unique. */
  readonly at: number
  /** True where the user edited it: such workspaces are dropped last. */
  readonly edited: boolean
  readonly state: WorkspaceState
  readonly before: Before
}

const prints = new WeakMap<WorkspaceState, string>()

/** Returns a string that is equal for workspaces with the same files, commands and settings. */
export function fingerprint(state: WorkspaceState): string {
  const known = prints.get(state)
  if (known !== undefined) return known
  const print = printOf(state)
  prints.set(state, print)
  return print
}

function printOf(state: WorkspaceState): string {
  const { target, release, modules, files, connections, entries, settings, title, note, exercise } = state
  const plain = (text: string): string => text.replace(/\r\n?/g, '\n')
  return JSON.stringify([
    target,
    release ?? '',
    modules,
    [files.acl, files.conf, files.expect ?? ''].map(plain),
    connections,
    entries.map(({ on, line }) => [on, line]),
    settings ?? null,
    title ?? '',
    note ?? '',
    exercise ?? null,
  ])
}

function read(value: unknown): EarlierWork | null {
  if (typeof value !== 'object' || value === null) return null
  const { id, at, edited, before, ...rest } = value as Record<string, unknown>
  const state = reader().readState(rest)
  if (state === null || typeof at !== 'number' || !Number.isFinite(at)) return null
  return {
    id: typeof id === 'number' && Number.isFinite(id) ? id : at,
    at,
    edited: edited !== false,
    state,
    before: readBefore(before, state.files.acl),
  }
}

function parse(text: string): readonly EarlierWork[] {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return []
  }
  return Array.isArray(value) ? value.flatMap((one) => read(one) ?? []) : []
}

function write(all: readonly EarlierWork[]): string {
  return JSON.stringify(
    all.map(({ id, at, edited, state, before }) => {
      const saved = writeBefore(before, state.files.acl)
      return { id, at, ...(!edited && { edited }), ...state, ...(saved !== null && { before: saved }) }
    }),
  )
}

/** Sorts the newest first, removes duplicates, and drops the oldest of those that nobody edited beyond the limit. */
function bounded(all: readonly EarlierWork[]): readonly EarlierWork[] {
  const seen = new Map<string, EarlierWork>()
  for (const one of [...all].sort((a, b) => b.at - a.at)) {
    const print = fingerprint(one.state)
    const same = seen.get(print)
    if (same === undefined) seen.set(print, one)
    else if (one.edited && !same.edited) seen.set(print, { ...same, edited: true })
  }
  const once = [...seen.values()]
  const unedited = once.filter(({ edited }) => !edited)
  const stay = new Set(unedited.slice(0, Math.max(0, mostEarlier - (once.length - unedited.length))))
  return once.filter((one) => one.edited || stay.has(one))
}

/**
 * The workspaces that were replaced, in the browser's storage, so that opening an example, a link or a file loses no
 * work. Tabs share them. Never throws. Where storage is full, they last as long as the page.
 */
export class EarlierWorks {
  readonly #storage: StringStorage
  /** The workspaces that storage had no room for. */
  #unsaved: readonly EarlierWork[] = []
  /** The stored text that was parsed last, and its workspaces. */
  #last: { readonly text: string; readonly works: readonly EarlierWork[] } = { text: '[]', works: [] }

  constructor(storage: StringStorage) {
    this.#storage = storage
  }

  /** All replaced workspaces, the newest first. */
  get all(): readonly EarlierWork[] {
    return bounded([...this.#stored(), ...this.#unsaved])
  }

  /** The workspace edited last; where none was edited, the newest. */
  get latest(): EarlierWork | null {
    const { all } = this
    return all.find(({ edited }) => edited) ?? all[0] ?? null
  }

  /** True where edited work would be lost with the page. */
  get losesWork(): boolean {
    return this.#unsaved.some(({ edited }) => edited)
  }

  /** Stores a workspace; returns false where storage is full. */
  put(work: EarlierWork): boolean {
    const stored = [...this.#stored(), ...this.#unsaved]
    const newest = Math.max(0, ...stored.map(({ at }) => at))
    return this.#store([...stored, { ...work, at: Math.max(work.at, newest + 1) }])
  }

  /** Changes a workspace. */
  change(at: number, change: (work: EarlierWork) => EarlierWork): void {
    this.#store(this.all.map((one) => (one.at === at ? change(one) : one)))
  }

  /** Removes a workspace. */
  remove(at: number): void {
    this.#store(this.all.filter((one) => one.at !== at))
  }

  /** Stores as many as there is room for: drops the versions to compare with first, then unedited workspaces. */
  #store(works: readonly EarlierWork[]): boolean {
    const all = bounded(works)
    const bare = all.map((one) => ({ ...one, before: readBefore(null, one.state.files.acl) }))
    const edited = bare.filter((one) => one.edited)
    if ([all, bare, edited].some((some) => this.#write(some))) {
      this.#unsaved = []
      return true
    }
    const stored = new Set(this.#stored().map(({ at }) => at))
    this.#unsaved = all.filter(({ at }) => !stored.has(at))
    return false
  }

  #write(all: readonly EarlierWork[]): boolean {
    if (all.filter(({ edited }) => edited).length > mostEdited) return false
    try {
      if (all.length === 0) this.#storage.removeItem(key)
      else this.#storage.setItem(key, write(all))
      return true
    } catch {
      return false
    }
  }

  #stored(): readonly EarlierWork[] {
    const text = this.#read()
    if (text === null) return []
    if (text !== this.#last.text) this.#last = { text, works: parse(text) }
    return this.#last.works
  }

  #read(): string | null {
    try {
      return this.#storage.getItem(key)
    } catch {
      return null
    }
  }
}
