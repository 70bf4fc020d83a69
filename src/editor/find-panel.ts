import { openSearchPanel, search, searchKeymap } from '@codemirror/search'
import { type Extension, EditorState, StateEffect } from '@codemirror/state'
import { EditorView, keymap } from '@codemirror/view'

/** The panel's labels, in the style of the page. */
const phrases = EditorState.phrases.of({
  next: 'Next',
  previous: 'Previous',
  all: 'Select all',
  'match case': 'Match case',
  regexp: 'Regular expression',
  'by word': 'Whole word',
  replace: 'Replace',
  'replace all': 'Replace all',
  close: 'Close',
})

const look = EditorView.theme({
  '.cm-panel.cm-search': {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: '6px 8px',
    padding: '8px 36px 8px 10px',
    fontFamily: 'var(--sans)',
    fontSize: '12.5px',
  },
  '.cm-panel.cm-search br': { flexBasis: '100%', width: '0', height: '0', content: '""', display: 'block' },
  '.cm-panel.cm-search label': {
    display: 'inline-flex',
    alignItems: 'center',
    gap: '4px',
    color: 'var(--ink2)',
    fontSize: '12.5px',
  },
  '.cm-panel.cm-search input, .cm-panel.cm-search button, .cm-panel.cm-search label': { margin: '0' },
  '.cm-panel.cm-search .cm-textfield': {
    flex: '1 1 140px',
    maxWidth: '260px',
    minWidth: '0',
    padding: '3px 6px',
    border: '1px solid var(--line2)',
    borderRadius: '4px',
    color: 'var(--ink)',
    backgroundColor: 'var(--panel)',
    fontFamily: 'var(--mono)',
    fontSize: '12.5px',
  },
  '.cm-panel.cm-search .cm-button': {
    padding: '3px 8px',
    border: '1px solid var(--line2)',
    borderRadius: '6px',
    color: 'var(--ink)',
    background: 'var(--panel)',
    fontSize: '12.5px',
  },
  '.cm-panel.cm-search [name=close]': {
    top: '6px',
    right: '8px',
    width: '24px',
    height: '24px',
    color: 'var(--ink2)',
    fontSize: '16px',
    cursor: 'pointer',
  },
  '.cm-searchMatch': { backgroundColor: 'var(--warn-soft)', outline: '1px solid var(--warn)' },
  '.cm-searchMatch-selected': { backgroundColor: 'var(--accent-soft)', outline: '2px solid var(--accent)' },
})

const diagnostic: Extension = [search({ top: true }), keymap.of(searchKeymap), phrases, look]

/** Opens the panel with the selected text, or focuses it where it is open. */
export function openFind(view: EditorView): void {
  if (!known.has(view)) view.dispatch({ effects: StateEffect.appendConfig.of(diagnostic) })
  known.add(view)
  openSearchPanel(view)
}

/** The editors that the search extension was added to. */
const known = new WeakSet<EditorView>()
