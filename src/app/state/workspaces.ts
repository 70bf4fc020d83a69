import type { EarlierWork } from '../../workspace/earlier-work'
import { type WorkspaceState, limits } from '../../workspace/state'
import type { Version } from '../../workspace/version'
import { contentOf } from '../../workspace/versions'
import type { App } from './App.svelte'

/** Returns the name of a workspace as it is shown. */
export function nameOf({ title = '' }: Pick<WorkspaceState, 'title'>): string {
  return title.trim() === '' ? 'Untitled' : title
}

/** Renames the workspace in view, or another one. */
export function rename(app: App, work: EarlierWork | null, name: string): void {
  const title = name.trim().slice(0, limits.titleLength)
  if (work === null) app.playground.about = { ...app.playground.about, title }
  else app.keeper.earlier.change(work.at, (one) => ({ ...one, edited: true, state: { ...one.state, title } }))
}

/** Stores a copy beside the others. Returns false where the browser has no room for it. */
export function duplicate(app: App, work: EarlierWork | null): boolean {
  const { id, state, before } = work ?? app.keeper.current
  const copy = Date.now()
  const title = `${nameOf(state).slice(0, limits.titleLength - 5)} copy`
  if (!app.keeper.earlier.put({ id: copy, state: { ...state, title }, before, standing: 'edited' })) return false
  app.keeper.copyVersions(id, copy)
  return true
}

/**
 * Deletes the workspace in view, in whose place another one opens, or another one.
 * @returns a function that brings it back
 */
export function remove(app: App, work: EarlierWork | null): () => void {
  const { keeper } = app
  if (work !== null) {
    keeper.earlier.remove(work.at)
    return () => void keeper.earlier.put({ ...work, standing: work.edited ? 'edited' : 'opened' })
  }
  const was = keeper.current
  void keeper.discard()
  return () => void keeper.goBack(was)
}

/** Goes back to a version of the workspace in view; the files as they are become a version too. */
export async function goBackTo(app: App, version: Version): Promise<void> {
  await app.keeper.revise({ ...app.keeper.current.state, ...contentOf(version) })
}

/** Opens a version as a workspace of its own. */
export async function openVersion(app: App, of: WorkspaceState, version: Version): Promise<void> {
  const time = new Date(version.at).toLocaleString('en', { dateStyle: 'medium', timeStyle: 'short' })
  const title = `${nameOf(of)}, ${time}`.slice(0, limits.titleLength)
  await app.replace({ ...of, title, ...contentOf(version) }, `Opened the version of ${time}.`, 'opened')
}
