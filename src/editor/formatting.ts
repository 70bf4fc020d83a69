import { type Command, type EditorView, keymap } from '@codemirror/view'
import type { Extension } from '@codemirror/state'
import type { Edit } from '../analysis/diagnostic'
import { aclFormatting, confFormatting } from '../analysis/format'
import type { AskWorld } from './world'

/** Milliseconds of formatting between two pauses. */
const SLICE = 12

/**
 * Formats the whole file without changing its meaning, as one step to undo: a short file at once, a long one in pieces
 * between which the page can answer. A text that is edited meanwhile stays as it is.
 */
export function formatFile(kind: 'acl' | 'conf', ask: AskWorld): Command {
  return (view) => {
    const world = ask()
    if (world === null) return false
    const text = view.state.doc.toString()
    format(view, kind === 'acl' ? aclFormatting(text, world.target) : confFormatting(text))
    return true
  }
}

function format(view: EditorView, steps: Generator<undefined, Edit[]>): void {
  const { doc } = view.state
  const goOn = (): void => {
    // An editor that was closed meanwhile is in no page.
    if (view.state.doc !== doc || !view.dom.isConnected) return
    const end = performance.now() + SLICE
    for (;;) {
      const { done, value: changes } = steps.next()
      if (done === true) {
        if (changes.length > 0) view.dispatch({ changes: joined(changes, view), userEvent: 'input.format' })
        return
      }
      if (performance.now() >= end) break
    }
    setTimeout(goOn)
  }
  goOn()
}

/**
 * Joins the edits of lines that follow each other, since the editor takes long for thousands of edits. Those of lines in
 * view, or with an end of the selection, stay apart: what is in view does not move, nor the cursor to another line.
 */
function joined(edits: readonly Edit[], { state, viewport }: EditorView): Edit[] {
  const ends = state.selection.ranges.flatMap(({ from, to }) => [from, to])
  const isApart = ({ from, to }: Edit): boolean =>
    (from <= viewport.to && to >= viewport.from) || ends.some((end) => from <= end && end <= to)
  const result: Edit[] = []
  let parts: string[] = []
  let from = 0
  let to = -1
  const flush = (): void => {
    if (parts.length > 0) result.push({ from, to, insert: parts.join('\n') })
    parts = []
  }
  for (const edit of edits) {
    const isAlone = isApart(edit)
    if (isAlone || edit.from !== to + 1) flush()
    if (isAlone) result.push(edit)
    else {
      if (parts.length === 0) from = edit.from
      parts.push(edit.insert)
      to = edit.to
    }
  }
  flush()
  return result
}

/** Formats on Alt-Shift-F. */
export function formatting(kind: 'acl' | 'conf', ask: AskWorld): Extension {
  return keymap.of([{ key: 'Alt-Shift-f', run: formatFile(kind, ask), preventDefault: true }])
}
