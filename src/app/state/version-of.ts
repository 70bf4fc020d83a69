import type { Version } from '../../host/client'
import { labelOf } from '../../targets/infos'
import type { TargetId } from '../../targets/target'
import type { Host } from './Host.svelte'

const releaseOf = (host: Host, id: TargetId): string | null => (id === host.targetId ? host.release : null)

/** Returns a server version to ask the engine about: that of the exact release where one is in use, else the recorded one. */
export function versionOf(host: Host, id: TargetId): Version {
  const release = releaseOf(host, id)
  return { id, modules: host.modules, ...(release !== null && { release }) }
}

/** Returns the name of a server version, or of the exact release that is in use. */
export const versionLabel = (host: Host, id: TargetId): string => labelOf(id, releaseOf(host, id))
