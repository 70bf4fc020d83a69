import type { Position, Range, TextEdit } from 'vscode-languageserver/node'
import type { TextDocument } from 'vscode-languageserver-textdocument'
import type { Edit } from '../analysis/diagnostic'

/** Returns a line of a document, from 0, without its line end, and its offset. */
export function lineAt(document: TextDocument, line: number): { readonly text: string; readonly from: number } {
  const from = document.offsetAt({ line, character: 0 })
  const text = document.getText({ start: { line, character: 0 }, end: { line: line + 1, character: 0 } })
  return { text: text.replace(/[\r\n]+$/, ''), from }
}

/** Returns the range of offsets in a document. Both count UTF-16 units. */
export function rangeOf(document: TextDocument, from: number, to: number): Range {
  return { start: document.positionAt(from), end: document.positionAt(Math.max(from, to)) }
}

/** Converts edits of a text. */
export function textEdits(document: TextDocument, edits: readonly Edit[]): TextEdit[] {
  return edits.map(({ from, to, insert }) => ({ range: rangeOf(document, from, to), newText: insert }))
}

/** Returns true where two ranges overlap or touch. */
export function touches(a: Range, b: Range): boolean {
  return !isBefore(a.end, b.start) && !isBefore(b.end, a.start)
}

const isBefore = (a: Position, b: Position): boolean =>
  a.line < b.line || (a.line === b.line && a.character < b.character)
