import {
  type Action,
  type Diagnostic as LintDiagnostic,
  diagnosticCount,
  forEachDiagnostic,
  lintGutter,
  nextDiagnostic,
  openLintPanel,
  previousDiagnostic,
  setDiagnostics,
} from '@codemirror/lint'
import { type ChangeDesc, type Extension, ChangeSet, StateEffect, StateField } from '@codemirror/state'
import { type Command, EditorView, closeHoverTooltips, keymap } from '@codemirror/view'
import type { Diagnostic, Edit, Fix } from '../analysis/diagnostic'

const renewed = StateEffect.define<null>()

/** The edits since the visible marks were made. */
const editedSince = StateField.define<ChangeDesc>({
  create: (state) => ChangeSet.empty(state.doc.length).desc,
  update(since, transaction) {
    if (transaction.effects.some((effect) => effect.is(renewed))) return ChangeSet.empty(transaction.newDoc.length).desc
    return transaction.docChanged ? since.composeDesc(transaction.changes.desc) : since
  },
})

/** Moves marks along with the edits since they were made, and drops those whose text was edited away. */
export function moveDiagnostics(diagnostics: readonly Diagnostic[], since: ChangeDesc): readonly Diagnostic[] {
  if (since.empty) return diagnostics
  const place = (at: number, side: -1 | 1): number => since.mapPos(Math.min(at, since.length), side)
  return diagnostics.flatMap((diagnostic) => {
    const span = { ...diagnostic.span, from: place(diagnostic.span.from, 1), to: place(diagnostic.span.to, -1) }
    if (span.to < span.from || (span.to === span.from && diagnostic.span.to > diagnostic.span.from)) return []
    const moved = (edit: Edit): Edit => ({
      ...edit,
      from: place(edit.from, 1),
      to: Math.max(place(edit.from, 1), place(edit.to, -1)),
    })
    // A fix may have an edit for each of thousands of users, which are read where it is applied.
    const fixes = diagnostic.fixes.map((fix): Fix => {
      let edits: readonly Edit[] | null = null
      return {
        ...fix,
        get edits() {
          return (edits ??= fix.edits.map(moved))
        },
      }
    })
    return [{ ...diagnostic, span, fixes }]
  })
}

/** Applies a fix at its current place. Does nothing where the place was edited since. */
export function applyFixHere(view: EditorView, fix: Fix): void {
  const since = view.state.field(editedSince)
  if (fix.edits.some(({ from, to }) => to > since.length || since.touchesRange(from, to))) return
  const changes = fix.edits.map(({ from, to, insert }) => ({
    from: since.mapPos(from, 1),
    to: since.mapPos(to, -1),
    insert,
  }))
  view.dispatch({ changes, userEvent: 'input.fix', scrollIntoView: true })
}

const actionOf = (fix: Fix): Action => ({ name: fix.label, apply: (view) => applyFixHere(view, fix) })

const origins = new WeakMap<LintDiagnostic, Diagnostic>()

/** Returns the diagnostic behind a CodeMirror mark. */
export function diagnosticOf(mark: LintDiagnostic): Diagnostic | undefined {
  return origins.get(mark)
}

function message(diagnostic: Diagnostic): Node {
  const box = document.createElement('div')
  box.className = 'cm-diagnostic'
  const words = box.appendChild(document.createElement(diagnostic.code === 'refused' ? 'code' : 'span'))
  words.textContent = diagnostic.message
  if (diagnostic.hint !== null) box.appendChild(document.createElement('p')).textContent = diagnostic.hint
  return box
}

/**
 * Shows marks in an editor: underlined, marked in the gutter, with message and fixes on hover. Replaces the
 * previous ones. Offsets refer to the text that was checked; those outside the document are clipped.
 */
export function showDiagnostics(view: EditorView, diagnostics: readonly Diagnostic[]): void {
  if (diagnostics.length === 0 && diagnosticCount(view.state) === 0) return
  const end = view.state.doc.length
  const marks = diagnostics.map((diagnostic): LintDiagnostic => {
    const mark: LintDiagnostic = {
      from: Math.min(diagnostic.span.from, end),
      to: Math.min(Math.max(diagnostic.span.to, diagnostic.span.from), end),
      severity: diagnostic.severity,
      message: diagnostic.hint === null ? diagnostic.message : `${diagnostic.message}\n${diagnostic.hint}`,
      renderMessage: () => message(diagnostic),
      actions: diagnostic.fixes.map(actionOf),
    }
    origins.set(mark, diagnostic)
    return mark
  })
  const lint = setDiagnostics(view.state, marks)
  view.dispatch({ ...lint, effects: [lint.effects ?? [], renewed.of(null)].flat() })
}

/**
 * Ctrl/Cmd+. : applies the only fix of the selected mark, or of the cursor's line. Where there are several,
 * focuses the note under the line, in which Tab and Enter choose; where there is none, goes to the next mark.
 */
export const fixHere: Command = (view) => {
  const { main } = view.state.selection
  const line = view.state.doc.lineAt(main.head)
  const here: { readonly mark: LintDiagnostic; readonly from: number; readonly to: number }[] = []
  forEachDiagnostic(view.state, (mark, from, to) => {
    if (from <= line.to && to >= line.from && mark.actions?.length) here.push({ mark, from, to })
  })
  const selected = here.filter(({ from, to }) => from === main.from && to === main.to)
  const [only, ...others] = selected.length > 0 ? selected : here
  if (!only) return nextDiagnostic(view)
  if (others.length === 0 && only.mark.actions?.length === 1) {
    only.mark.actions[0]?.apply(view, only.from, only.to)
    return true
  }
  const note = view.dom.querySelector<HTMLElement>('.cm-note button')
  if (note === null) return openLintPanel(view)
  note.focus()
  return true
}

/**
 * Goes to a mark. The note under the line shows it with its fixes; where notes are not shown, a tooltip does.
 * @param go selects the mark and opens its tooltip
 */
const toProblem =
  (go: Command): Command =>
  (view) => {
    const moved = go(view)
    if (moved && view.dom.querySelector('.cm-note') !== null) view.dispatch({ effects: closeHoverTooltips })
    return moved
  }

/** F8: goes to the next mark. */
export const goToNextDiagnostic: Command = toProblem(nextDiagnostic)
const goToPreviousDiagnostic: Command = toProblem(previousDiagnostic)

/**
 * Gutter marks, F8 and Shift-F8 to go from mark to mark, Ctrl/Cmd+. for fixes. Update it with
 * `showDiagnostics`.
 */
export const problems: Extension = [
  editedSince,
  lintGutter(),
  keymap.of([
    { key: 'F8', run: goToNextDiagnostic, shift: goToPreviousDiagnostic },
    { key: 'Mod-.', run: fixHere },
    {
      key: 'Escape',
      run: (view) => {
        view.dispatch({ effects: closeHoverTooltips })
        return false
      },
    },
  ]),
  EditorView.focusChangeEffect.of((_, focusing) => (focusing ? null : closeHoverTooltips)),
]
