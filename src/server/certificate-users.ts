import type { Accounts } from './parts'
import { logFailedLogIn, type DenialParts } from './permissions'
import type { Session } from './session'

/**
 * Logs a session in as the user that its certificate names, where `tls-auth-clients-user` asks for it: by the common
 * name, or by the first URI among the alternative names that is the name of an enabled user. Where there is none, ACL LOG
 * shows the last name that was looked up, and the session stays as it is (clientAcceptHandler).
 */
export function logInByCertificate(session: Session, server: Accounts & DenialParts): void {
  const { origin } = session
  if (origin.kind === 'unix' || origin.tls !== true) return
  const field = server.config.get('tls-auth-clients-user')
  const { certificateUser, certificateUris = [] } = origin
  const names =
    field === 'URI' ? certificateUris : field === 'CN' && certificateUser !== undefined ? [certificateUser] : []
  const user = names.map((name) => server.users.get(name)).find((found) => found?.enabled)
  const last = names.at(-1)
  if (user !== undefined) {
    session.account = user
    session.authenticated = true
  } else if (last !== undefined) logFailedLogIn(session, last, '', server)
}
