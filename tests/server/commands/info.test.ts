import { expect, test } from 'vitest'
import { start } from '../helper'

test.each([
  ['redis-6.0', ['redis_mode', 'used_memory', 'total_reads_processed'], ['server_time_usec', 'total_blocking_keys']],
  ['redis-7.2', ['listener0', 'total_blocking_keys', 'eventloop_cycles'], ['pubsub_clients', 'io_thread_0']],
  ['redis-8.0', ['io_thread_0', 'expired_subkeys', 'pubsub_clients'], ['server_mode', 'paused_reason']],
  ['valkey-7.2', ['redis_mode', 'total_blocking_keys'], ['server_mode', 'availability_zone']],
  ['valkey-9.1', ['server_mode', 'paused_reason', 'expired_fields'], ['redis_mode', 'io_thread_0', 'expired_subkeys']],
] as const)('%s: INFO has its fields and no others', async (target, present, absent) => {
  const text = String((await start(target)).client().say('INFO'))
  const names = new Set(text.split('\r\n').map((line) => line.split(':')[0]))
  expect([...present, ...absent].filter((name) => names.has(name))).toEqual(present)
})

test('6.2 takes one section, 7.0 several; sections come in the order of the server', async () => {
  expect((await start('redis-6.2')).client().say('INFO cpu memory')).toBe('-ERR syntax error')
  const text = String((await start('redis-7.0')).client().say('INFO keyspace cluster'))
  expect(text).toBe('# Cluster\r\ncluster_enabled:0\r\n\r\n# Keyspace\r\n')
})

test('INFO clients counts the keys that clients wait for, and those whose deletion ends the wait', async () => {
  const world = await start('redis-8.0')
  const [writer, a, b, c] = [world.client(), world.client(), world.client(), world.client()]
  writer.say('XGROUP CREATE s g $ MKSTREAM')
  a.say('BLPOP x z 0')
  b.say('XREADGROUP GROUP g c BLOCK 100 STREAMS s >')
  c.say('XREAD BLOCK 0 STREAMS y $')
  const figures = (): string[] =>
    String(writer.say('INFO clients')).match(/(?<=\n)(blocked|total_blocking|clients_in)\S+/g) ?? []
  expect(figures()).toEqual([
    'blocked_clients:3',
    'clients_in_timeout_table:1',
    'total_blocking_keys:4',
    'total_blocking_keys_on_nokey:1',
  ])
  writer.say('DEL s')
  a.connection.close()
  expect(figures().at(-1)).toBe('total_blocking_keys_on_nokey:0')
})

test('INFO keysizes counts keys by powers of two', async () => {
  const client = (await start('redis-8.0')).client()
  for (const size of [1, 3, 2048, 4095]) client.say(`SETRANGE k${size} ${size - 1} x`)
  client.say('RPUSH l a b c')
  expect(client.say('INFO keysizes')).toBe(
    '# Keysizes\r\ndb0_distrib_strings_sizes:1=1,2=1,2K=2\r\ndb0_distrib_lists_items:2=1\r\n',
  )
})

test('expired and evicted keys are counted until RESETSTAT', async () => {
  const world = await start('redis-8.0')
  const client = world.client()
  client.say('SET a 1 PX 5')
  client.say('HSET h f v g w')
  client.say('HPEXPIRE h 5 FIELDS 1 f')
  world.wait(10)
  client.say('EXISTS a h')
  client.say('CONFIG SET maxmemory-policy allkeys-lru maxmemory 1')
  client.say('PING')
  client.say('CONFIG SET maxmemory 0')
  const figures = (): string[] =>
    String(client.say('INFO stats')).match(/(?<=\n)(expired_(keys|subkeys)|evicted_keys|keyspace_\w+):\d+/g) ?? []
  expect(figures()).toEqual([
    'expired_subkeys:1',
    'expired_keys:1',
    'evicted_keys:1',
    'keyspace_hits:1',
    'keyspace_misses:1',
  ])
  client.say('CONFIG RESETSTAT')
  expect(figures().map((line) => line.split(':')[1])).toEqual(['0', '0', '0', '0', '0'])
})

test('a server has a run ID and a replication ID of its own', async () => {
  const world = await start('redis-8.0')
  const client = world.client()
  const ids = () => String(client.say('INFO everything')).match(/(?:run_id|master_replid):[0-9a-f]{40}(?=\r)/g)
  const [run, replication] = ids() ?? []
  expect(run?.slice(-40)).not.toBe(replication?.slice(-40))
  expect(run).not.toMatch(/0{40}/)
  expect(ids()).toEqual([run, replication])
})
