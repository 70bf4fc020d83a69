import { loadAclFile } from '../../acl/load'
import { emptyRole } from '../../analysis/user-rules'
import type { KnownOutcomes } from '../../analysis/expectations/known-outcomes'
import { commandsOnDemand } from '../../server/commands/on-demand'
import type { SimulatedServer } from '../../server/server'
import { startWith } from '../../server/start-with'
import type { Target } from '../../targets/target'
import type { Environment } from '../environment'
import type { ServerBasis } from '../protocol'

/** The server of the last question, and what is known of sentences on its configuration. */
export interface Known {
  readonly target: Target
  readonly key: string
  readonly server: SimulatedServer
  readonly outcomes: Map<string, KnownOutcomes>
}
let last: Known | null = null

/** Returns a server like the page's. It is the same for questions about the same configuration. */
export function serverOf(target: Target, basis: ServerBasis, environment: Environment): Known {
  const { conf, settings, acl, allChannels, changedRoles, goneRoles, changed, gone, isFull, stopped } = basis
  const key = JSON.stringify([conf, settings, isFull, stopped])
  if (last?.target !== target || last.key !== key) {
    const started = startWith(commandsOnDemand, {
      target,
      conf,
      files: { read: (path) => (path.endsWith('redis.conf') ? conf : acl), write: () => undefined },
      clock: { now: () => Math.floor(environment.now()) },
      random: { bytes: (n) => '\0'.repeat(n), below: () => 0 },
      unknownDirectives: 'refuse',
    })
    if (!started.started) throw new Error('The server does not start on the files that it started on.')
    const { server } = started
    for (const [name, value] of settings) {
      const directive = server.config.find(name)
      if (directive !== undefined) server.config.set(directive, value)
    }
    server.handshakes = isFull ? server.config.number('maxclients') : 0
    server.stopped = stopped
    last = { target, key, server, outcomes: new Map() }
  }
  const { users } = last.server
  users.allChannelsByDefault = allChannels
  const loaded = loadAclFile(users, acl, 'users.acl')
  if (!loaded.ok) throw new Error('The server rejects the file that it loaded.')
  users.replaceAll(loaded)
  for (const line of changedRoles) {
    const [, name = '', ...rules] = line.split(' ')
    if (users.setRole(name, [...emptyRole, ...rules]) !== null) throw new Error('A role is not described by rules.')
  }
  for (const name of gone) users.deleteUser(name)
  for (const line of changed) {
    const [, name = '', ...rules] = line.split(' ')
    if (users.setUser(name, ['reset', ...rules]) !== null) throw new Error('A user is not described by rules.')
  }
  for (const name of goneRoles) users.deleteRole(name)
  return last
}
