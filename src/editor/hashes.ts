import type { EditorState, Extension, Range } from '@codemirror/state'
import { type DecorationSet, type ViewUpdate, Decoration, EditorView, ViewPlugin, WidgetType } from '@codemirror/view'
import { shortHash } from './short-hash'

const hash = /[#!][0-9a-f]{64}(?![^\s)"'])/g

class ShortHash extends WidgetType {
  constructor(readonly text: string) {
    super()
  }
  override eq(other: ShortHash): boolean {
    return other.text === this.text
  }
  override toDOM(): HTMLElement {
    const span = document.createElement('span')
    span.className = 'cm-short-hash'
    span.textContent = shortHash(this.text)
    span.title = this.text
    return span
  }
  override ignoreEvent(): boolean {
    return false
  }
}

const touched = (state: EditorState, from: number, to: number): boolean =>
  state.selection.ranges.some((range) => range.from <= to && range.to >= from)

/** Finds the hashes in the visible ranges only, so that long files cost nothing. */
function shorten(view: EditorView): DecorationSet {
  const ranges: Range<Decoration>[] = []
  for (const { from, to } of view.visibleRanges) {
    for (const match of view.state.sliceDoc(from, to).matchAll(hash)) {
      const start = from + match.index
      const end = start + match[0].length
      if (!touched(view.state, start, end))
        ranges.push(Decoration.replace({ widget: new ShortHash(match[0]) }).range(start, end))
    }
  }
  return Decoration.set(ranges)
}

/** Shortens 64-digit password hashes; a hash is shown in full while the cursor or a selection touches it. */
export const shortHashes: Extension = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet
    constructor(view: EditorView) {
      this.decorations = shorten(view)
    }
    update(update: ViewUpdate): void {
      if (update.docChanged || update.viewportChanged || update.selectionSet) this.decorations = shorten(update.view)
    }
  },
  { decorations: (plugin) => plugin.decorations },
)
