import { type Bytes, fromText } from '../../acl/bytes'
import { loadAclFile } from '../../acl/load'
import type { SimulatedServer } from '../../server/server'
import { isSame, isSameRole } from '../state/memory-and-file'
import type { Playground } from '../state/Playground.svelte'
import type { ServerBasis } from './protocol'

/** Describes the page's server, so that the worker can have one that answers the same. */
export function basisOf({ files, host }: Playground, server: SimulatedServer): ServerBasis {
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
