import { type Bytes, toText } from '../acl/bytes'
import type { Fix } from './diagnostic'

/**
 * Returns a fix that adds rules at the end of a user's line in users.acl; null where the file has no line for the user.
 * Of several lines for one user, uses the last, which is the effective one on Redis 6.
 */
export function addToUser(aclText: string, user: Bytes, rules: readonly Bytes[]): Fix | null {
  const found = endOfUser(aclText, toText(user))
  return (
    found && {
      label: `Add to line ${found.line}`,
      edits: [{ from: found.at, to: found.at, insert: ` ${rules.map(toText).join(' ')}` }],
    }
  )
}

/** Returns the end of a user's last line in users.acl and its number; both are texts, or both bytes. */
export function endOfUser(acl: string, name: string): { readonly at: number; readonly line: number } | null {
  let found: { readonly at: number; readonly line: number } | null = null
  let from = 0
  for (const [i, line] of acl.split('\n').entries()) {
    const words = line
      .trim()
      .split(' ')
      .filter((word) => word !== '')
    if (words[0] === 'user' && words[1] === name) found = { at: from + line.trimEnd().length, line: i + 1 }
    from += line.length + 1
  }
  return found
}
