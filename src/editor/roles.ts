import type { EditorState, Extension } from '@codemirror/state'
import { type Command, EditorView, keymap } from '@codemirror/view'
import type { Bytes } from '../acl/bytes'
import type { Role } from '../acl/role'
import { rolesNamed } from '../analysis/rename-role'
import { nameInAcl, nameInConf } from '../analysis/rename-user'
import { rolesIn } from '../analysis/role-lines'
import { lineSyntax } from './line-syntax'
import type { World } from './world'

const none: ReadonlyMap<Bytes, Role> = new Map()

/** Returns the roles that the lines of an editor's file define; where it has no such lines, those in memory. */
export function rolesAt(state: EditorState, { target, roles }: World, file: 'acl' | 'conf'): ReadonlyMap<Bytes, Role> {
  return rolesIn(state.doc.toString(), target, file) ?? roles ?? none
}

/** Returns the name that `role=` gives at a place, with its place; null where there is none. */
export function roleAt(
  state: EditorState,
  pos: number,
): { readonly name: string; readonly from: number; readonly to: number } | null {
  const { line, tree } = lineSyntax(state, pos)
  for (const side of [-1, 1] as const) {
    const { name, from, to } = tree.resolveInner(pos - line.from, side)
    if (name !== 'Roles') continue
    const start = line.from + from
    const found = rolesNamed(line.text.slice(from, to)).find((one) => start + one.from <= pos && pos <= start + one.to)
    if (found !== undefined) return { name: found.name, from: start + found.from, to: start + found.to }
  }
  return null
}

/** Goes from a name in `role=` to the line that defines the role; returns false where there is none. */
export const goToRole: Command = (view) => {
  const { state } = view
  const found = roleAt(state, state.selection.main.head)
  if (found === null) return false
  const text = state.doc.toString()
  const find = lineSyntax(state, 0).tree.topNode.name === 'AclFile' ? nameInAcl : nameInConf
  const [name] = find(text, 'role', found.name, '')
  if (name === undefined) return false
  view.dispatch({
    selection: { anchor: name.from, head: name.to },
    effects: EditorView.scrollIntoView(name.from, { y: 'center' }),
    userEvent: 'select',
  })
  return true
}

/** Goes to the definition of the role at the cursor on F12. */
export const roleKeys: Extension = keymap.of([{ key: 'F12', run: goToRole }])
