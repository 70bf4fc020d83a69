import type { Bytes } from '../../acl/bytes'
import { CommandError } from '../../resp/reply'
import type { Session } from '../session'

/** Returns whether all bytes are printable and none is a space, as in names and library names (validateClientAttr). */
export function isPlain(text: Bytes): boolean {
  return /^[!-~]*$/.test(text)
}

/** Sets a session's name, or removes it where it is empty. Without a session, only validates the name. */
export function setName(session: Session | null, name: Bytes): void {
  if (!isPlain(name)) throw new CommandError('ERR Client names cannot contain spaces, newlines or special characters.')
  if (session !== null) session.name = name
}
