import { type Diagnostic as LintDiagnostic, forEachDiagnostic } from '@codemirror/lint'
import { type EditorState, type Extension, type Text, StateEffect, StateField } from '@codemirror/state'
import { type DecorationSet, Decoration, EditorView, WidgetType } from '@codemirror/view'
import type { Diagnostic, Fix } from '../analysis/diagnostic'
import { applyFixHere, diagnosticOf } from './diagnostics'

/** The actions of a note besides the fixes of its mark. */
export interface NoteOptions {
  /** Mutes this kind of mark: for one user, or (null) in the whole workspace. */
  readonly mute: (diagnostic: Diagnostic, user: string | null) => void
  /** Loads the modules of the server version, for a mark that needs them. */
  readonly switchModulesOn: () => void
  /** Describes the effect of a fix, with an example; null where it changes nothing or the effect is unknown. */
  readonly effectOf?: (text: string, fix: Fix) => Promise<string | null>
  /** Returns the lesson about a kind of mark; null where there is none. */
  readonly lessonOf?: (code: string) => Promise<NotedLesson | null>
}

interface NotedLesson {
  readonly title: string
  readonly href: string
}

interface Noted {
  readonly diagnostic: Diagnostic
  readonly from: number
  readonly to: number
  /** The effect of the first fix, and the lesson about it; absent until they are known. */
  readonly more?: { readonly effect: string | null; readonly lesson: NotedLesson | null }
}

interface NoteState {
  /** The mark that the note shows; null for none. */
  readonly on: Noted | null
  /**
   * The part of the file in which a note may open by itself when marks arrive: the whole file at first, only the
   * cursor's line after an edit, nowhere during typing or after the user closed one.
   */
  readonly from: 'file' | 'cursor' | 'nowhere'
  readonly shown: DecorationSet
}

const pick = StateEffect.define<Noted | null>()
const severities = { error: 0, warning: 1, info: 2 } as const
const words = { error: 'Error', warning: 'Warning', info: 'Info' } as const
const marks = { error: '✕', warning: '▲', info: 'i' } as const

/** Returns the marks of the line at `at`, or of the whole document where it is null, the most severe first. */
function diagnosticsAt(state: EditorState, at: number | null): Noted[] {
  const line = at === null ? { from: 0, to: state.doc.length } : state.doc.lineAt(Math.min(at, state.doc.length))
  const found: Noted[] = []
  forEachDiagnostic(state, (mark: LintDiagnostic, from, to) => {
    const diagnostic = from <= line.to && to >= line.from ? diagnosticOf(mark) : undefined
    if (diagnostic !== undefined) found.push({ diagnostic, from, to })
  })
  return found.sort((a, b) => severities[a.diagnostic.severity] - severities[b.diagnostic.severity] || a.from - b.from)
}

/** Splits a message into its first sentence, which is emphasized, and the rest. */
function headAndRest(message: string): readonly [string, string] {
  const end = /[.:;] /.exec(message)
  if (end === null || end.index > 90) return [message, '']
  return [message.slice(0, end.index + 1), message.slice(end.index + 1)]
}

class Note extends WidgetType {
  constructor(
    readonly noted: Noted,
    readonly place: number,
    readonly count: number,
    readonly options: NoteOptions,
  ) {
    super()
  }

  override eq(other: Note): boolean {
    return (
      other.noted.diagnostic === this.noted.diagnostic &&
      other.noted.more === this.noted.more &&
      other.place === this.place &&
      other.count === this.count
    )
  }

  override toDOM(view: EditorView): HTMLElement {
    const { diagnostic } = this.noted
    // Editors measure a block without its margins, so the spacing is inside a frame.
    const frame = element('div', 'cm-note-frame')
    const box = frame.appendChild(element('div', `cm-note cm-note-${diagnostic.severity}`))
    box.setAttribute('role', 'group')
    box.setAttribute('aria-label', `${words[diagnostic.severity]} on the line above`)
    box.contentEditable = 'false'
    const text = box.appendChild(element('div', 'cm-note-text'))
    const mark = text.appendChild(element('span', 'cm-note-mark', marks[diagnostic.severity]))
    mark.setAttribute('aria-hidden', 'true')
    const [head, rest] = diagnostic.code === 'refused' ? [diagnostic.message, ''] : headAndRest(diagnostic.message)
    text.append(
      element(diagnostic.code === 'refused' ? 'code' : 'b', '', head),
      rest,
      ...(diagnostic.hint === null ? [] : [' ', element('span', '', diagnostic.hint)]),
    )
    const buttons = box.appendChild(element('div', 'cm-note-buttons'))
    const fixes = view.state.readOnly ? [] : diagnostic.fixes
    if (diagnostic.needsModules === true && !view.state.readOnly)
      buttons.append(button('Switch the modules on', '', this.options.switchModulesOn))
    for (const fix of fixes) buttons.append(button(fix.label, '', () => applyFixHere(view, fix)))
    if (this.count > 1)
      buttons.append(button(`${this.place} of ${this.count} ›`, 'quiet', () => this.next(view), 'Next on this line'))
    const { more } = this.noted
    if (more?.lesson != null) buttons.append(lessonLink(more.lesson))
    if (diagnostic.code !== 'refused') buttons.append(button('Mute', 'quiet', () => this.askMute(view, buttons)))
    buttons.append(button('✕', 'quiet', () => close(view), 'Close this note'))
    const [fix] = fixes
    if (more === undefined) void this.askMore(view, fix, box)
    else if (more.effect !== null && fix !== undefined)
      box.append(element('div', 'cm-note-effect', `After “${fix.label}”, ${more.effect}.`))
    return frame
  }

  /**
   * Adds the effect of a fix and the lesson by an update: otherwise the editor does not measure the new height, and draws
   * its gutter beside the wrong lines.
   */
  async askMore(view: EditorView, fix: Fix | undefined, box: HTMLElement): Promise<void> {
    const { doc } = view.state
    const { effectOf, lessonOf } = this.options
    const [effect = null, lesson = null] = await Promise.all([
      fix && effectOf?.(doc.toString(), fix),
      lessonOf?.(this.noted.diagnostic.code),
    ])
    if ((effect ?? lesson) === null || !box.isConnected || view.state.doc !== doc || view.composing) return
    view.dispatch({ effects: pick.of({ ...this.noted, more: { effect, lesson } }) })
  }

  next(view: EditorView): void {
    const all = diagnosticsAt(view.state, this.noted.from)
    const next = all[this.place % all.length]
    if (next !== undefined) view.dispatch({ effects: pick.of(next) })
  }

  /** Asks for which user to mute the mark. */
  askMute(view: EditorView, buttons: HTMLElement): void {
    const { diagnostic } = this.noted
    const line = view.state.doc.lineAt(Math.min(this.noted.from, view.state.doc.length)).text
    const user = /^\s*user\s+(\S+)/.exec(line)?.[1]
    const mute = (of: string | null) => () => {
      view.focus()
      this.options.mute(diagnostic, of)
    }
    buttons.replaceChildren(
      element('span', 'cm-note-ask', 'Mute this mark:'),
      ...(user === undefined ? [] : [button(`for ${user}`, '', mute(user))]),
      button('in this workspace', '', mute(null)),
      button('Cancel', 'quiet', () =>
        view.dispatch({ effects: pick.of({ ...this.noted, diagnostic: { ...diagnostic } }) }),
      ),
    )
    buttons.querySelector('button')?.focus()
    view.requestMeasure()
  }

  override ignoreEvent(): boolean {
    return true
  }
}

function element(name: string, className: string, text = ''): HTMLElement {
  const node = document.createElement(name)
  if (className !== '') node.className = className
  node.textContent = text
  return node
}

function button(label: string, kind: string, run: () => void, title = ''): HTMLElement {
  const node = element('button', `button small ${kind}`, label)
  node.setAttribute('type', 'button')
  if (title !== '') {
    node.title = title
    node.setAttribute('aria-label', `${title}${/\d/.test(label) ? `: ${label}` : ''}`)
  }
  node.addEventListener('click', run)
  return node
}

function lessonLink({ title, href }: NotedLesson): HTMLElement {
  const link = element('a', 'button small quiet', 'Lesson')
  link.setAttribute('href', href)
  link.title = `Lesson: ${title}`
  link.setAttribute('aria-label', link.title)
  return link
}

function close(view: EditorView): void {
  view.dispatch({ effects: pick.of(null) })
  view.focus()
}

function decorate(state: EditorState, on: Noted, options: NoteOptions): DecorationSet {
  const all = diagnosticsAt(state, on.from)
  const place = all.findIndex(({ diagnostic }) => diagnostic === on.diagnostic) + 1
  const at = lineEnd(state.doc, on.from)
  return Decoration.set([
    Decoration.widget({ widget: new Note(on, Math.max(1, place), all.length, options), block: true, side: 1 }).range(
      at,
    ),
  ])
}

const lineEnd = (doc: Text, at: number): number => doc.lineAt(Math.min(at, doc.length)).to

function noteField(options: NoteOptions): StateField<NoteState> {
  const none: NoteState = { on: null, from: 'file', shown: Decoration.none }
  const away: NoteState = { ...none, from: 'nowhere' }
  const on = (state: EditorState, noted: Noted | undefined, otherwise: NoteState): NoteState =>
    noted === undefined ? otherwise : { on: noted, from: 'cursor', shown: decorate(state, noted, options) }
  return StateField.define<NoteState>({
    create: () => none,
    update(value, transaction) {
      const { state } = transaction
      for (const effect of transaction.effects)
        if (effect.is(pick)) return effect.value === null ? away : on(state, effect.value, value)
      // New marks: the note stays with its own, if that is still among them.
      if (transaction.effects.length > 0 && !transaction.docChanged) {
        const { on: before } = value
        if (before === null) {
          if (value.from === 'nowhere' || transaction.selection) return value
          return on(state, diagnosticsAt(state, value.from === 'file' ? null : state.selection.main.head)[0], value)
        }
        const same = diagnosticsAt(state, before.from).find(
          ({ diagnostic }) =>
            diagnostic === before.diagnostic ||
            (diagnostic.code === before.diagnostic.code && diagnostic.message === before.diagnostic.message),
        )
        if (same?.diagnostic !== before.diagnostic) return on(state, same, away)
      }
      if (transaction.docChanged) {
        if (transaction.isUserEvent('outside')) return none
        if (value.on === null) return away
        const noted = {
          ...value.on,
          from: transaction.changes.mapPos(value.on.from),
          to: transaction.changes.mapPos(value.on.to),
        }
        return { ...value, on: noted, shown: value.shown.map(transaction.changes) }
      }
      if (transaction.selection) {
        const { head, from, to } = state.selection.main
        const here = diagnosticsAt(state, head)
        const exact =
          here.find((noted) => noted.from === from && noted.to === to) ??
          here.find((noted) => noted.from <= head && noted.to >= head) ??
          here[0]
        if (exact !== undefined && exact.diagnostic !== value.on?.diagnostic) return on(state, exact, value)
        if (exact === undefined && value.on === null && value.from === 'nowhere') return { ...value, from: 'cursor' }
      }
      return value
    },
    provide: (field) => EditorView.decorations.from(field, ({ shown }) => shown),
  })
}

const look = EditorView.baseTheme({
  '.cm-note-frame': { padding: '2px 10px 4px 4px' },
  '.cm-note': {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: '4px 12px',
    padding: '6px 10px',
    borderLeft: '3px solid var(--note)',
    borderRadius: '0 6px 6px 0',
    color: 'var(--ink)',
    backgroundColor: 'var(--note-soft)',
    fontFamily: 'var(--sans)',
    fontSize: '12.5px',
    lineHeight: '1.5',
    whiteSpace: 'normal',
    cursor: 'default',
  },
  '.cm-note-error': { '--note': 'var(--no)', '--note-soft': 'var(--no-soft)' },
  '.cm-note-warning': { '--note': 'var(--warn)', '--note-soft': 'var(--warn-soft)' },
  '.cm-note-info': { '--note': 'var(--accent)', '--note-soft': 'var(--accent-soft)' },
  '.cm-note-text': { flex: '1 1 240px', overflowWrap: 'anywhere' },
  '.cm-note-text code': { fontFamily: 'var(--mono)', fontSize: '12px' },
  '.cm-note-mark': { marginRight: '6px', color: 'var(--note)', fontSize: '10px', fontWeight: '700' },
  '.cm-note-buttons': { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: '4px' },
  '.cm-note-ask': { color: 'var(--ink2)', fontSize: '12px' },
  '.cm-note-effect': { color: 'var(--ink2)', fontSize: '12px', overflowWrap: 'anywhere' },
  '.cm-note .button.quiet': { color: 'var(--ink2)', textDecoration: 'none' },
})

/**
 * Shows the mark at the cursor under its line, with its fixes; at first the most severe one of the file. It
 * follows the cursor, but not while the user types.
 */
export function diagnosticNote(options: NoteOptions): Extension {
  return [noteField(options), look]
}
