import { type ParseContext, ensureSyntaxTree, language } from '@codemirror/language'
import { EditorState } from '@codemirror/state'
import type { Tree } from '@lezer/common'
import { expect, test } from 'vitest'
import { aclLanguage, aclParser } from '../../src/editor/languages'

const lines = Array.from({ length: 5_000 }, (_, i) => `user u${i} on ~app${i}:* +@read (%R~shared:* +get)`)
const text = lines.join('\n')

/** The nodes of a range, as text. */
function nodes(tree: Tree, from: number, to: number): string[] {
  const found: string[] = []
  tree.iterate({
    from,
    to,
    enter: (node) =>
      void (
        !node.type.isTop &&
        node.from >= from &&
        node.to <= to &&
        found.push(`${node.name} ${node.from} ${node.to}`)
      ),
  })
  return found
}

/** The editor's parse, whose viewport a view moves. */
interface Parse extends ParseContext {
  readonly tree: Tree
  readonly skipped: readonly unknown[]
  updateViewport(viewport: { from: number; to: number }): boolean
  work(milliseconds: number, to: number): boolean
}

/** Returns the state's parse, which CodeMirror keeps to itself. */
function parseOf(state: EditorState): Parse {
  const held = (state as unknown as { values: unknown[] }).values
  for (const value of held) {
    const { context } = (value ?? {}) as { context?: Parse }
    if (context !== undefined && 'updateViewport' in context) return context
  }
  throw new Error('The state has no parse.')
}

/** Parses what a viewport shows, as a view does. */
function scrolled(state: EditorState, from: number, to: number): EditorState {
  parseOf(state).updateViewport({ from, to })
  parseOf(state).work(10_000, to)
  return state.update({}).state
}

const whole = aclParser.parse(text)

test('of a long file, the lines around the viewport are parsed, with the nodes that parsing all of it gives', () => {
  let state = EditorState.create({ doc: text, extensions: [aclLanguage] })
  for (const line of [1, 2_500, 5_000, 2_510, 400, 1]) {
    const { from } = state.doc.line(Math.max(1, line - 20))
    const { to } = state.doc.line(Math.min(5_000, line + 20))
    state = scrolled(state, from, to)
    const tree = parseOf(state).tree
    expect(tree.length).toBeGreaterThanOrEqual(to)
    expect(nodes(tree, from, to)).toEqual(nodes(whole, from, to))
    // As much is parsed as is near.
    expect(nodes(tree, 0, text.length).length).toBeLessThan(6_000)
  }
})

test('edits parse the lines that they change, and leave nothing behind', () => {
  let state = EditorState.create({ doc: text, extensions: [aclLanguage] })
  const start = state.doc.line(3_000).from
  state = scrolled(state, start, state.doc.line(3_040).to)
  const at = state.doc.line(3_010).to
  for (let i = 0; i < 50; i++) state = state.update({ changes: { from: at + i, insert: ' +get'.charAt(i % 5) } }).state
  const edited = state.doc.toString()
  const [from, to] = [start, state.doc.line(3_040).to]
  // On a busy machine, an edit leaves the end of the window for later.
  parseOf(state).work(10_000, to)
  expect(nodes(parseOf(state).tree, from, to)).toEqual(nodes(aclParser.parse(edited), from, to))
  expect(parseOf(state).skipped.length).toBeLessThan(5)
})

test('a short file is parsed as a whole, and so is any text outside an editor', () => {
  const short = lines.slice(0, 500).join('\n')
  const state = EditorState.create({ doc: short, extensions: [aclLanguage] })
  const tree = ensureSyntaxTree(state, short.length, 10_000)
  expect(tree && nodes(tree, 0, short.length)).toEqual(nodes(aclParser.parse(short), 0, short.length))
  const parser = state.facet(language)?.parser
  expect(parser && nodes(parser.parse(text), 0, text.length)).toEqual(nodes(whole, 0, text.length))
})
