import type { EditorState } from '@codemirror/state'
import type { Bytes } from '../acl/bytes'
import type { Role } from '../acl/role'
import { rolesIn } from '../analysis/role-lines'
import type { World } from './world'

const none: ReadonlyMap<Bytes, Role> = new Map()

/** Returns the roles that the lines of an editor's file define; where it has no such lines, those in memory. */
export function rolesAt(state: EditorState, { target, roles }: World, file: 'acl' | 'conf'): ReadonlyMap<Bytes, Role> {
  return rolesIn(state.doc.toString(), target, file) ?? roles ?? none
}
