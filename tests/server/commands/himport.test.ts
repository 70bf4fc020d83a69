import { expect, test } from 'vitest'
import { loadTarget } from '../../../src/targets/load'
import { startServer } from '../../../src/server/start'
import { Client } from '../helper'

async function server() {
  const started = startServer({
    target: await loadTarget('redis-8.10'),
    conf: '',
    files: { read: () => null, write: () => undefined },
    clock: { now: () => 1_700_000_000_000 },
    random: { bytes: (n) => 'a'.repeat(n), below: () => 0 },
  })
  if (!started.started) throw new Error(started.message)
  return started.server
}

test('hashes are made from fieldsets of the connection', async () => {
  const simulated = await server()
  const one = new Client(simulated)
  const other = new Client(simulated)
  expect(one.say('himport prepare u name email age')).toBe('+OK')
  expect(one.say('himport set user:1 u alice a@example.com 30')).toBe('+OK')
  expect(one.say('hgetall user:1')).toEqual({ name: 'alice', email: 'a@example.com', age: '30' })
  expect(one.say('himport set user:1 u x')).toBe('-ERR value count does not match fieldset')
  expect(one.say('himport prepare twice a a')).toBe('-ERR duplicate field name in fieldset')
  expect(other.say('himport set user:2 u x y z')).toBe('-ERR no such fieldset')
  one.say('set s text')
  expect(one.say('himport set s u x y z')).toMatch(/^-WRONGTYPE/)
  one.say('himport prepare o id')
  expect(one.say('himport set user:1 o 7')).toBe('+OK')
  expect(one.say('hgetall user:1')).toEqual({ id: '7' })
  expect(one.say('himport discard u')).toBe(1)
  expect(one.say('himport discard u')).toBe(0)
  expect(one.say('himport discardall')).toBe(1)
  one.say('himport prepare u a')
  one.say('reset')
  expect(one.say('himport set k u 1')).toBe('-ERR no such fieldset')
})

test('fieldsets are bounded', async () => {
  const one = new Client(await server())
  const fields = Array.from({ length: 10_000 }, (_, i) => `${i}${'x'.repeat(1000)}`).join(' ')
  let replies: unknown[] = []
  for (let i = 0; i < 4; i++) replies = [...replies, one.say(`himport prepare f${i} ${fields}`)]
  expect(replies.at(0)).toBe('+OK')
  expect(replies.at(-1)).toMatch(/^-OOM/)
})
