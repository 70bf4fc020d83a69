import type { Bytes } from '../acl/bytes'
import type { User } from '../acl/user'
import { CommandError } from '../resp/reply'
import { logFailedLogIn } from './permissions'
import type { Session } from './session'

/**
 * Logs a connection in as a user that lets it in, or throws WRONGPASS after a line in the log (ACLAuthenticateUser).
 * @param object the command as typed, which ACL LOG names
 * @param accepts whether what the client knows logs that user in
 */
export function logIn(session: Session, name: Bytes, object: Bytes, accepts: (user: User) => boolean): void {
  const { server } = session
  const user = server.users.get(name)
  if (user === undefined || !accepts(user)) {
    logFailedLogIn(session, name, object)
    const end = server.target.behaviours.wrongPassMentionsDisabled ? ' or user is disabled.' : ''
    throw new CommandError(`WRONGPASS invalid username-password pair${end}`)
  }
  session.account = user
  session.authenticated = true
}

/** Whether anybody can log in as a user at all: it is on, and there is a password that it accepts. */
export function canLogIn(user: User): boolean {
  return user.enabled && (user.nopass || user.passwords.length > 0)
}
