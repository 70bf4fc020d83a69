import { toText, type Bytes } from '../../acl/bytes'
import type { User } from '../../acl/user'
import { inOrder } from '../../acl/load'

/** Moves the default user to the end: a script ends with the rules that may lock out its own connection. */
export function defaultLast(users: Iterable<User>): User[] {
  const sorted = inOrder(users)
  return [...sorted.filter(({ name }) => name !== 'default'), ...sorted.filter(({ name }) => name === 'default')]
}

/** Shortens a rule or name for a note. */
export function clip(bytes: Bytes): string {
  const text = toText(bytes)
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}
