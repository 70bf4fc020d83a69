import { type Command, type EditorView, keymap } from '@codemirror/view'
import type { Extension } from '@codemirror/state'
import type { Edit } from '../analysis/diagnostic'
import { aclFormatting, confFormatting } from '../analysis/format'
import type { AskWorld } from './world'

/** Tells that a file was not formatted, since it is being edited. */
export type GivenUp = (view: EditorView) => void

/** Milliseconds of formatting between two pauses. */
const SLICE = 12

/** Times that a text is formatted that is edited meanwhile. */
const TRIES = 2

/**
 * Formats the whole file without changing its meaning, as one step to undo: a short file at once, a long one in pieces
 * between which the page can answer. Starts once more on a text that is edited meanwhile.
 * @param giveUp called where the text was edited meanwhile once more, and stays as it is
 */
export function formatFile(kind: 'acl' | 'conf', ask: AskWorld, giveUp?: GivenUp): Command {
  return (view) => {
    const target = ask()?.target
    if (target === undefined) return false
    let tries = 0
    const start = (): void => {
      if (++tries > TRIES) return giveUp?.(view)
      const text = view.state.doc.toString()
      format(view, kind === 'acl' ? aclFormatting(text, target) : confFormatting(text), start)
    }
    start()
    return true
  }
}

/** @param edited called instead of the end where the text is edited meanwhile */
function format(view: EditorView, steps: Generator<undefined, Edit[]>, edited: () => void): void {
  const { doc } = view.state
  const goOn = (): void => {
    // An editor that was closed meanwhile is in no page.
    if (!view.dom.isConnected) return
    if (view.state.doc !== doc) return edited()
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
export function formatting(kind: 'acl' | 'conf', ask: AskWorld, giveUp?: GivenUp): Extension {
  return keymap.of([{ key: 'Alt-Shift-f', run: formatFile(kind, ask, giveUp), preventDefault: true }])
}
