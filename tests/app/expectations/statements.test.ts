import { expect, test } from 'vitest'
import { fromText } from '../../../src/acl/bytes'
import { parseExpectations } from '../../../src/analysis/expectations/parse'
import { printExpectation } from '../../../src/analysis/expectations/print'
import { runExpectations } from '../../../src/analysis/expectations/run'
import { statementOf, statementOfEntry } from '../../../src/app/expectations/statements'
import { Console } from '../../../src/app/state/Console.svelte'
import { Entry } from '../../../src/app/state/Entry.svelte'
import { Pace } from '../../../src/app/state/pace'
import { runLine } from '../../../src/app/state/run-line'
import type { SimulatedServer } from '../../../src/server/server'
import type { Origin } from '../../../src/server/types'
import type { TargetId } from '../../../src/targets/target'
import { start } from '../../server/helper'

const conf = [
  'bind *',
  'protected-mode no',
  'unixsocket /run/redis.sock',
  'user app on nopass ~app:* +@all -@dangerous',
  'user keyed on >secret +@all ~*',
]

async function begin(id: TargetId): Promise<SimulatedServer> {
  return (await start(id, conf)).server
}

/** Runs lines on one connection and gives the last one's expectation, as it is written; null where it shows none. */
async function expected(id: TargetId, origin: Origin, lines: readonly string[]): Promise<string | null> {
  const server = await begin(id)
  const one = new Console(origin, null)
  one.attach(server.connect(origin, { push: () => undefined, closed: () => undefined }))
  let entry = new Entry('command', '', '')
  for (const line of lines) {
    entry = one.add(new Entry('command', one.prompt, line))
    await runLine(server, one, entry, new Pace())
  }
  const statement = statementOfEntry(entry)
  if (statement === null) return null
  const text = printExpectation(statement)
  const { expectations } = parseExpectations(text)
  expect(runExpectations(server, expectations).map(({ state }) => state)).toEqual(['holds'])
  return text
}

const app = ['AUTH app x']

test.each<[Origin, string]>([
  [{ kind: 'loopback' }, 'app can GET app:1'],
  [{ kind: 'address', address: '127.0.0.5' }, 'app can GET app:1'],
  [{ kind: 'address', address: '203.0.113.5' }, 'app can GET app:1 from 203.0.113.5'],
  [{ kind: 'address', address: '2001:DB8::1' }, 'app can GET app:1 from 2001:db8::1'],
  [{ kind: 'unix', as: 'owner' }, 'app can GET app:1 from unix'],
  [{ kind: 'address', address: '10.0.0.1\nkeyed can FLUSHALL' }, 'app can GET app:1'],
])('says where the connection came from, where that was not the server’s host: %j', async (origin, text) => {
  expect(await expected('redis-8.0', origin, [...app, 'GET app:1'])).toBe(text)
})

test('a refusal and a log-in say it too', async () => {
  const origin: Origin = { kind: 'address', address: '203.0.113.5' }
  expect(await expected('redis-8.0', origin, [...app, 'FLUSHALL'])).toBe(
    'app cannot FLUSHALL from 203.0.113.5 because command',
  )
  expect(await expected('redis-8.0', origin, ['AUTH keyed secret'])).toBe('keyed can log in from 203.0.113.5')
  expect(await expected('redis-8.0', origin, ['HELLO 3 AUTH keyed secret'])).toBe('keyed can log in from 203.0.113.5')
  expect(await expected('redis-8.0', origin, ['AUTH keyed wrong'])).toBeNull()
  expect(await expected('redis-8.0', origin, [...app, 'HELLO 3'])).toBe('app can HELLO 3 from 203.0.113.5')
})

test('says the database where it has to be allowed', async () => {
  const lines = [...app, 'SELECT 3', 'GET app:1']
  expect(await expected('redis-8.0', { kind: 'loopback' }, lines)).toBe('app can GET app:1')
  expect(await expected('valkey-9.1', { kind: 'loopback' }, lines)).toBe('app can GET app:1 in db 3')
  expect(await expected('valkey-9.1', { kind: 'loopback' }, [...app, 'GET app:1'])).toBe('app can GET app:1')
  expect(await expected('valkey-9.1', { kind: 'address', address: '203.0.113.5' }, lines)).toBe(
    'app can GET app:1 from 203.0.113.5 in db 3',
  )
})

test('says nothing of where a line came from that is not known to have come from anywhere', async () => {
  const server = await begin('redis-8.0')
  const decision = server.judge(fromText('app'), ['get', 'app:1'])
  if (decision === null) throw new Error('GET exists')
  expect(printExpectation(statementOf(decision, { db: 0, origin: null }))).toBe('app can get app:1')
})
