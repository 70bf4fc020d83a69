import { expect, test } from 'vitest'
import { fromText } from '../../../src/acl/bytes'
import { splitWords } from '../../../src/acl/split'
import { CommandsOnDemand } from '../../../src/server/commands/on-demand'
import { welcome } from '../../../src/app/state/welcome'
import { startWith } from '../../../src/server/start-with'
import { loadTarget } from '../../../src/targets/load'
import { seededRandom } from '../../conformance/replay'
import { Client } from '../helper'

async function start(): Promise<Client> {
  const result = startWith(new CommandsOnDemand(), {
    target: await loadTarget('redis-8.0'),
    conf: '',
    files: { read: () => null, write: () => undefined },
    clock: { now: () => 1_700_000_000_000 },
    random: seededRandom(1),
  })
  if (!result.started) throw new Error(result.message)
  return new Client(result.server)
}

const argv = (line: string): readonly string[] => (splitWords(fromText(line)) ?? []).map(({ text }) => text)

test('the commands of a first session are there at once; the others once they were prepared', async () => {
  const client = await start()
  const { server } = client
  for (const line of [...welcome.entries.map((entry) => entry.line), 'MULTI', 'EXEC', 'HELLO 3', 'AUTH a b', 'nosuch'])
    expect(server.prepare(argv(line)), line).toBeNull()
  expect(client.say('SET a 1')).toBe('+OK')
  // Sent unprepared, it fails loudly, and does not answer as if the simulator did not have it.
  expect(client.say('HSET h f 1')).toMatch(/not loaded/)

  const preparation = server.prepare(argv('HSET h f 1'))
  expect(preparation).toBeInstanceOf(Promise)
  await preparation
  expect(client.say('HSET h f 1')).toBe(1)
  expect(client.say('ACL WHOAMI')).toBe('default')
  expect(client.say('GET a')).toBe('1')
  expect(server.prepare(argv('XADD s * f 1'))).toBeNull()
})
