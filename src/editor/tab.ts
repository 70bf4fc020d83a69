import { acceptCompletion, completionStatus } from '@codemirror/autocomplete'
import type { Extension } from '@codemirror/state'
import { StateField } from '@codemirror/state'
import { EditorView, keymap } from '@codemirror/view'

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

/**
 * Tab leaves the editor, as everywhere on a page, until something was typed; from then on it accepts a completion, or
 * else inserts what `insert` gives (a space, where a tab character would break the line). Escape gives Tab back.
 */
export function politeTab(insert: string): Extension {
  return [
    typed,
    forgetOnFocus,
    keymap.of([
      {
        key: 'Tab',
        run: (view) => {
          if (completionStatus(view.state) === 'active') return acceptCompletion(view)
          if (!view.state.field(typed)) return false
          view.dispatch(view.state.replaceSelection(insert), { userEvent: 'input.type', scrollIntoView: true })
          return true
        },
      },
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
}
