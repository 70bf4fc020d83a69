import { type EditorState, type Extension, StateEffect, StateField } from '@codemirror/state'
import { type Command, type EditorView, type Panel, keymap, showPanel } from '@codemirror/view'
import { splitWords } from '../acl/split'
import { fromText, toText } from '../acl/bytes'
import { lineSyntax } from './line-syntax'

/** Renames a user everywhere. Returns the reason where it cannot be renamed, null otherwise. */
export type Rename = (from: string, to: string) => string | null

/** Returns the user whose name, line or rules are at a place; null where there is none. */
export function userAt(state: EditorState, pos: number): string | null {
  const { line, tree } = lineSyntax(state, pos)
  const start = /^\s*/.exec(line.text)?.[0].length ?? 0
  for (let node = tree.resolveInner(start, 1).parent; node; node = node.parent) {
    if (node.name !== 'UserLine') continue
    const name = node.getChild('Username')
    const text = name ? line.text.slice(name.from, name.to) : null
    return text !== null && /^["']/.test(text) ? toText(splitWords(fromText(text))?.[0]?.text ?? '') : text
  }
  return null
}

const ask = StateEffect.define<string | null>()

function panel(view: EditorView, from: string, rename: Rename): Panel {
  const dom = document.createElement('form')
  dom.className = 'cm-rename'
  const label = dom.appendChild(document.createElement('label'))
  label.append(`New name for ${from} `)
  const input = label.appendChild(document.createElement('input'))
  input.className = 'cm-textfield'
  input.value = from
  input.spellcheck = false
  input.setAttribute('main-field', 'true')
  const problem = document.createElement('p')
  problem.setAttribute('role', 'alert')
  const button = (text: string, type: 'submit' | 'button'): HTMLButtonElement => {
    const made = dom.appendChild(document.createElement('button'))
    made.type = type
    made.className = 'button small'
    made.textContent = text
    return made
  }
  button('Rename', 'submit')
  const close = (): void => {
    view.dispatch({ effects: ask.of(null) })
    view.focus()
  }
  button('Cancel', 'button').addEventListener('click', close)
  dom.append(problem)
  dom.addEventListener('submit', (event) => {
    event.preventDefault()
    const why = rename(from, input.value.trim())
    problem.textContent = why ?? ''
    if (why !== null) return
    // In a task of its own: in a long file, the change itself takes long enough.
    setTimeout(() => {
      if (dom.isConnected) close()
    })
  })
  dom.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') close()
  })
  return { dom, top: true, mount: () => input.select() }
}

/** Asks on F2 for a new name for the user of the cursor's line, and renames it everywhere. */
export function renaming(rename: Rename): Extension {
  const field = StateField.define<string | null>({
    create: () => null,
    update: (value, transaction) =>
      transaction.effects.reduce((name, effect) => (effect.is(ask) ? effect.value : name), value),
    provide: (f) => showPanel.from(f, (name) => (name === null ? null : (view) => panel(view, name, rename))),
  })
  return [field, keymap.of([{ key: 'F2', run: renameHere }])]
}

/** Opens the input for a new name; returns false where the cursor is on no user's line. */
export const renameHere: Command = (view) => {
  const name = userAt(view.state, view.state.selection.main.head)
  if (name === null) return false
  view.dispatch({ effects: ask.of(name) })
  return true
}
