import { type Extension, EditorState } from '@codemirror/state'
import { EditorView } from '@codemirror/view'

/** Rejects every edit of a file but those that the server or the workspace made; the text can be selected and searched. */
export const readOnlyFile: Extension = [
  EditorState.readOnly.of(true),
  EditorState.changeFilter.of((transaction) => transaction.isUserEvent('outside')),
  EditorView.contentAttributes.of({ 'aria-readonly': 'true' }),
]
