import { codeFolding, foldGutter, foldKeymap, foldService } from '@codemirror/language'
import type { EditorState, Extension } from '@codemirror/state'
import { keymap } from '@codemirror/view'
import { longestLine } from './line-syntax'

/** The number of rules from which a line can be folded. */
const FEW_RULES = 8
/** The number of lines from which a comment block can be folded. */
const FEW_COMMENTS = 4
/** The number of comment lines that are folded together: they are counted with each change of what is in view. */
const MOST_COMMENTS = 1_000

const rulesLine = /^[ \t]*(?:user|role)[ \t]+\S+[ \t]*/i
const comment = /^\s*#/

/** Counts the rules in part of a line, including those in selectors. */
function rulesIn(text: string): number {
  return text.split(/[ \t]+/).filter((word) => word !== '').length
}

/**
 * Returns the foldable range that starts at the line at `from`: the rules of a user or role with many, or a block of comments
 * except its first line. Examines only these lines.
 */
export function foldAt(state: EditorState, from: number): { from: number; to: number } | null {
  const line = state.doc.lineAt(from)
  if (line.length > longestLine) return null
  const start = rulesLine.exec(line.text)?.[0]
  if (start !== undefined) {
    const rules = line.text.slice(start.length).trimEnd()
    return rulesIn(rules) < FEW_RULES
      ? null
      : { from: line.from + start.length, to: line.from + start.length + rules.length }
  }
  if (!comment.test(line.text) || (line.number > 1 && comment.test(state.doc.line(line.number - 1).text))) return null
  let last = line.number
  while (last < state.doc.lines && last - line.number < MOST_COMMENTS && comment.test(state.doc.line(last + 1).text))
    last++
  return last - line.number + 1 < FEW_COMMENTS ? null : { from: line.to, to: state.doc.line(last).to }
}

/** Returns the text in place of a folded range. */
export function foldedWords(state: EditorState, { from, to }: { from: number; to: number }): string {
  const text = state.sliceDoc(from, to)
  return text.startsWith('\n') ? `… ${text.split('\n').length - 1} more lines of comment` : `… ${rulesIn(text)} rules`
}

/**
 * Folds long rule lists and comment blocks, by a mark in the gutter, Ctrl-Shift-[ and Ctrl-Shift-], Ctrl-Alt-[ for all.
 */
export const folding: Extension = [
  foldService.of((state, from) => foldAt(state, from)),
  codeFolding({
    preparePlaceholder: foldedWords,
    placeholderDOM: (_view, onclick, words: string) => {
      const button = document.createElement('button')
      button.type = 'button'
      button.className = 'cm-folded'
      button.textContent = words
      button.title = 'Unfold'
      button.addEventListener('click', onclick)
      return button
    },
  }),
  foldGutter({ openText: '⌄', closedText: '›' }),
  keymap.of(foldKeymap),
]
