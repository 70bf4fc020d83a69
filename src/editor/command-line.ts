import {
  acceptCompletion,
  autocompletion,
  completionKeymap,
  completionStatus,
  startCompletion,
} from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { syntaxHighlighting } from '@codemirror/language'
import {
  type Extension,
  type Transaction,
  type TransactionSpec,
  EditorState,
  Prec,
  StateEffect,
  StateField,
} from '@codemirror/state'
import {
  type DecorationSet,
  Decoration,
  EditorView,
  WidgetType,
  drawSelection,
  keymap,
  placeholder,
} from '@codemirror/view'
import { steadyCaret } from './caret'
import { colouredWords } from './command-words'
import { completeCommand } from './complete-command'
import { tokenColours } from './highlight'
import { explainCommandOnHover } from './hover'
import { commandLanguage } from './languages'
import { pastedLines } from './pasted-lines'
import { theme } from './theme'
import type { AskWorld } from './world'

/** The options of the console's input line. */
export interface CommandLineOptions {
  readonly world: AskWorld
  readonly label: string
  readonly placeholder: string
  /** Runs the line on Enter (or Ctrl/Cmd+Enter). Returns true to clear it. */
  readonly run: (line: string) => boolean
  /** Runs pasted lines one after another. */
  readonly runLines: (lines: readonly string[]) => void
  /** Returns the line to show instead on Up and Down; null at the end of the history. */
  readonly older: (line: string) => string | null
  readonly newer: (line: string) => string | null
  /** Called when the line was edited. */
  readonly changed: (line: string) => void
}

/** A preview of a line before it runs. Offsets refer to `line`. */
export interface Preview {
  /** The line that was checked; its preview is not shown for another line. */
  readonly line: string
  readonly marks: readonly { readonly from: number; readonly to: number; readonly passes: boolean }[]
  /** Grey text after the line: the remaining arguments. */
  readonly hint: string
}

class Hint extends WidgetType {
  constructor(readonly text: string) {
    super()
  }
  override eq(other: Hint): boolean {
    return other.text === this.text
  }
  override toDOM(): HTMLElement {
    const span = document.createElement('span')
    span.className = 'cm-hint'
    span.textContent = this.text
    span.setAttribute('aria-hidden', 'true')
    return span
  }
}

const setPreview = StateEffect.define<Preview>()
const passes = Decoration.mark({ class: 'cm-would-pass' })
const fails = Decoration.mark({ class: 'cm-would-fail' })

/** Colours the subcommand, users, passwords and rules in the line. */
function wordColours(ask: AskWorld): Extension {
  const named = (words: readonly string[]): number => (ask()?.target.table.resolve(words)?.parent ? 2 : 0)
  return EditorView.decorations.compute(['doc'], (state) =>
    Decoration.set(
      colouredWords(state.doc.toString(), named).map(({ from, to, kind }) =>
        Decoration.mark({ class: `cm-word-${kind}` }).range(from, to),
      ),
    ),
  )
}

const previewField = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(value, transaction) {
    let next = transaction.docChanged ? Decoration.none : value
    for (const effect of transaction.effects) {
      if (!effect.is(setPreview) || effect.value.line !== transaction.newDoc.toString()) continue
      const { marks, hint } = effect.value
      const ranges = marks
        .filter((mark) => mark.to > mark.from)
        .map((mark) => (mark.passes ? passes : fails).range(mark.from, mark.to))
      const end = transaction.newDoc.length
      next = Decoration.set(
        hint === '' ? ranges : [...ranges, Decoration.widget({ widget: new Hint(hint), side: 1 }).range(end)],
        true,
      )
    }
    return next
  },
  provide: (field) => EditorView.decorations.from(field),
})

/** Colours the line's keys as allowed or denied, and shows the remaining arguments. */
export function showPreview(view: EditorView, preview: Preview): void {
  view.dispatch({ effects: setPreview.of(preview) })
}

/** Replaces the line and puts the cursor at its end. */
export function setLine(view: EditorView, line: string): void {
  view.dispatch({
    changes: { from: 0, to: view.state.doc.length, insert: line },
    selection: { anchor: line.length },
    scrollIntoView: true,
  })
}

/** Keeps the input to one line: joins dropped or recalled text at its line breaks. */
function joinLines(transaction: Transaction): Transaction | TransactionSpec {
  if (transaction.newDoc.lines <= 1) return transaction
  const line = transaction.newDoc
    .toString()
    .trimEnd()
    .replace(/[ \t]*\n[ \t]*/g, ' ')
  return {
    changes: { from: 0, to: transaction.startState.doc.length, insert: line },
    selection: { anchor: line.length },
  }
}

/** Runs pasted lines; the text after the last line break stays in the prompt. */
function runPastedLines({ runLines }: CommandLineOptions): Extension {
  return EditorView.domEventHandlers({
    paste(event, view) {
      const { from, to } = view.state.selection.main
      const { doc } = view.state
      const text = event.clipboardData?.getData('text/plain') ?? ''
      const pasted = pastedLines(doc.sliceString(0, from), text, doc.sliceString(to))
      if (pasted === null) return false
      event.preventDefault()
      setLine(view, pasted.rest)
      runLines(pasted.lines)
      return true
    },
  })
}

/** The extensions of the console's input: one line, history, Tab completion, preview. */
export function commandLine(options: CommandLineOptions): Extension {
  const recall =
    (next: (line: string) => string | null) =>
    (view: EditorView): boolean => {
      if (completionStatus(view.state) === 'active') return false
      const line = next(view.state.doc.toString())
      if (line !== null) setLine(view, line)
      return true
    }
  const run = (view: EditorView): boolean => {
    if (options.run(view.state.doc.toString())) setLine(view, '')
    return true
  }
  return [
    commandLanguage,
    syntaxHighlighting(tokenColours),
    history(),
    drawSelection(),
    steadyCaret,
    EditorView.lineWrapping,
    autocompletion({
      override: [completeCommand(options.world)],
      icons: false,
      activateOnTyping: false,
      defaultKeymap: true,
    }),
    wordColours(options.world),
    explainCommandOnHover(options.world),
    previewField,
    EditorState.transactionFilter.of(joinLines),
    runPastedLines(options),
    Prec.high(
      keymap.of([
        {
          key: 'Enter',
          run: (view) => (completionStatus(view.state) === 'active' ? acceptCompletion(view) : run(view)),
        },
        { key: 'Mod-Enter', run },
        { key: 'Ctrl-l', run: () => options.run('clear') },
        {
          key: 'Ctrl-c',
          // With a selection, the key copies it.
          run: (view) => {
            if (!view.state.selection.main.empty || view.state.doc.length === 0) return false
            setLine(view, '')
            return true
          },
        },
        { key: 'ArrowUp', run: recall(options.older) },
        { key: 'ArrowDown', run: recall(options.newer) },
        {
          key: 'Tab',
          run: (view) => {
            if (view.state.doc.length === 0) return false
            return completionStatus(view.state) === 'active' ? acceptCompletion(view) : startCompletion(view)
          },
        },
      ]),
    ),
    keymap.of([...completionKeymap, ...defaultKeymap, ...historyKeymap]),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) options.changed(update.state.doc.toString())
    }),
    placeholder(options.placeholder),
    EditorView.contentAttributes.of({
      'aria-label': options.label,
      spellcheck: 'false',
      autocapitalize: 'off',
      autocorrect: 'off',
    }),
    theme,
  ]
}
