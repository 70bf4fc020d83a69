import type { EditorView } from '@codemirror/view'
import type { App } from '../state/App.svelte'
import type { CheatEntry } from '../../analysis/cheat-sheet'

/** The name of the user that an example is tried with. */
const exampleName = 'example'

/** Inserts a rule at the caret of users.acl, with blanks around it; returns false where the editor is not loaded. */
export function insertRule(app: App, rule: string): boolean {
  const view: EditorView | null = app.editors.views.acl
  if (view === null) return false
  const { from, to } = view.state.selection.main
  const { doc } = view.state
  const before = from > 0 && !/\s/.test(doc.sliceString(from - 1, from)) ? ' ' : ''
  const after = to < doc.length && !/\s/.test(doc.sliceString(to, to + 1)) ? ' ' : ''
  view.dispatch({
    changes: { from, to, insert: `${before}${rule}${after}` },
    selection: { anchor: from + before.length + rule.length },
    userEvent: 'input.fix',
    scrollIntoView: true,
  })
  app.dialogs.show(null)
  app.editors.focus('acl')
  return true
}

/** Returns users.acl with the example as a user, in place of an earlier example. */
function withExample(acl: string, { example }: Pick<CheatEntry, 'example'>): string {
  const line = `user ${exampleName} ${example}`
  const lines = acl.split('\n')
  const at = lines.findIndex((one) => /^ *user +example(?: |$)/.test(one))
  if (at >= 0) return lines.with(at, line).join('\n')
  return `${acl}${acl === '' || acl.endsWith('\n') ? '' : '\n'}${line}\n`
}

/** Adds the example to the file as a user, and puts a command line of it into a console of that user. */
export function tryExample(app: App, entry: CheatEntry, line: string): void {
  app.editors.write('acl', withExample(app.playground.files.acl.text, entry))
  app.input.putAs(exampleName, line)
}
