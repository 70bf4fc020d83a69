import type { Bytes } from '../acl/bytes'
import type { User } from '../acl/user'
import { CommandError } from '../resp/reply'
import type { Accounts } from './parts'
import { logFailedLogIn, type DenialParts } from './permissions'
import type { Session } from './session'

/**
 * Logs a session in as a user, or logs the failure and throws WRONGPASS (ACLAuthenticateUser).
 * @param object the command as typed, which ACL LOG names
 * @param accepts returns whether the user lets the client in
 */
export function logIn(
  session: Session,
  name: Bytes,
  object: Bytes,
  accepts: (user: User) => boolean,
  server: Accounts & DenialParts,
): void {
  const user = server.users.get(name)
  if (user === undefined || !accepts(user)) {
    logFailedLogIn(session, name, object, server)
    const end = server.target.behaviours.wrongPassMentionsDisabled ? ' or user is disabled.' : ''
    throw new CommandError(`WRONGPASS invalid username-password pair${end}`)
  }
  session.account = user
  session.authenticated = true
}
