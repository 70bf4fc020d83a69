import { type Text, StateEffect, StateField } from '@codemirror/state'
import { type DecorationSet, Decoration, EditorView } from '@codemirror/view'
import type { Span } from '../acl/decision'

/** A rule to grey out. */
export interface Dimmed {
  readonly span: Span
  /** True where no command could depend on the rule: it is struck through too. */
  readonly dead: boolean
}

const setDimmed = StateEffect.define<readonly Dimmed[]>()
const marks = { unused: Decoration.mark({ class: 'cm-unused' }), dead: Decoration.mark({ class: 'cm-unused cm-dead' }) }

function decorate(doc: Text, rules: readonly Dimmed[]): DecorationSet {
  const ranges = rules.flatMap(({ span, dead }) => {
    const to = Math.min(span.to, doc.length)
    return span.from < to ? [(dead ? marks.dead : marks.unused).range(span.from, to)] : []
  })
  return Decoration.set(ranges, true)
}

const field = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(value, transaction) {
    for (const effect of transaction.effects)
      if (effect.is(setDimmed)) return decorate(transaction.newDoc, effect.value)
    return transaction.docChanged ? value.map(transaction.changes) : value
  },
  provide: (f) => [
    EditorView.decorations.from(f),
    EditorView.theme({
      '.cm-unused, .cm-unused *': { color: 'var(--ink3) !important', fontStyle: 'italic' },
      '.cm-dead': { textDecoration: 'line-through' },
    }),
  ],
})

/** Greys out rules in an editor, in place of those before; an empty list removes all. */
export function dimRules(view: EditorView, rules: readonly Dimmed[]): void {
  const known = view.state.field(field, false) !== undefined
  if (!known && rules.length === 0) return
  view.dispatch({ effects: [...(known ? [] : [StateEffect.appendConfig.of(field)]), setDimmed.of(rules)] })
  // A new field starts empty and does not receive the effect that was sent with it.
  if (!known) view.dispatch({ effects: setDimmed.of(rules) })
}
