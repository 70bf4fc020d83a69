import type { EditorView } from '@codemirror/view'
import type { Editors } from '../state/Editors.svelte'

/** Puts the cursor where somebody clicked to type before the editor was there, and inserts what was typed since. */
export function takeOver(view: EditorView, editors: Editors): void {
  // Places can be told once the editor was laid out.
  requestAnimationFrame(() => {
    const { awaited } = editors
    editors.awaited = null
    if (awaited === null || !view.dom.isConnected) return
    view.focus()
    view.dispatch({ selection: { anchor: view.posAtCoords({ x: awaited.x, y: awaited.y }, false) } })
    if (awaited.typed !== '') view.dispatch(view.state.replaceSelection(awaited.typed), { userEvent: 'input.type' })
  })
}
