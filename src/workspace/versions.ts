import { reader } from './reader'
import type { WorkspaceState } from './state'
import type { StringStorage } from './storage'
import type { OwnedVersion, Version } from './version'

/** The maximum number of versions to store of a workspace. */
const mostVersions = 30
/** The maximum length of all versions of all workspaces, in UTF-16 units. */
const mostVersionText = 1_500_000

/** Milliseconds without a change after which the text is worth a version of its own. */
const PAUSE = 30_000
/** Milliseconds of constant changes after which a version is stored. */
const LONGEST = 300_000

const key = 'acl-playground.versions'

/** The part of a workspace of which versions are stored. */
type Content = Pick<WorkspaceState, 'target' | 'release' | 'modules' | 'files'>

const sizeOf = ({ files: { acl, conf, expect = '' } }: Version): number => acl.length + conf.length + expect.length

/** Returns the part of a workspace that a version stores. */
export function contentOf({ target, release, modules, files }: Content): Content {
  return { target, release, modules, files }
}

const versionOf = (content: Content, at: number): Version => ({ at, ...contentOf(content) })

/** Returns true where two versions have the same content. */
function isSame(a: Content, b: Content): boolean {
  return (
    a.target === b.target &&
    a.release === b.release &&
    a.modules === b.modules &&
    a.files.acl === b.files.acl &&
    a.files.conf === b.files.conf &&
    (a.files.expect ?? '') === (b.files.expect ?? '')
  )
}

/**
 * Applies the limit for one workspace, oldest first: drops the version that lies closest to the one before it. The first
 * version and the last five stay.
 */
function thinned(versions: readonly OwnedVersion[]): readonly OwnedVersion[] {
  const left = [...versions]
  while (left.length > mostVersions) {
    let closest = 1
    for (let i = 2; i < left.length - 5; i++) if (gapBefore(left, i) < gapBefore(left, closest)) closest = i
    left.splice(closest, 1)
  }
  return left
}

const gapBefore = (all: readonly Version[], i: number): number => (all[i]?.at ?? 0) - (all[i - 1]?.at ?? 0)

/**
 * The earlier versions of the files of all workspaces, in the browser's storage. Tabs share them. Never throws. Versions
 * give way to everything else that needs room.
 */
export class Versions {
  readonly #storage: StringStorage
  /** The files in view, since when, and of which workspace; null before the first. */
  #current: { readonly of: number; readonly since: number; readonly version: Version } | null = null

  constructor(storage: StringStorage) {
    this.#storage = storage
  }

  /** Returns the versions of a workspace, the newest first. */
  of(id: number): readonly Version[] {
    return this.#read()
      .filter(({ of }) => of === id)
      .sort((a, b) => b.at - a.at)
  }

  /** Begins to watch a workspace, whose files are stored as a version with the first change. */
  begin(id: number, content: Content, now: number): void {
    this.#current = { of: id, since: -Infinity, version: versionOf(content, now) }
  }

  /** Notes the files after a change. The files before it become a version where they stood for a while. */
  note(id: number, content: Content, now: number): void {
    const was = this.#current
    if (was === null || was.of !== id) return this.begin(id, content, now)
    const next = versionOf(content, now)
    if (isSame(was.version, next)) return
    const isDue = now - was.version.at >= PAUSE || was.since === -Infinity || now - was.since >= LONGEST
    if (isDue) this.keep()
    this.#current = { of: id, since: isDue ? now : was.since, version: next }
  }

  /** Stores the files in view as a version, before something else takes their place. */
  keep(): void {
    if (this.#current === null) return
    const { of, version } = this.#current
    const all = this.#read()
    const own = all.filter((one) => one.of === of).sort((a, b) => a.at - b.at)
    const last = own.at(-1)
    if (last !== undefined && isSame(last, version)) return
    const at = Math.max(version.at, (last?.at ?? 0) + 1)
    const others = all.filter((one) => one.of !== of)
    this.#write([...others, ...thinned([...own, { ...version, of, at }])])
  }

  /** Copies the versions of a workspace to its duplicate. */
  copy(from: number, to: number): void {
    const all = this.#read()
    this.#write([...all, ...all.filter(({ of }) => of === from).map((one) => ({ ...one, of: to }))])
  }

  /** Removes the versions of workspaces that no longer exist. */
  retain(ids: readonly number[]): void {
    const all = this.#read()
    const left = all.filter(({ of }) => ids.includes(of))
    if (left.length < all.length) this.#write(left)
  }

  /** Drops the older half of all versions to make room; returns false where there are none. */
  shrink(): boolean {
    const all = this.#read()
    if (all.length === 0) return false
    this.#write([...all].sort((a, b) => a.at - b.at).slice(Math.ceil(all.length / 2)))
    return true
  }

  /** Stores versions, dropping the oldest until they fit into the limit and the storage. */
  #write(versions: readonly OwnedVersion[]): void {
    const left = [...versions].sort((a, b) => a.at - b.at)
    let size = left.reduce((sum, one) => sum + sizeOf(one), 0)
    for (const oldest of [...left]) {
      if (size <= mostVersionText) break
      left.shift()
      size -= sizeOf(oldest)
    }
    for (;;) {
      try {
        if (left.length === 0) this.#storage.removeItem(key)
        else this.#storage.setItem(key, JSON.stringify(left))
        return
      } catch {
        if (left.length === 0) return
        left.splice(0, Math.ceil(left.length / 2))
      }
    }
  }

  #read(): readonly OwnedVersion[] {
    let stored: unknown
    try {
      stored = JSON.parse(this.#storage.getItem(key) ?? '[]')
    } catch {
      return []
    }
    return Array.isArray(stored) && stored.length > 0 ? stored.filter(reader().isVersion) : []
  }
}

/** Returns a storage that drops versions where another write finds no room. */
export function withRoom(storage: StringStorage, versions: Versions): StringStorage {
  return {
    getItem: (name) => storage.getItem(name),
    removeItem: (name) => storage.removeItem(name),
    setItem(name, value) {
      for (;;) {
        try {
          return storage.setItem(name, value)
        } catch (error) {
          if (!versions.shrink()) throw error
        }
      }
    },
  }
}
