import { type EditorState, type Extension, StateEffect, StateField } from '@codemirror/state'
import { type Command, type EditorView, type Panel, keymap, showPanel } from '@codemirror/view'
import type { LineKind } from '../analysis/rename-user'
import { nameIn } from './hover'
import { roleAt } from './roles'
import { lineSyntax } from './line-syntax'

/** A user or role of the files. */
export interface Named {
  readonly kind: LineKind
  readonly name: string
}

/** Renames a user or role everywhere. Returns the reason where it cannot be renamed, null otherwise. */
export type Rename = (what: Named, to: string) => string | null

/** Returns the role that `role=` names at a place; else the user or role whose line it is; null where there is none. */
export function namedAt(state: EditorState, pos: number): Named | null {
  const held = roleAt(state, pos)
  if (held !== null) return { kind: 'role', name: held.name }
  const { line, tree } = lineSyntax(state, pos)
  const start = /^\s*/.exec(line.text)?.[0].length ?? 0
  for (let node = tree.resolveInner(start, 1).parent; node; node = node.parent) {
    const kind = node.name === 'UserLine' ? 'user' : node.name === 'RoleLine' ? 'role' : null
    if (kind === null) continue
    const name = node.getChild(kind === 'user' ? 'Username' : 'RoleName')
    return name && { kind, name: nameIn(line.text.slice(name.from, name.to)) }
  }
  return null
}

const ask = StateEffect.define<Named | null>()

function panel(view: EditorView, what: Named, rename: Rename): Panel {
  const { name: from } = what
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
    const why = rename(what, input.value.trim())
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

/** Asks on F2 for a new name for the role at the cursor, or the user or role of its line, and renames it everywhere. */
export function renaming(rename: Rename): Extension {
  const field = StateField.define<Named | null>({
    create: () => null,
    update: (value, transaction) =>
      transaction.effects.reduce((name, effect) => (effect.is(ask) ? effect.value : name), value),
    provide: (f) => showPanel.from(f, (name) => (name === null ? null : (view) => panel(view, name, rename))),
  })
  return [field, keymap.of([{ key: 'F2', run: renameHere }])]
}

/** Opens the input for a new name; returns false where the cursor is on the line of no user and no role. */
export const renameHere: Command = (view) => {
  const what = namedAt(view.state, view.state.selection.main.head)
  if (what === null) return false
  view.dispatch({ effects: ask.of(what) })
  return true
}
