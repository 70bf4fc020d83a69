import { toText } from '../../acl/bytes'
import { type Edit, applyFix } from '../../analysis/diagnostic'
import { namesIn, renamedLine, renameEntry, renameProblem, renameUser } from '../../analysis/rename-user'
import { renamedRoleLine, renameRole, roleRenameProblem } from '../../analysis/rename-role'
import type { Named } from '../../editor/renaming'
import type { App } from '../state/App.svelte'
import type { FileTab } from '../state/Layout.svelte'

/**
 * Renames a user or role in all files, in the lines being typed and in what is silenced for it; each file's change is one step to
 * undo. Gives back why it cannot be, or null where it was done.
 */
export function renameEverywhere(app: App, { kind, name: from }: Named, to: string): string | null {
  const { playground } = app
  const { host } = playground
  const { files } = playground
  const [acl, conf, expect] = [files.acl.text, files.conf.text, files.expect.text]
  const isRole = kind === 'role'
  const inMemory = isRole ? [...(host.server?.users.roles.keys() ?? [])] : host.userNames
  const taken = [...namesIn({ acl, conf }, kind), ...inMemory.map(toText)]
  const problem = (isRole ? roleRenameProblem : renameProblem)(from, to, taken)
  if (problem !== null) return problem
  const edits = (isRole ? renameRole : renameUser)({ acl, conf, expect }, from, to)
  const make = (tab: FileTab, changes: readonly Edit[], text: string, replace: (text: string) => void): void => {
    if (changes.length === 0) return
    const view = app.editors.views[tab]
    if (view === null) replace(applyFix(text, { label: '', edits: changes }))
    else view.dispatch({ changes: [...changes], userEvent: 'input.rename' })
  }
  make('expect', edits.expect, expect, (text) => playground.replace('expect', text))
  make('conf', edits.conf, conf, (text) => playground.replace('conf', text))
  make('acl', edits.acl, acl, (text) => playground.replace('acl', text))
  for (const one of playground.connections.all)
    one.draft = (isRole ? renamedRoleLine : renamedLine)(one.draft, from, to)
  if (isRole) return null
  const { settings } = playground
  playground.settings = { ...settings, silencedFor: renameEntry(settings.silencedFor, from, to) }
  return null
}
