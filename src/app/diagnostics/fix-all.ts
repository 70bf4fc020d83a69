import { applyFix } from '../../analysis/diagnostic'
import { withCommas } from '../../analysis/numbers'
import type { App } from '../state/App.svelte'
import type { Kind } from './kinds'
import { smallestChange } from '../state/smallest-change'

type FixedFile = 'acl' | 'conf'

/**
 * Applies all safe fixes to files, in each as one step that its editor can undo.
 * @param files default: the file in view, users.acl where that is neither
 */
export async function fixAllSafe(
  app: App,
  files: readonly FixedFile[] = [app.layout.fileTab === 'conf' ? 'conf' : 'acl'],
): Promise<void> {
  const undos: (() => void)[] = []
  for (const file of files) {
    const before = app.playground.files[file].text
    const after = await app.diagnostics.fixed(file)
    const view = app.editors.views[file]
    if (view === null || after === before || app.playground.files[file].text !== before) continue
    view.dispatch({ changes: smallestChange(before, after), userEvent: 'input.fix' })
    undos.push(() => undo(app, file, before, after))
  }
  if (undos.length === 0) return
  app.tell({
    kind: 'info',
    text: 'Applied every safe fix: all users keep the same permissions and passwords.',
    action: { label: 'Undo', run: () => undos.forEach((one) => one()) },
  })
}

/** Applies the fixes of a kind of diagnostics, in each file as one step that its editor can undo. */
export function fixKind(app: App, { code, fix }: Kind): void {
  if (fix === null) return
  const undos: (() => void)[] = []
  for (const file of ['acl', 'conf'] as const) {
    const edits = fix.edits[file === 'acl' ? 'users.acl' : 'redis.conf']
    const view = app.editors.views[file]
    const before = app.playground.files[file].text
    if (view === null || edits.length === 0) continue
    const after = applyFix(before, { label: code, edits })
    view.dispatch({ changes: [...edits], userEvent: 'input.fix' })
    undos.push(() => undo(app, file, before, after))
  }
  if (undos.length === 0) return
  app.tell({
    kind: 'info',
    text: `Fixed ${code} in ${fix.count === 1 ? 'one place' : `${withCommas(fix.count)} places`}.${fix.safe ? '' : ' Permissions or passwords changed.'}`,
    action: { label: 'Undo', run: () => undos.forEach((one) => one()) },
    ...(!fix.safe && { more: { label: 'Compare', run: () => app.dialogs.show('compare') } }),
  })
}

function undo(app: App, file: FixedFile, before: string, after: string): void {
  const view = app.editors.views[file]
  app.tell(null)
  if (view !== null && app.playground.files[file].text === after)
    view.dispatch({ changes: smallestChange(after, before), userEvent: 'undo' })
}
