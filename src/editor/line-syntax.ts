import { language } from '@codemirror/language'
import type { EditorState, Line } from '@codemirror/state'
import { Tree } from '@lezer/common'

/** A line of a file, and its syntax tree, whose positions count from the start of the line. */
export interface LineSyntax {
  readonly line: Line
  readonly tree: Tree
}

/** Characters of a line that is parsed by itself: its words are explained while somebody waits. */
export const longestLine = 20_000

/**
 * Parses the line at a position. A statement never goes over more than one line in these languages, so that the line is
 * parsed alone: the editor's own tree covers only what is near the viewport. The tree of a line that is too long is empty.
 */
export function lineSyntax(state: EditorState, pos: number): LineSyntax {
  const line = state.doc.lineAt(pos)
  const parser = line.length > longestLine ? undefined : state.facet(language)?.parser
  return { line, tree: parser?.parse(line.text) ?? Tree.empty }
}
