import type { Bytes } from '../acl/bytes'
import { endsSubscriptions } from '../acl/subscriptions'
import type { User } from '../acl/user'
import type { SimulatedServer } from './server'
import type { Session } from './session'

/** The connections of a user. */
export function sessionsOf(server: SimulatedServer, user: User): Session[] {
  return [...server.sessions.values()].filter((session) => session.account === user)
}

/** Whether a change of a user ends this connection: it has lost a channel that it is subscribed to. */
export function losesSubscription(session: Session, was: User, becomes: User): boolean {
  return endsSubscriptions(was, becomes, {
    channels: [...session.channels, ...session.shardChannels],
    patterns: session.patterns,
  })
}

/** Ends a connection whose user is gone: it is nobody from now on. */
export function disownSession(session: Session): void {
  session.account = session.server.defaultUser
  session.authenticated = false
  session.server.disconnect(session)
}

/** Takes over the users of a loaded ACL file and ends the connections that the target ends (ACL LOAD). */
export function replaceUsers(server: SimulatedServer, loaded: Map<Bytes, User>): void {
  const { loadKeepsConnections } = server.target.behaviours
  const doomed: Session[] = []
  server.users.replaceAll(loaded, (was, becomes) => {
    for (const session of sessionsOf(server, was)) {
      const ends = loadKeepsConnections
        ? becomes === null || losesSubscription(session, was, becomes)
        : was !== server.defaultUser
      if (ends) doomed.push(session)
    }
  })
  for (const session of doomed) disownSession(session)
}
