import type { Extension } from '@codemirror/state'
import type { Command } from '@codemirror/view'
import { keymap } from '@codemirror/view'

/** Opens the panel that finds and replaces. Its code is fetched when it is first asked for. */
export const findHere: Command = (view) => {
  void import('./find-panel').then(({ openFind }) => openFind(view))
  return true
}

/** Ctrl/Cmd+F finds and replaces; F3 and Ctrl/Cmd+G go on from match to match once something was looked for. */
export const find: Extension = keymap.of([{ key: 'Mod-f', run: findHere, preventDefault: true }])
