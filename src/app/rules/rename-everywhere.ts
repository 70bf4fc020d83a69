import { toText } from '../../acl/bytes'
import { type Edit, applyFix } from '../../analysis/diagnostic'
import { namesIn, renamedLine, renameEntry, renameProblem, renameUser } from '../../analysis/rename-user'
import type { App } from '../state/App.svelte'
import type { FileTab } from '../state/Layout.svelte'

/**
 * Renames a user in all files, in the lines being typed and in what is silenced for it; each file's change is one step to
 * undo. Gives back why it cannot be, or null where it was done.
 */
export function renameEverywhere(app: App, from: string, to: string): string | null {
  const { playground } = app
  const { files } = playground
  const [acl, conf, expect] = [files.acl.text, files.conf.text, files.expect.text]
  const problem = renameProblem(from, to, [...namesIn({ acl, conf }), ...playground.host.userNames.map(toText)])
  if (problem !== null) return problem
  const edits = renameUser({ acl, conf, expect }, from, to)
  const make = (tab: FileTab, changes: readonly Edit[], text: string, replace: (text: string) => void): void => {
    if (changes.length === 0) return
    const view = app.editors.views[tab]
    if (view === null) replace(applyFix(text, { label: '', edits: changes }))
    else view.dispatch({ changes: [...changes], userEvent: 'input.rename' })
  }
  make('expect', edits.expect, expect, (text) => playground.replace('expect', text))
  make('conf', edits.conf, conf, (text) => playground.replace('conf', text))
  make('acl', edits.acl, acl, (text) => playground.replace('acl', text))
  for (const one of playground.connections.all) one.draft = renamedLine(one.draft, from, to)
  const { settings } = playground
  playground.settings = { ...settings, silencedFor: renameEntry(settings.silencedFor, from, to) }
  return null
}
