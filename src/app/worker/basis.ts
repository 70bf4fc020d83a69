import { type Bytes, fromText } from '../../acl/bytes'
import { loadAclFile } from '../../acl/load'
import type { SimulatedServer } from '../../server/server'
import { isSame } from '../state/memory-and-file'
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
    ...(isAsLoaded ? { changed: [], gone: [] } : changes(server, loaded.bytes)),
    isFull: server.sessions.size + server.handshakes >= config.number('maxclients'),
    stopped: server.stopped,
  }
}

/** Returns the users in memory that differ from those of the file that was loaded. */
function changes({ users }: SimulatedServer, bytes: Bytes): Pick<ServerBasis, 'changed' | 'gone'> {
  const read = loadAclFile(users, bytes, 'users.acl')
  if (!read.ok) return { changed: [], gone: [] }
  const changed = [...users].filter((user) => {
    const other = read.users.get(user.name)
    return other === undefined || !isSame(other, user)
  })
  return {
    changed: changed.map((user) => user.describe()),
    gone: [...read.users.keys()].filter((name) => users.get(name) === undefined),
  }
}
