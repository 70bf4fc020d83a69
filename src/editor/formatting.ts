import { type Command, keymap } from '@codemirror/view'
import type { Extension } from '@codemirror/state'
import { formatAcl, formatConf } from '../analysis/format'
import type { AskWorld } from './world'

/** Formats the whole file without changing its meaning, as one step to undo. */
export function formatFile(kind: 'acl' | 'conf', ask: AskWorld): Command {
  return (view) => {
    const world = ask()
    if (world === null) return false
    const text = view.state.doc.toString()
    const changes = kind === 'acl' ? formatAcl(text, world.target) : formatConf(text)
    if (changes.length > 0) view.dispatch({ changes, userEvent: 'input.format' })
    return true
  }
}

/** Formats on Alt-Shift-F. */
export function formatting(kind: 'acl' | 'conf', ask: AskWorld): Extension {
  return keymap.of([{ key: 'Alt-Shift-f', run: formatFile(kind, ask), preventDefault: true }])
}
