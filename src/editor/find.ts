import type { Extension } from '@codemirror/state'
import { type Command, keymap } from '@codemirror/view'
import { openFind } from './find-panel'

/** Opens the panel that finds and replaces. */
export const findHere: Command = (view) => {
  openFind(view)
  return true
}

/** Ctrl/Cmd+F finds and replaces; F3 and Ctrl/Cmd+G go on from match to match once something was looked for. */
export const find: Extension = keymap.of([{ key: 'Mod-f', run: findHere, preventDefault: true }])
