import { type Bytes, fromText } from '../acl/bytes'
import { loadAclFile } from '../acl/load'
import type { SimulatedServer } from '../server/server'
import { isSame, isSameRole } from '../server/memory-and-file'
import type { ServerBasis } from './protocol'

/** A workspace with a running server, as far as an engine's answers depend on it. */
export interface Workspace {
  /** `startedConf`: redis.conf as the server started with it. */
  readonly files: { readonly startedConf: string }
  readonly host: {
    /** The ACL file that was loaded last; null where the server has none. */
    readonly loaded: { readonly bytes: Bytes; readonly allChannels: boolean } | null
    /** False where a command changed users since. */
    readonly isAsLoaded: boolean
  }
}

/** Describes a server, so that the engine can have one that answers the same. */
export function basisOf({ files, host }: Workspace, server: SimulatedServer): ServerBasis {
  const { config, users } = server
  const { loaded } = host
  const settings = [...config.changed].map((name): readonly [string, Bytes] => {
    const directive = config.find(name)
    return [name, directive === undefined ? '' : config.stored(directive)]
  })
  const isAsLoaded = loaded === null || host.isAsLoaded
  return {
    conf: fromText(files.startedConf),
    settings,
    acl: loaded?.bytes ?? server.aclText(),
    allChannels: loaded?.allChannels ?? users.allChannelsByDefault,
    ...(isAsLoaded ? noChanges : changes(server, loaded.bytes)),
    isFull: server.sessions.size + server.handshakes >= config.number('maxclients'),
    stopped: server.stopped,
  }
}

type Changes = Pick<ServerBasis, 'changedRoles' | 'goneRoles' | 'changed' | 'gone'>

const noChanges: Changes = { changedRoles: [], goneRoles: [], changed: [], gone: [] }

/** Returns the roles and users in memory that differ from those of the file that was loaded. */
function changes({ users }: SimulatedServer, bytes: Bytes): Changes {
  const read = loadAclFile(users, bytes, 'users.acl')
  if (!read.ok) return noChanges
  const changed = [...users].filter((user) => {
    const other = read.users.get(user.name)
    return other === undefined || !isSame(other, user)
  })
  const changedRoles = [...users.roles.values()].filter((role) => {
    const other = read.roles.get(role.name)
    return other === undefined || !isSameRole(other, role)
  })
  return {
    changedRoles: changedRoles.map((role) => role.describe()),
    goneRoles: [...read.roles.keys()].filter((name) => !users.roles.has(name)),
    changed: changed.map((user) => user.describe()),
    gone: [...read.users.keys()].filter((name) => users.get(name) === undefined),
  }
}
