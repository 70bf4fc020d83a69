import type { Bytes } from '../../acl/bytes'
import { CommandError } from '../../resp/reply'
import type { Session } from '../session'

/** Whether all bytes are printable and no blank: what names and library names must be (validateClientAttr). */
export function isPlain(text: Bytes): boolean {
  return /^[!-~]*$/.test(text)
}

/** Sets a connection's name (only checks it where there is none); an empty one takes it away. */
export function setName(session: Session | null, name: Bytes): void {
  if (!isPlain(name)) throw new CommandError('ERR Client names cannot contain spaces, newlines or special characters.')
  if (session !== null) session.name = name
}
