import {
  type Action,
  type Diagnostic,
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
import type { Finding, Fix } from '../analysis/finding'

const renewed = StateEffect.define<null>()

/** The edits since the visible diagnostics were made. */
const editedSince = StateField.define<ChangeDesc>({
  create: (state) => ChangeSet.empty(state.doc.length).desc,
  update(since, transaction) {
    if (transaction.effects.some((effect) => effect.is(renewed))) return ChangeSet.empty(transaction.newDoc.length).desc
    return transaction.docChanged ? since.composeDesc(transaction.changes.desc) : since
  },
})

/** Moves diagnostics along with the edits since they were made, and drops those whose text was edited away. */
export function moveFindings(findings: readonly Finding[], since: ChangeDesc): readonly Finding[] {
  if (since.empty) return findings
  const place = (at: number, side: -1 | 1): number => since.mapPos(Math.min(at, since.length), side)
  return findings.flatMap((finding) => {
    const span = { ...finding.span, from: place(finding.span.from, 1), to: place(finding.span.to, -1) }
    if (span.to < span.from || (span.to === span.from && finding.span.to > finding.span.from)) return []
    const fixes = finding.fixes.map((fix) => ({
      ...fix,
      edits: fix.edits.map((edit) => ({
        ...edit,
        from: place(edit.from, 1),
        to: Math.max(place(edit.from, 1), place(edit.to, -1)),
      })),
    }))
    return [{ ...finding, span, fixes }]
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

const origins = new WeakMap<Diagnostic, Finding>()

/** Returns the finding behind a CodeMirror diagnostic. */
export function findingOf(diagnostic: Diagnostic): Finding | undefined {
  return origins.get(diagnostic)
}

function message(finding: Finding): Node {
  const box = document.createElement('div')
  box.className = 'cm-finding'
  const words = box.appendChild(document.createElement(finding.code === 'refused' ? 'code' : 'span'))
  words.textContent = finding.message
  if (finding.hint !== null) box.appendChild(document.createElement('p')).textContent = finding.hint
  return box
}

/**
 * Shows diagnostics in an editor: underlined, marked in the gutter, with message and fixes on hover. Replaces the
 * previous ones. Offsets refer to the text that was checked; those outside the document are clipped.
 */
export function showFindings(view: EditorView, findings: readonly Finding[]): void {
  if (findings.length === 0 && diagnosticCount(view.state) === 0) return
  const end = view.state.doc.length
  const diagnostics = findings.map((finding): Diagnostic => {
    const diagnostic: Diagnostic = {
      from: Math.min(finding.span.from, end),
      to: Math.min(Math.max(finding.span.to, finding.span.from), end),
      severity: finding.severity,
      message: finding.hint === null ? finding.message : `${finding.message}\n${finding.hint}`,
      renderMessage: () => message(finding),
      actions: finding.fixes.map(actionOf),
    }
    origins.set(diagnostic, finding)
    return diagnostic
  })
  const lint = setDiagnostics(view.state, diagnostics)
  view.dispatch({ ...lint, effects: [lint.effects ?? [], renewed.of(null)].flat() })
}

/**
 * Ctrl/Cmd+. : applies the only fix of the selected diagnostic, or of the cursor's line. Where there are several,
 * focuses the note under the line, in which Tab and Enter choose; where there is none, goes to the next diagnostic.
 */
export const fixHere: Command = (view) => {
  const { main } = view.state.selection
  const line = view.state.doc.lineAt(main.head)
  const here: { readonly diagnostic: Diagnostic; readonly from: number; readonly to: number }[] = []
  forEachDiagnostic(view.state, (diagnostic, from, to) => {
    if (from <= line.to && to >= line.from && diagnostic.actions?.length) here.push({ diagnostic, from, to })
  })
  const selected = here.filter(({ from, to }) => from === main.from && to === main.to)
  const [only, ...others] = selected.length > 0 ? selected : here
  if (!only) return nextDiagnostic(view)
  if (others.length === 0 && only.diagnostic.actions?.length === 1) {
    only.diagnostic.actions[0]?.apply(view, only.from, only.to)
    return true
  }
  const note = view.dom.querySelector<HTMLElement>('.cm-note button')
  if (note === null) return openLintPanel(view)
  note.focus()
  return true
}

/**
 * Goes to a diagnostic. The note under the line shows it with its fixes; where notes are not shown, a tooltip does.
 * @param go selects the diagnostic and opens its tooltip
 */
const toProblem =
  (go: Command): Command =>
  (view) => {
    const moved = go(view)
    if (moved && view.dom.querySelector('.cm-note') !== null) view.dispatch({ effects: closeHoverTooltips })
    return moved
  }

/** F8: goes to the next diagnostic. */
export const nextProblem: Command = toProblem(nextDiagnostic)
const previousProblem: Command = toProblem(previousDiagnostic)

/**
 * Gutter marks, F8 and Shift-F8 to go from diagnostic to diagnostic, Ctrl/Cmd+. for fixes. Update it with
 * `showFindings`.
 */
export const problems: Extension = [
  editedSince,
  lintGutter(),
  keymap.of([
    { key: 'F8', run: nextProblem, shift: previousProblem },
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
