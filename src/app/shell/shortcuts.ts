import type { App } from '../state/App.svelte'
import { fixedActions } from './actions'
import { matchesKeys, printKeys } from './keys'

/** A row of the table of shortcuts. */
export interface ShortcutRow {
  readonly keys: string
  readonly does: string
}

/** Keys of the editors and the console that are no actions. */
const editorKeys: readonly ShortcutRow[] = [
  { keys: 'Enter', does: 'Run the command' },
  { keys: '↑ ↓', does: 'Earlier and later commands' },
  { keys: 'Tab', does: 'Complete; on an empty line or before typing: leave the editor' },
  { keys: 'Ctrl L', does: 'Clear the transcript, in the console' },
  { keys: 'Ctrl C', does: 'Drop the line, in the console where nothing is selected' },
  { keys: 'Mod Shift [', does: 'Fold the rules of this line; with ] unfold' },
]

/** The table of shortcuts, with the keys as they stand on this keyboard. */
export const shortcuts: readonly ShortcutRow[] = [
  ...fixedActions.flatMap(({ title, shortcut }) =>
    shortcut === undefined ? [] : [{ keys: shortcut.keys, does: shortcut.does ?? title }],
  ),
  ...editorKeys,
].map(({ keys, does }) => ({ keys: printKeys(keys), does }))

function isTyping({ target }: KeyboardEvent): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input, textarea, select, [role=menu] *, [role=menu]'))
  )
}

/** Handles the shortcuts that come before what an editor does with the same keys. */
export function firstShortcut(event: KeyboardEvent, app: App): void {
  if (!runShortcut(event, app, 'page-first')) return
  event.preventDefault()
  event.stopPropagation()
}

/** Handles the shortcuts of the whole page. Editors and dialogs see their keys first. */
export function shortcut(event: KeyboardEvent, app: App): void {
  if (event.defaultPrevented || (event.key === '?' && isTyping(event))) return
  if (runShortcut(event, app, 'page')) event.preventDefault()
}

function runShortcut(event: KeyboardEvent, app: App, by: 'page' | 'page-first'): boolean {
  const action = fixedActions.find(
    ({ shortcut: one, when }) =>
      one?.by === by &&
      (app.dialog === null || one.inDialogs === true) &&
      matchesKeys(event, one.keys) &&
      (when === undefined || when(app)),
  )
  action?.run(app)
  return action !== undefined
}
