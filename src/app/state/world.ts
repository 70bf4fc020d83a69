import { fromText, toText } from '../../acl/bytes'
import type { World } from '../../editor/world'
import { knownChannels } from './channels'
import type { Playground } from './Playground.svelte'

/** The most keys that completion offers. */
const mostKeys = 1000

/** Returns the workspace as completion and hovers see it, read when they ask; null before a server version is loaded. */
export function worldOf({ host, connections }: Playground): World | null {
  const { target, server } = host
  const { current } = connections
  if (target === null) return null
  return {
    target,
    get users() {
      return host.userNames.map(toText)
    },
    get roles() {
      return server?.users.roles ?? new Map()
    },
    get keys() {
      const keys = server?.keyspace.databases[current?.connection?.db ?? 0]?.keys() ?? []
      return [...keys].slice(0, mostKeys).map(toText)
    },
    get channels() {
      return knownChannels(server, connections.all)
    },
    userOf: (name) => server?.users.get(fromText(name)),
  }
}
