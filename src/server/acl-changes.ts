import type { Bytes } from '../acl/bytes'
import { endsSubscriptions, lacksSubscription, type Subscriptions } from '../acl/subscriptions'
import type { User } from '../acl/user'
import type { LoadedAcl } from '../acl/users'
import type { Accounts, Clients, Release } from './parts'
import type { Session } from './session'

/** Returns the sessions of a user. */
export function sessionsOf({ sessions }: Pick<Clients, 'sessions'>, user: User): Session[] {
  return [...sessions.values()].filter((session) => session.account === user)
}

/** Returns whether a change of its user ends a session: it has lost a channel that it is subscribed to. */
export function losesSubscription(session: Session, was: User, becomes: User): boolean {
  return endsSubscriptions(was, becomes, subscriptionsOf(session))
}

function subscriptionsOf({ channels, shardChannels, patterns }: Session): Subscriptions {
  return { channels: [...channels, ...shardChannels], patterns }
}

/** Returns the sessions that a changed role ends: their users hold it, and do not grant what they are subscribed to. */
export function sessionsWithout(role: Bytes, { users, sessions }: Accounts & Pick<Clients, 'sessions'>): Session[] {
  return users
    .holdersOf(role)
    .flatMap((user) =>
      sessionsOf({ sessions }, user).filter((session) => lacksSubscription(user, subscriptionsOf(session))),
    )
}

/** Ends a session whose user is gone. Until the connection is closed, nobody is logged in. */
export function disownSession(server: Accounts & Pick<Clients, 'disconnect'>, session: Session): void {
  session.account = server.defaultUser
  session.authenticated = false
  server.disconnect(session)
}

/** Replaces users and roles by those of a loaded ACL file and ends the sessions that the target ends (ACL LOAD). */
export function replaceUsers(server: Release & Accounts & Clients, loaded: LoadedAcl): void {
  const { loadKeepsConnections } = server.target.behaviours
  const { users, defaultUser } = server
  const doomed = [...server.sessions.values()].filter((session) => {
    const was = session.account
    if (users.get(was.name) !== was) return false
    if (!loadKeepsConnections) return was !== defaultUser
    const becomes = loaded.users.get(was.name) ?? (was === defaultUser ? users.newDefaultUser() : null)
    return becomes === null || losesSubscription(session, was, becomes)
  })
  users.replaceAll(loaded)
  for (const session of doomed) disownSession(server, session)
}
