import { loadAclFile } from '../../../acl/load'
import { KnownOutcomes } from '../../../analysis/expectations/known-outcomes'
import { parseExpectations } from '../../../analysis/expectations/parse'
import { findInSteps } from '../../../analysis/expectations/run-policy'
import { commandsOnDemand } from '../../../server/commands/on-demand'
import type { SimulatedServer } from '../../../server/server'
import { startWith } from '../../../server/start-with'
import type { Target } from '../../../targets/target'
import type { Job } from '../job'
import type { Inputs, SentenceBasis } from '../protocol'
import { only } from './diagnostics'

/** The server of the last question, and what is known of sentences on its configuration. */
interface Known {
  readonly target: Target
  readonly key: string
  readonly server: SimulatedServer
  readonly outcomes: Map<string, KnownOutcomes>
}
let last: Known | null = null

/** The most sentences whose outcomes are remembered. */
const MOST_KNOWN = 500

function serverOf(target: Target, basis: SentenceBasis): Known {
  const { conf, settings, acl, allChannels, changed, gone, isFull, stopped } = basis
  const key = JSON.stringify([conf, settings, isFull, stopped])
  if (last?.target !== target || last.key !== key) {
    const started = startWith(commandsOnDemand, {
      target,
      conf,
      files: { read: (path) => (path.endsWith('redis.conf') ? conf : acl), write: () => undefined },
      clock: { now: () => Date.now() },
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
  users.replaceAll(loaded.users)
  for (const name of gone) users.deleteUser(name)
  for (const line of changed) {
    const [, name = '', ...rules] = line.split(' ')
    if (users.setUser(name, ['reset', ...rules]) !== null) throw new Error('A user is not described by rules.')
  }
  return last
}

/** Decides sentences about every command line of users. */
export async function sentences(
  { basis, sentences: asked }: Inputs['sentences'],
  job: Job<'sentences'>,
  targets: readonly Target[],
): Promise<null> {
  const { server, outcomes } = serverOf(only(targets), basis)
  if (outcomes.size > MOST_KNOWN) outcomes.clear()
  for (const sentence of asked) {
    await job.pause()
    const start = performance.now()
    const [expectation] = parseExpectations(sentence).expectations
    if (expectation?.kind !== 'policy') continue
    let known = outcomes.get(sentence)
    if (known === undefined) outcomes.set(sentence, (known = new KnownOutcomes()))
    const finding = await job.take(findInSteps(server, expectation, known))
    job.send({ sentence, finding, milliseconds: performance.now() - start })
  }
  return null
}
