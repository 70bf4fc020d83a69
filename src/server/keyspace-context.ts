import { readsEveryKey } from '../acl/check'
import type { CommandContext } from '../keyspace/context'
import type { Reply } from '../resp/reply'
import type { Session } from './session'

/**
 * What keyspace handlers see of the server, for a command that a connection runs in a database.
 * @param block called by those that wait; null where waiting is not possible
 */
export function contextFor(session: Session, db: number, block: CommandContext['block'] | null): CommandContext {
  const { server } = session
  return {
    keyspace: server.keyspace,
    db: server.database(db),
    behaviours: server.target.behaviours,
    now: server.now,
    random: server.random,
    protocol: session.protocol,
    denyBlocking: block === null,
    readsEveryKey: (argv) => {
      const { command } = server.lookup(argv)
      return command !== undefined && readsEveryKey(session.account, command, argv)
    },
    block: block ?? ((request): Reply => request.onTimeout),
    notify: (kind, event, key, where) => server.notify(kind, event, key, where ?? server.database(db)),
  }
}
