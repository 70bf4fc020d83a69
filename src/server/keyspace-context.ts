import { readsEveryKey } from '../acl/check'
import type { CommandContext } from '../keyspace/context'
import type { Reply } from '../resp/reply'
import type { Configuration, Data, Notifications, Randomness, Release, Time } from './parts'
import type { PendingCommand, Session } from './session'

/** The parts of a server that keyspace commands see. */
export type ContextParts = Release & Time & Randomness & Configuration & Data & Notifications

/**
 * Returns what the keyspace handler of a command sees of the server.
 * @param db the database that the command runs in
 * @param block called by commands that wait; null where waiting is not possible
 */
export function contextFor(
  server: ContextParts,
  session: Session,
  { command, argv }: PendingCommand,
  db: number,
  block: CommandContext['block'] | null,
): CommandContext {
  return {
    keyspace: server.keyspace,
    db: server.database(db),
    target: server.target.id,
    behaviours: server.target.behaviours,
    now: server.now,
    random: server.random,
    protocol: session.protocol,
    denyBlocking: block === null,
    directive: (name) => server.config.number(name),
    readsEveryKey: () => readsEveryKey(session.account, command, argv),
    block: block ?? ((request): Reply => request.onTimeout),
    notify: (kind, event, key, where) => server.notify(kind, event, key, where ?? server.database(db)),
  }
}
