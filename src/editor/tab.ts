import {
  acceptCompletion,
  closeCompletion,
  completionStatus,
  currentCompletions,
  selectedCompletionIndex,
  startCompletion,
} from '@codemirror/autocomplete'
import { type EditorState, type Extension, Prec, StateField } from '@codemirror/state'
import { type Command, EditorView, keymap } from '@codemirror/view'

/** True once the user has typed since the editor got the focus. */
const typed = StateField.define<boolean>({
  create: () => false,
  update: (value, transaction) =>
    transaction.isUserEvent('focus.enter')
      ? false
      : value || (transaction.docChanged && transaction.isUserEvent('input')),
})

const forgetOnFocus = EditorView.domEventHandlers({
  focus: (_, view) => {
    view.dispatch({ userEvent: 'focus.enter' })
    return false
  },
})

const complete: Command = (view) => {
  // The list ignores keys when it has just opened: drop that Tab rather than leave the editor.
  if (completionStatus(view.state) === 'active') return acceptCompletion(view) || true
  const { state } = view
  if (!state.field(typed) || state.doc.lineAt(state.selection.main.head).text.trim() === '') return false
  return startCompletion(view)
}

/**
 * Tab leaves the editor, as everywhere on a page, until something was typed, and on an empty line. Elsewhere it opens
 * the list of completions, also after a space, and accepts the selected one. Escape restores the page's Tab.
 */
export const politeTab: Extension = [
  typed,
  forgetOnFocus,
  keymap.of([
    { key: 'Tab', run: complete },
    {
      key: 'Escape',
      run: (view) => {
        if (completionStatus(view.state) !== null || !view.state.field(typed)) return false
        view.dispatch({ userEvent: 'focus.enter' })
        return true
      },
    },
  ]),
]

/** Returns true where the word at the cursor is one of the listed completions. */
function isWritten(state: EditorState): boolean {
  const { head } = state.selection.main
  const line = state.doc.lineAt(head)
  const before = line.text.slice(0, head - line.from)
  return currentCompletions(state).some(({ label, apply }) => {
    const text = typeof apply === 'string' ? apply : label
    return before.endsWith(text) && !/[^\s("']$/.test(before.slice(0, before.length - text.length))
  })
}

/**
 * Enter after a complete word starts a new line although the list of completions is open, unless the user selected
 * another completion.
 */
export const enterEndsLine: Extension = Prec.highest(
  keymap.of([
    {
      key: 'Enter',
      run: (view) => {
        if (
          completionStatus(view.state) === 'active' &&
          selectedCompletionIndex(view.state) === 0 &&
          isWritten(view.state)
        )
          closeCompletion(view)
        return false
      },
    },
  ]),
)
