import { type Extension, type Text, StateEffect, StateField } from '@codemirror/state'
import { type DecorationSet, Decoration, EditorView } from '@codemirror/view'
import type { Span } from '../acl/decision'

/** A rule to highlight, with its place, as allowing or denying. */
export interface Spot {
  readonly span: Span
  readonly verdict: 'allowed' | 'refused' | 'neutral'
}

const setSpots = StateEffect.define<readonly Spot[]>()

const lineMark = Decoration.line({ class: 'cm-spot-line' })
const mark = (spot: Spot): Decoration => Decoration.mark({ class: `cm-spot cm-spot-${spot.verdict}` })

function decorate(doc: Text, spots: readonly Spot[]): DecorationSet {
  const ranges = []
  const lines = new Set<number>()
  for (const spot of spots) {
    const from = Math.min(spot.span.from, doc.length)
    const to = Math.min(spot.span.to, doc.length)
    const line = doc.lineAt(from)
    if (!lines.has(line.from)) ranges.push(lineMark.range(line.from))
    lines.add(line.from)
    if (to > from) ranges.push(mark(spot).range(from, to))
  }
  return Decoration.set(ranges, true)
}

const field = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(value, transaction) {
    let next = transaction.docChanged ? value.map(transaction.changes) : value
    for (const effect of transaction.effects) if (effect.is(setSpots)) next = decorate(transaction.newDoc, effect.value)
    return next
  },
  provide: (f) => EditorView.decorations.from(f),
})

/** The extension that `lightUp` requires. */
export const spotlight: Extension = field

/**
 * Highlights the rules that decided, and their lines; an empty list removes the highlight. Spans outside the document
 * are clipped. Edits move the highlight.
 * @param scroll true to scroll to the first rule, unless the editor has the focus
 */
export function lightUp(view: EditorView, spots: readonly Spot[], scroll = false): void {
  const first = spots[0]
  const effects: StateEffect<unknown>[] = [setSpots.of(spots)]
  if (scroll && first && !view.hasFocus)
    effects.push(
      EditorView.scrollIntoView(Math.min(first.span.from, view.state.doc.length), { y: 'nearest', yMargin: 40 }),
    )
  view.dispatch({ effects })
}
