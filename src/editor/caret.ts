import type { Extension } from '@codemirror/state'
import { EditorView } from '@codemirror/view'

/** A position in the DOM. */
interface Place {
  readonly node: Node
  readonly offset: number
}

/** Returns the DOM position of a text position; null where its line is not drawn. */
function placeInLine(view: EditorView, position: number, side: -1 | 1): Place | null {
  for (const towards of [side, -side] as const) {
    const place = view.domAtPos(position, towards < 0 ? -1 : 1)
    const element = place.node instanceof Element ? place.node : place.node.parentElement
    if (element?.closest('.cm-line') != null) return place
  }
  return null
}

/**
 * Puts the browser's own selection back after an update that moved it.
 *
 * CodeMirror reuses text nodes: a mark that begins or ends next to the cursor (an underlined diagnostic, a colour, a lit
 * rule) moves the cursor's node into another element. Chrome then reports a selection that CodeMirror takes for the same
 * place, but types elsewhere: before the last character, as a rule. CodeMirror notices nodes that were written, not nodes
 * that were moved.
 */
function restoreSelection(view: EditorView): void {
  const { main } = view.state.selection
  // The browser owns the selection while an input method composes.
  if (!view.hasFocus || view.composing || view.compositionStarted) return
  const selection = view.contentDOM.ownerDocument.getSelection()
  if (selection === null) return
  const side = main.empty ? (main.assoc < 0 ? -1 : 1) : main.head === main.from ? 1 : -1
  const head = placeInLine(view, main.head, side)
  const anchor = main.empty ? head : placeInLine(view, main.anchor, side === 1 ? -1 : 1)
  if (head === null || anchor === null) return
  const { anchorNode, anchorOffset, focusNode, focusOffset } = selection
  if (
    focusNode === head.node &&
    focusOffset === head.offset &&
    anchorNode === anchor.node &&
    anchorOffset === anchor.offset
  )
    return
  selection.setBaseAndExtent(anchor.node, anchor.offset, head.node, head.offset)
}

/** Keeps the cursor at its text position when decorations around it change. */
export const steadyCaret: Extension = EditorView.updateListener.of(({ view }) => restoreSelection(view))
