import type { App } from '../state/App.svelte'

/** The one replacement that makes a text into another: what is the same at both ends stays. */
export function smallestChange(before: string, after: string): { readonly from: number; readonly to: number; readonly insert: string } {
  const most = Math.min(before.length, after.length)
  let head = 0
  while (head < most && before[head] === after[head]) head++
  let tail = 0
  while (tail < most - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++
  return { from: head, to: before.length - tail, insert: after.slice(head, after.length - tail) }
}

/** Makes all safe fixes of users.acl, as one step that the editor can undo. */
export async function fixAllSafe(app: App): Promise<void> {
  const view = app.editors.acl
  const before = app.playground.acl
  const after = await app.advice.fixed()
  if (view === null || after === before || app.playground.acl !== before) return
  view.dispatch({ changes: smallestChange(before, after), userEvent: 'input.fix' })
  app.tell({ kind: 'info', text: 'Made every safe fix: all users may do, and log in with, the same as before.', action: { label: 'Undo', run: () => undo(app, before, after) } })
}

function undo(app: App, before: string, after: string): void {
  const view = app.editors.acl
  app.tell(null)
  if (view !== null && app.playground.acl === after) view.dispatch({ changes: smallestChange(after, before), userEvent: 'undo' })
}
