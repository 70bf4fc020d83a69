import {
  type ChangeDesc,
  ChangeSet,
  Compartment,
  type EditorState,
  type Range,
  StateEffect,
  StateField,
} from '@codemirror/state'
import { type DecorationSet, Decoration, EditorView, ViewPlugin, type ViewUpdate } from '@codemirror/view'

/**
 * The rules to grey out, in order: from, to, and 1 for a rule that no command could depend on, which is struck through
 * too, else 0.
 */
export type Dimmed = Uint32Array<ArrayBuffer>

interface Dimming {
  readonly places: Dimmed
  /** The edits since they were set. */
  readonly since: ChangeDesc
}

const setDimmed = StateEffect.define<Dimmed>()
const marks = [Decoration.mark({ class: 'cm-unused' }), Decoration.mark({ class: 'cm-unused cm-dead' })]

const field = StateField.define<Dimming>({
  create: (state) => ({ places: new Uint32Array(), since: ChangeSet.empty(state.doc.length).desc }),
  update(value, transaction) {
    for (const effect of transaction.effects)
      if (effect.is(setDimmed)) return { places: effect.value, since: ChangeSet.empty(transaction.newDoc.length).desc }
    return transaction.docChanged ? { ...value, since: value.since.composeDesc(transaction.changes.desc) } : value
  },
})

/** Marks the rules in the visible ranges only: a long file has tens of thousands. */
function decorate(
  state: EditorState,
  visible: readonly { readonly from: number; readonly to: number }[],
): DecorationSet {
  const { places, since } = state.field(field)
  const back = since.invertedDesc
  const ranges: Range<Decoration>[] = []
  for (const { from, to } of visible) {
    const end = back.mapPos(to, 1)
    for (let i = firstBehind(places, back.mapPos(from, -1)); i < places.length && (places[i] ?? 0) <= end; i += 3) {
      const start = since.mapPos(Math.min(places[i] ?? 0, since.length), 1)
      const stop = since.mapPos(Math.min(places[i + 1] ?? 0, since.length), -1)
      const mark = marks[places[i + 2] ?? 0]
      if (start < stop && mark !== undefined) ranges.push(mark.range(start, stop))
    }
  }
  return Decoration.set(ranges, true)
}

/** Returns the index of the first place that ends behind an offset. */
function firstBehind(places: Dimmed, at: number): number {
  let low = 0
  let high = places.length / 3
  while (low < high) {
    const middle = (low + high) >> 1
    if ((places[3 * middle + 1] ?? 0) > at) high = middle
    else low = middle + 1
  }
  return 3 * low
}

const plugin = ViewPlugin.fromClass(
  class {
    shown: DecorationSet
    constructor(view: EditorView) {
      this.shown = decorate(view.state, view.visibleRanges)
    }
    update({ view, state, startState, viewportChanged }: ViewUpdate): void {
      if (viewportChanged || state.field(field) !== startState.field(field, false))
        this.shown = decorate(state, view.visibleRanges)
    }
  },
  { decorations: ({ shown }) => shown },
)

const dimming = new Compartment()
const extension = [
  field,
  plugin,
  EditorView.theme({
    '.cm-unused, .cm-unused *': { color: 'var(--ink3) !important', fontStyle: 'italic' },
    '.cm-dead': { textDecoration: 'line-through' },
  }),
]

/** Greys out rules in an editor, in place of those before; null removes all. */
export function dimRules(view: EditorView, rules: Dimmed | null): void {
  const known = dimming.get(view.state)
  if (known === undefined && rules !== null)
    view.dispatch({ effects: StateEffect.appendConfig.of(dimming.of(extension)) })
  else if (known !== undefined && rules === null) view.dispatch({ effects: dimming.reconfigure([]) })
  else if (Array.isArray(known) && known.length === 0 && rules !== null)
    view.dispatch({ effects: dimming.reconfigure(extension) })
  if (rules !== null) view.dispatch({ effects: setDimmed.of(rules) })
}
