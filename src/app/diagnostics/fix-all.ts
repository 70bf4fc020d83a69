import type { App } from '../state/App.svelte'

/** Returns the smallest single replacement that turns one text into another. */
export function smallestChange(
  before: string,
  after: string,
): { readonly from: number; readonly to: number; readonly insert: string } {
  const most = Math.min(before.length, after.length)
  let head = 0
  while (head < most && before[head] === after[head]) head++
  let tail = 0
  while (tail < most - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++
  return { from: head, to: before.length - tail, insert: after.slice(head, after.length - tail) }
}

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
    const before = app.playground[file]
    const after = await app.diagnostics.fixed(file)
    const view = app.editors[file]
    if (view === null || after === before || app.playground[file] !== before) continue
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

function undo(app: App, file: FixedFile, before: string, after: string): void {
  const view = app.editors[file]
  app.tell(null)
  if (view !== null && app.playground[file] === after)
    view.dispatch({ changes: smallestChange(after, before), userEvent: 'undo' })
}
