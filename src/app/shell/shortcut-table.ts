import { fixedActions } from './actions/registry'
import { printKeys } from './keys'

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
  { keys: 'F12', does: 'Go to the line of the role at the cursor' },
  { keys: 'Mod Shift [', does: 'Fold the rules of this line; with ] unfold' },
]

/** The table of shortcuts, with the keys as they stand on this keyboard. */
export const shortcuts: readonly ShortcutRow[] = [
  ...fixedActions.flatMap(({ title, shortcut }) =>
    shortcut === undefined ? [] : [{ keys: shortcut.keys, does: shortcut.does ?? title }],
  ),
  ...editorKeys,
].map(({ keys, does }) => ({ keys: printKeys(keys), does }))
