import type { Extension } from '@codemirror/state'
import { type Command, keymap } from '@codemirror/view'
import { openFind } from './find-panel'

/** Opens the panel for find and replace. */
export const findHere: Command = (view) => {
  openFind(view)
  return true
}

/** Ctrl/Cmd+F opens find and replace; F3 and Ctrl/Cmd+G go to the next match. */
export const find: Extension = keymap.of([{ key: 'Mod-f', run: findHere, preventDefault: true }])
