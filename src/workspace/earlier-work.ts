import { type Before, readBefore, writeBefore } from './before'
import { type WorkspaceState, readState } from './state'
import type { StringStorage } from './storage'

/** The most workspaces that are put aside at a time. */
export const mostEarlier = 20

const key = 'acl-playground.earlier'

/** A workspace that another one replaced. */
export interface EarlierWork {
  /** When it was replaced, in Unix milliseconds; identifies it too. */
  readonly at: number
  /** The person changed something in it: it is dropped last. */
  readonly edited: boolean
  readonly state: WorkspaceState
  readonly before: Before
}

/** All that counts as work in a workspace: two with the same fingerprint differ in nothing that a person did. */
export function fingerprint({ target, modules, files, connections, entries, settings }: WorkspaceState): string {
  const plain = (text: string): string => text.replace(/\r\n?/g, '\n')
  return JSON.stringify([
    target,
    modules,
    [files.acl, files.conf, files.expect ?? ''].map(plain),
    connections,
    entries.map(({ on, line }) => [on, line]),
    settings ?? null,
  ])
}

function read(value: unknown): EarlierWork | null {
  if (typeof value !== 'object' || value === null) return null
  const { at, edited, before, ...rest } = value as Record<string, unknown>
  const state = readState(rest)
  if (state === null || typeof at !== 'number' || !Number.isFinite(at)) return null
  return { at, edited: edited !== false, state, before: readBefore(before, state.files.acl) }
}

function write(all: readonly EarlierWork[]): string {
  return JSON.stringify(
    all.map(({ at, edited, state, before }) => {
      const saved = writeBefore(before, state.files.acl)
      return { at, ...(!edited && { edited }), ...state, ...(saved !== null && { before: saved }) }
    }),
  )
}

/** Newest first, each workspace once; beyond the bound the oldest go, those that nobody edited before all others. */
function bounded(all: readonly EarlierWork[]): readonly EarlierWork[] {
  const seen = new Map<string, EarlierWork>()
  for (const one of [...all].sort((a, b) => b.at - a.at)) {
    const print = fingerprint(one.state)
    const same = seen.get(print)
    if (same === undefined) seen.set(print, one)
    else if (one.edited && !same.edited) seen.set(print, { ...same, edited: true })
  }
  const once = [...seen.values()]
  const byWorth = [...once].sort((a, b) => Number(b.edited) - Number(a.edited) || b.at - a.at)
  const stay = new Set(byWorth.slice(0, mostEarlier))
  return once.filter((one) => stay.has(one))
}

/**
 * The workspaces that were replaced, in this browser's storage, so that opening examples, links and files loses no work.
 * Several pages share them. Never throws. Where the storage takes no more, they last as long as the page.
 */
export class EarlierWorks {
  readonly #storage: StringStorage
  /** Those that the storage did not take. */
  #unsaved: readonly EarlierWork[] = []

  constructor(storage: StringStorage) {
    this.#storage = storage
  }

  /** All of them, the newest first. */
  get all(): readonly EarlierWork[] {
    return bounded([...this.#stored(), ...this.#unsaved])
  }

  /** The one edited last; where none was edited, the newest. */
  get latest(): EarlierWork | null {
    const { all } = this
    return all.find(({ edited }) => edited) ?? all[0] ?? null
  }

  /** Some of them would be lost with the page. */
  get losesWork(): boolean {
    return this.#unsaved.some(({ edited }) => edited)
  }

  /** Puts a workspace aside; false where it could not be stored. */
  put(work: EarlierWork): boolean {
    const newest = this.all[0]?.at ?? 0
    return this.#store([...this.#stored(), ...this.#unsaved, { ...work, at: Math.max(work.at, newest + 1) }])
  }

  /** Forgets one. */
  remove(at: number): void {
    this.#store(this.all.filter((one) => one.at !== at))
  }

  /** Stores what there is room for: what was not edited, and versions to compare with, give way first. */
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
    try {
      if (all.length === 0) this.#storage.removeItem(key)
      else this.#storage.setItem(key, write(all))
      return true
    } catch {
      return false
    }
  }

  #stored(): readonly EarlierWork[] {
    try {
      const value: unknown = JSON.parse(this.#storage.getItem(key) ?? '[]')
      return Array.isArray(value) ? value.flatMap((one) => read(one) ?? []) : []
    } catch {
      return []
    }
  }
}
