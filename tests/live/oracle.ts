import { installedServers, type InstalledServer } from '../../src/tools/live-server'
import { recordedTargets } from '../conformance/recordings'

export { LiveServer } from '../../src/tools/live-server'

/** The installed servers whose release is one of the recorded targets. */
export function installedOracles(): InstalledServer[] {
  return installedServers().filter(({ target }) => recordedTargets.includes(target))
}
