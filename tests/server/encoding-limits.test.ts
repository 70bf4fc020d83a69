import { expect, test } from 'vitest'
import type { TargetId } from '../../src/targets/target'
import { start } from './helper'

async function encodings(target: TargetId, directive: string, ...lines: string[]): Promise<unknown[]> {
  const client = (await start(target)).client()
  client.say(`CONFIG SET ${directive}`)
  return lines.map((line) => client.say(line))
}

test('CONFIG SET changes the thresholds of encodings for values that change afterwards', async () => {
  const client = (await start('redis-8.0')).client()
  client.say('HSET h a 1 b 2 c 3')
  client.say('CONFIG SET hash-max-listpack-entries 2')
  expect(client.say('OBJECT ENCODING h')).toBe('listpack')
  client.say('HSET h a 4')
  expect(client.say('OBJECT ENCODING h')).toBe('hashtable')
})

test('thresholds have their old names too', async () => {
  expect(await encodings('redis-8.0', 'hash-max-ziplist-entries 1', 'HSET h a 1 b 2', 'OBJECT ENCODING h')).toEqual([
    2,
    'hashtable',
  ])
  expect(await encodings('redis-6.2', 'zset-max-ziplist-value 2', 'ZADD z 1 abc', 'OBJECT ENCODING z')).toEqual([
    1,
    'skiplist',
  ])
  expect(await encodings('redis-8.0', 'list-max-ziplist-size 2', 'RPUSH l a b c', 'OBJECT ENCODING l')).toEqual([
    3,
    'quicklist',
  ])
})

test('redis.conf sets thresholds', async () => {
  const client = (await start('valkey-8.1', ['set-max-intset-entries 2'])).client()
  client.say('SADD s 1 2 3')
  expect(client.say('OBJECT ENCODING s')).toBe('listpack')
})

// Recorded from Redis 8.0.2 and Valkey 8.1.1.
test.each(['redis-8.0', 'valkey-8.1'] as const)(
  '%s counts how often keys are used by an LFU policy',
  async (target) => {
    const client = (await start(target)).client()
    client.say('CONFIG SET maxmemory-policy allkeys-lfu')
    client.say('SET k v')
    expect(client.say('OBJECT FREQ k')).toBe(5)
    client.say('GET k')
    expect(client.say('OBJECT FREQ k')).toBe(6)
    expect(client.say('OBJECT IDLETIME k')).toMatch(/^-ERR An LFU maxmemory policy is selected, idle time not tracked/)
    client.say('CONFIG SET maxmemory-policy noeviction')
    expect(client.say('OBJECT FREQ k')).toMatch(/^-ERR An LFU maxmemory policy is not selected/)
  },
)

test('RESTORE sets how often a key is used, which falls by one each minute', async () => {
  const world = await start('redis-8.0', ['maxmemory-policy volatile-lfu'])
  const client = world.client()
  client.say('SET k v')
  const payload = client.exchange('DUMP k').replies[0]
  expect(payload).toEqual(expect.any(String))
  client.connection.send(['RESTORE', 'k', '0', String(payload), 'REPLACE', 'FREQ', '100'])
  expect(client.say('OBJECT FREQ k')).toBe(100)
  world.wait(120_000)
  expect(client.say('OBJECT FREQ k')).toBe(98)
})
