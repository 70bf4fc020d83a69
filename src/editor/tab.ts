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

/** Whether the user has typed since the editor got the focus. */
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
  // The list takes no key in its first moment: that Tab is lost rather than leaving the editor.
  if (completionStatus(view.state) === 'active') return acceptCompletion(view) || true
  const { state } = view
  if (!state.field(typed) || state.doc.lineAt(state.selection.main.head).text.trim() === '') return false
  return startCompletion(view)
}

/**
 * Tab leaves the editor, as everywhere on a page, until something was typed, and on an empty line. Elsewhere it opens
 * the list of completions, also behind a blank, and accepts the selected one. Escape gives Tab back.
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

/** Returns whether the word at the cursor is one of the listed completions, written out. */
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
 * Enter behind a word that is complete begins a new line, although the list of completions is open, unless another
 * completion was selected.
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
