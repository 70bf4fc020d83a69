import { expect, test } from 'vitest'
import { start } from './helper'

const OOM = "-OOM command not allowed when used memory > 'maxmemory'."

test('a value that could not be read again is refused', async () => {
  const client = (await start('redis-8.0')).client()
  expect(client.say('setrange k 536870911 x')).toBe(OOM)
  expect(client.say('setbit k 4294967295 1')).toBe(OOM)
  expect(client.say('setrange k 536870912 x')).toBe('-ERR string exceeds maximum allowed size (proto-max-bulk-len)')
  expect(client.say('get k')).toBeNull()
})

test('once keys and values take all memory, commands that need more are refused, and deleting helps', async () => {
  const world = await start('redis-8.0', [], { options: { memoryLimit: 1_000_000 } })
  const client = world.client()
  const value = 'x'.repeat(300_000)
  for (const key of ['a', 'b', 'c', 'd']) expect(client.say(`set ${key} ${value}`)).toBe('+OK')
  expect(client.say('set e 1')).toBe(OOM)
  expect(client.say('lpush l 1')).toBe(OOM)
  expect(client.say('strlen a')).toBe(300_000)
  expect(client.say('del a b')).toBe(2)
  expect(client.say('set e 1')).toBe('+OK')
})
