import { flushSync } from 'svelte'
import type { EditorView } from '@codemirror/view'
import type { Span } from '../../acl/decision'
import { smallestChange } from './smallest-change'
import type { FileTab, Layout } from './Layout.svelte'
import type { Playground } from './Playground.svelte'

/** Commands of the editors for the page's actions. */
export type EditorCommand = 'next' | 'fix' | 'rename' | 'format' | 'find'

/** The editors of the three files, and ways to go to a place in them. */
export class Editors {
  /** The mounted editors; null while their part of the page is loading. */
  readonly views: Record<FileTab, EditorView | null> = { acl: null, conf: null, expect: null }
  /** Set once the editors are loaded. */
  commands: Readonly<Record<EditorCommand, (view: EditorView) => boolean>> | null = null
  /** The position of the cursor in each file. */
  readonly cursor = $state({
    acl: { line: 1, column: 1 },
    conf: { line: 1, column: 1 },
    expect: { line: 1, column: 1 },
  })
  /** The point where somebody clicked to type before the editor in view was there, and the text typed since; null for none. */
  awaited: { readonly x: number; readonly y: number; readonly typed: string } | null = null
  /** The line to show once the editor of its file is there; null for none. */
  awaitedLine: number | null = null
  readonly #playground: Playground
  readonly #layout: Layout

  constructor(playground: Playground, layout: Layout) {
    this.#playground = playground
    this.#layout = layout
  }

  /** Replaces the text of a file: in its editor, where that can be undone, or else directly. */
  write(file: FileTab, text: string): void {
    const view = this.views[file]
    if (view === null) this.#playground.replace(file, text)
    else view.dispatch({ changes: smallestChange(view.state.doc.toString(), text), userEvent: 'input.import' })
  }

  /** Shows a file and moves the keyboard to its editor. */
  focus(file: FileTab): void {
    // At once, so that what is typed right behind a shortcut is not lost.
    flushSync(() => this.#show(file))
    this.views[file]?.focus()
    // A dialog that closes meanwhile gives the keyboard back to where it was before.
    requestAnimationFrame(() => this.views[file]?.focus())
  }

  /** Moves the cursor to a line (from 1) of a file, as soon as its editor is there. */
  goToLine(file: FileTab, line: number): void {
    this.#show(file)
    requestAnimationFrame(() => {
      const view = this.views[file]
      this.awaitedLine = view === null ? line : null
      if (view === null) return
      const { doc } = view.state
      const { from } = doc.line(Math.min(Math.max(1, line), doc.lines))
      view.dispatch({ selection: { anchor: from }, scrollIntoView: true })
      view.focus()
    })
  }

  /** Selects a place in one of the files. */
  reveal({ source, from, to }: Span): void {
    if (source === 'command') return
    const file = source === 'users.acl' ? 'acl' : 'conf'
    this.#show(file)
    requestAnimationFrame(() => {
      const view = this.views[file]
      if (view === null) return
      const end = view.state.doc.length
      view.dispatch({ selection: { anchor: Math.min(from, end), head: Math.min(to, end) }, scrollIntoView: true })
      view.focus()
    })
  }

  /** Runs an editor command in a file. */
  run(command: EditorCommand, file: FileTab): void {
    this.focus(file)
    requestAnimationFrame(() => {
      const view = this.views[file]
      if (view !== null) this.commands?.[command](view)
    })
  }

  #show(file: FileTab): void {
    this.#layout.fileTab = file
    this.#layout.pane = 'rules'
  }
}
