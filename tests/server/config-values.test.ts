import { expect, test } from 'vitest'
import { startServer } from '../../src/server/start'
import { loadTarget } from '../../src/targets/load'
import { start } from './helper'

async function open(): Promise<(name: string, value: string) => string> {
  const started = startServer({
    target: await loadTarget('redis-8.0'),
    conf: '',
    files: { read: () => null, write: () => undefined },
    clock: { now: () => 0 },
    random: { bytes: (n) => 'a'.repeat(n), below: () => 0 },
  })
  if (!started.started) throw new Error(started.message)
  const client = started.server.connect({ kind: 'loopback' }, { push: () => undefined, closed: () => undefined })
  return (name, value) => {
    const [reply] = client.send(['CONFIG', 'SET', name, value]).replies
    const refused = typeof reply === 'object' && reply !== null && 'type' in reply && reply.type === 'error'
    return refused ? reply.text : JSON.stringify(client.send(['CONFIG', 'GET', name]).replies[0])
  }
}

test('percentiles are checked one by one: the first bad one decides the error, as on Redis 8.0.2', async () => {
  const set = await open()
  expect(set('latency-tracking-info-percentiles', '-1 1kb')).toContain('should sit between')
  expect(set('latency-tracking-info-percentiles', '1kb -1')).toContain('Invalid latency')
})

test('flags of an enumeration are kept once, in its order, as on Redis 8.0.2', async () => {
  const set = await open()
  expect(set('shutdown-on-sigterm', 'force now')).toContain('"now force"')
  expect(set('shutdown-on-sigterm', 'now save save')).toContain('"save now"')
  expect(set('shutdown-on-sigterm', 'default save')).toContain('"save"')
  expect(set('shutdown-on-sigterm', 'default default')).toContain('"default"')
})

test('the length of logs is a number of 64 bits, as on Redis 8.0.2', async () => {
  const set = await open()
  expect(set('acllog-max-len', '-1')).toContain('between 0 and 9223372036854775807 inclusive')
  expect(set('slowlog-max-len', '9223372036854775808')).toContain("couldn't be parsed into an integer")
  expect(set('timeout', '-1')).toContain('between 0 and 2147483647 inclusive')
})

test('primaryauth and masterauth are one directive from Valkey 8.0 on, as on Valkey 8.1.1', async () => {
  const one = (await start('valkey-8.1')).client()
  expect(one.say('config set primaryauth secret')).toBe('+OK')
  expect(one.say('config get masterauth')).toEqual({ masterauth: 'secret' })
  expect(one.say('config get *auth')).toEqual({ masterauth: 'secret', primaryauth: 'secret' })
  one.say('config set masteruser bob')
  expect(one.say('config get primaryuser')).toEqual({ primaryuser: 'bob' })
})
