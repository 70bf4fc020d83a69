import type { Action, Diagnostic } from '@codemirror/lint'
import { diagnosticCount, forEachDiagnostic, lintGutter, nextDiagnostic, openLintPanel, previousDiagnostic, setDiagnostics } from '@codemirror/lint'
import type { Extension } from '@codemirror/state'
import type { Command } from '@codemirror/view'
import { EditorView, closeHoverTooltips, keymap } from '@codemirror/view'
import type { Finding, Fix } from '../analysis/finding'

const actionOf = (fix: Fix): Action => ({
  name: fix.label,
  apply: (view) => view.dispatch({ changes: [...fix.edits], userEvent: 'input.fix', scrollIntoView: true }),
})

function message(finding: Finding): Node {
  const box = document.createElement('div')
  box.className = 'cm-finding'
  const words = box.appendChild(document.createElement(finding.code === 'refused' ? 'code' : 'span'))
  words.textContent = finding.message
  if (finding.hint !== null) box.appendChild(document.createElement('p')).textContent = finding.hint
  return box
}

/**
 * Shows findings in an editor: underlined, marked in the gutter, their words and fixes on hover. Replaces those shown
 * before. Positions are those of the text the findings were made from; what lies outside the document is cut to it.
 */
export function showFindings(view: EditorView, findings: readonly Finding[]): void {
  if (findings.length === 0 && diagnosticCount(view.state) === 0) return
  const end = view.state.doc.length
  const diagnostics = findings.map((finding): Diagnostic => ({
    from: Math.min(finding.span.from, end),
    to: Math.min(Math.max(finding.span.to, finding.span.from), end),
    severity: finding.severity,
    message: finding.hint === null ? finding.message : `${finding.message}\n${finding.hint}`,
    renderMessage: () => message(finding),
    actions: finding.fixes.map(actionOf),
  }))
  view.dispatch(setDiagnostics(view.state, diagnostics))
}

/**
 * Ctrl/Cmd+. : applies the only fix of the problem on the cursor's line; where there are several, opens the list of
 * problems, in which a letter chooses; where there is none on this line, goes to the next problem.
 */
export const fixHere: Command = (view) => {
  const line = view.state.doc.lineAt(view.state.selection.main.head)
  const here: { readonly diagnostic: Diagnostic; readonly from: number; readonly to: number }[] = []
  forEachDiagnostic(view.state, (diagnostic, from, to) => {
    if (from <= line.to && to >= line.from && diagnostic.actions?.length) here.push({ diagnostic, from, to })
  })
  const only = here[0]
  if (!only) return nextDiagnostic(view)
  if (here.length > 1 || only.diagnostic.actions?.length !== 1) return openLintPanel(view)
  only.diagnostic.actions[0]?.apply(view, only.from, only.to)
  return true
}

/** Gutter marks, F8 and Shift-F8 from problem to problem, Ctrl/Cmd+. for fixes. Feed it with `showFindings`. */
export const problems: Extension = [
  lintGutter(),
  keymap.of([
    { key: 'F8', run: nextDiagnostic, shift: previousDiagnostic },
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
