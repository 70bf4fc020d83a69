import { expect, test } from 'vitest'
import { loadTarget } from '../../../src/targets/load'
import { startServer } from '../../../src/server/start'
import type { TargetId } from '../../../src/targets/target'
import { Client } from '../helper'

async function client(id: TargetId): Promise<Client> {
  const started = startServer({
    target: await loadTarget(id),
    conf: '',
    files: { read: () => null, write: () => undefined },
    clock: { now: () => 1_700_000_000_000 },
    random: { bytes: (n) => 'a'.repeat(n), below: () => 0 },
  })
  if (!started.started) throw new Error(started.message)
  return new Client(started.server)
}

test('LATENCY HISTOGRAM has the shape of Redis 8.0.2', async () => {
  const one = await client('redis-8.0')
  for (const line of ['set a b', 'get a', 'get a', 'get', 'acl whoami']) one.say(line)
  const calls = (count: number) => ({ calls: count, histogram_usec: { 1: count } })
  expect(one.say('latency histogram get')).toEqual({ get: calls(2) })
  expect(one.say('latency histogram nosuch GET acl acl|whoami')).toEqual({ get: calls(2), 'acl|whoami': calls(1) })
  expect(one.say('latency histogram nosuch')).toEqual({})
  expect(Object.keys(one.say('latency histogram') as object)).toEqual(['set', 'get', 'acl|whoami', 'latency|histogram'])
  one.say('config resetstat')
  expect(one.say('latency histogram get')).toEqual({})
})

test('CLIENT IMPORT-SOURCE answers as Valkey 8.1.1 does', async () => {
  const one = await client('valkey-8.1')
  expect(one.say('client import-source off')).toBe('+OK')
  expect(one.say('client import-source zz')).toBe('-ERR Server is not in import mode')
  expect(one.say('client import-source on')).toBe('-ERR Server is not in import mode')
  one.say('config set import-mode yes')
  expect(one.say('client import-source on')).toBe('+OK')
  expect(one.say('client import-source zz')).toBe('-ERR syntax error')
})
