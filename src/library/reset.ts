import type { Bytes } from '../acl/bytes'
import { loadAclFile } from '../acl/load'
import type { LoadedAcl } from '../acl/users'
import { disownSession, sessionsOf } from '../server/acl-changes'
import type { SimulatedServer } from '../server/server'
import { enginesOf } from '../server/scripting/engines'

/** Returns a function that restores the present state of a server: its users and configuration, without any data. */
export function resetterOf(server: SimulatedServer): () => void {
  const { config } = server
  const users = server.aclText()
  const settings = settingsOf(server)
  return () => {
    server.keyspace.flush()
    enginesOf(server.scripting).scripts.flush()
    enginesOf(server.scripting).functions.flush()
    for (const [name, value] of settings) {
      const directive = config.find(name)
      if (directive !== undefined && config.stored(directive) !== value) config.set(directive, value)
    }
    server.users.allChannelsByDefault =
      server.target.behaviours.hasChannels && config.get('acl-pubsub-default') === 'allchannels'
    if (server.aclText() !== users) {
      const loaded = loadAclFile(server.users, users, 'users.acl')
      if (loaded.ok) restoreUsers(server, loaded)
    }
    server.aclLog.maxLength = config.number('acllog-max-len')
    server.aclLog.reset()
    server.changed()
  }
}

/** Restores users and roles, and ends the sessions of those that are not among them. */
function restoreUsers(server: SimulatedServer, loaded: LoadedAcl): void {
  const gone = [...server.users].filter(({ name }) => !loaded.users.has(name))
  const doomed = gone.flatMap((user) => sessionsOf(server, user))
  server.users.replaceAll(loaded)
  for (const session of doomed) disownSession(server, session)
}

function settingsOf({ config }: SimulatedServer): ReadonlyMap<Bytes, Bytes> {
  return new Map(
    config.matching(['*'], false).flatMap(([name]) => {
      const directive = config.find(name)
      return directive === undefined ? [] : [[directive.name, config.stored(directive)] as const]
    }),
  )
}
