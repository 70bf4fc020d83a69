import { forEachDiagnostic } from '@codemirror/lint'
import { type Extension, type TransactionSpec, EditorState } from '@codemirror/state'
import { EditorView, type DecorationSet } from '@codemirror/view'
import { expect, test } from 'vitest'
import type { Diagnostic } from '../../src/analysis/diagnostic'
import { commandLine, setLine, showPreview } from '../../src/editor/command-line'
import { fixHere, problems, showDiagnostics } from '../../src/editor/diagnostics'
import { lightUp, spotlight } from '../../src/editor/spotlight'

/** An editor's state without a page around it: all that these gestures use of a view. */
class Headless {
  state: EditorState
  constructor(doc: string, extensions: Extension) {
    this.state = EditorState.create({ doc, extensions })
  }
  dispatch(spec: TransactionSpec): void {
    this.state = this.state.update(spec).state
  }
  get view(): EditorView {
    return this as unknown as EditorView
  }
  get text(): string {
    return this.state.doc.toString()
  }
  /** Decorations as `class(text)`, an empty range for a whole line. */
  get marks(): string[] {
    const found: string[] = []
    for (const set of this.state.facet(EditorView.decorations)) {
      if (typeof set === 'function') continue
      const ranges = (set as DecorationSet).iter()
      for (; ranges.value; ranges.next()) {
        const { class: name, widget } = ranges.value.spec as { class?: string; widget?: { text: string } }
        found.push(`${name ?? widget?.text ?? ''}(${this.state.sliceDoc(ranges.from, ranges.to)})`)
      }
    }
    return found
  }
}

const diagnostic = (from: number, to: number, fixes: Diagnostic['fixes'] = []): Diagnostic => ({
  code: 'refused',
  severity: 'error',
  message: 'Syntax error',
  hint: null,
  span: { source: 'users.acl', line: 1, from, to },
  fixes,
})

test('diagnostics are shown, cut to the text, and replaced', () => {
  const editor = new Headless('user a on', problems)
  const shown = (): string[] => {
    const list: string[] = []
    forEachDiagnostic(editor.state, ({ severity, message }, from, to) =>
      list.push(`${severity} ${from}-${to} ${message}`),
    )
    return list
  }
  showDiagnostics(editor.view, [diagnostic(5, 6), diagnostic(7, 99)])
  expect(shown()).toEqual(['error 5-6 Syntax error', 'error 7-9 Syntax error'])
  showDiagnostics(editor.view, [])
  expect(shown()).toEqual([])
})

test('the only fix on the line is applied', () => {
  const editor = new Headless('user a on sudo\nuser b on', problems)
  showDiagnostics(editor.view, [
    diagnostic(10, 14, [{ label: 'Remove sudo', edits: [{ from: 9, to: 14, insert: '' }] }]),
  ])
  expect(fixHere(editor.view)).toBe(true)
  expect(editor.text).toBe('user a on\nuser b on')
})

test('rules light up with their line, move with edits, and go out', () => {
  const editor = new Headless('user a on\nuser b on -get', spotlight)
  lightUp(editor.view, [{ span: { source: 'users.acl', line: 2, from: 20, to: 24 }, verdict: 'refused' }])
  expect(editor.marks).toEqual(['cm-spot-line()', 'cm-spot cm-spot-refused(-get)'])
  editor.dispatch({ changes: { from: 0, insert: '\n' } })
  expect(editor.marks).toEqual(['cm-spot-line()', 'cm-spot cm-spot-refused(-get)'])
  lightUp(editor.view, [])
  expect(editor.marks).toEqual([])
})

test('spots outside of the text do no harm', () => {
  const editor = new Headless('user a', spotlight)
  lightUp(editor.view, [{ span: { source: 'users.acl', line: 9, from: 50, to: 60 }, verdict: 'allowed' }])
  expect(editor.marks).toEqual(['cm-spot-line()'])
})

const input = (): Headless =>
  new Headless(
    '',
    commandLine({
      world: () => null,
      label: 'Command',
      placeholder: '',
      run: () => true,
      runLines: () => undefined,
      older: () => null,
      newer: () => null,
      changed: () => undefined,
    }),
  )

test('the console’s input is one line', () => {
  const editor = input()
  editor.dispatch({ changes: { from: 0, insert: 'SET a 1  \n  GET a\n' } })
  expect(editor.text).toBe('SET a 1 GET a')
})

test('a preview belongs to the line it was made for', () => {
  const editor = input()
  setLine(editor.view, 'SET app:1 ')
  showPreview(editor.view, { line: 'SET app', marks: [{ from: 4, to: 7, passes: true }], hint: 'value' })
  expect(editor.marks).toEqual([])
  showPreview(editor.view, { line: 'SET app:1 ', marks: [{ from: 4, to: 9, passes: false }], hint: 'value' })
  expect(editor.marks).toEqual(['cm-would-fail(app:1)', 'value()'])
  editor.dispatch({ changes: { from: 10, insert: 'x' } })
  expect(editor.marks).toEqual([])
})
