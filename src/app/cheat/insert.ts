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

/** The role of the example, a name that hardly any file has. */
const exampleRole = 'example-reader'

/** Returns users.acl with the example as a user, and its role, in place of an earlier example. */
export function withExample(acl: string, { example, role }: Pick<CheatEntry, 'example' | 'role'>): string {
  const named = role?.split(' ')[0] ?? ''
  const rules = role === undefined ? example : example.replace(`role=${named}`, `role=${exampleRole}`)
  const user = withLine(acl, `user ${exampleName}`, rules)
  return role === undefined ? user : withLine(user, `role ${exampleRole}`, role.slice(named.length + 1))
}

/** Returns users.acl with a line in place of the one that starts with the same words, or at the end. */
function withLine(acl: string, start: string, rules: string): string {
  const line = `${start} ${rules}`
  const lines = acl.split('\n')
  const at = lines.findIndex((one) => `${one.trim()} `.startsWith(`${start} `))
  if (at >= 0) return lines.with(at, line).join('\n')
  return `${acl}${acl === '' || acl.endsWith('\n') ? '' : '\n'}${line}\n`
}

/** Adds the example to the file as a user, and puts a command line of it into a console of that user. */
export function tryExample(app: App, entry: CheatEntry, line: string): void {
  app.editors.write('acl', withExample(app.playground.files.acl.text, entry))
  app.input.putAs(exampleName, line)
}
