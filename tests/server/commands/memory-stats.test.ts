import { expect, test } from 'vitest'
import { start } from '../helper'

/** The fields of redis-server 8.0.2 with keys in one database, in order. */
const fields =
  'peak.allocated total.allocated startup.allocated replication.backlog replica.fullsync.buffer clients.slaves clients.normal cluster.links aof.buffer lua.caches functions.caches script.VMs db.0 overhead.db.hashtable.lut overhead.db.hashtable.rehashing overhead.total db.dict.rehashing.count keys.count keys.bytes-per-key dataset.bytes dataset.percentage peak.percentage allocator.allocated allocator.active allocator.resident allocator.muzzy allocator-fragmentation.ratio allocator-fragmentation.bytes allocator-rss.ratio allocator-rss.bytes rss-overhead.ratio rss-overhead.bytes fragmentation fragmentation.bytes'

test('MEMORY STATS has the fields of the release', async () => {
  const client = (await start('redis-8.0')).client()
  expect(client.say('memory stats')).toMatchObject({ 'keys.count': 0, 'keys.bytes-per-key': 0, 'dataset.bytes': 0 })
  client.say('set k v ex 100')
  const stats = client.say('memory stats') as Record<string, unknown>
  expect(Object.keys(stats)).toEqual(fields.split(' '))
  expect(stats).toMatchObject({ 'keys.count': 1, 'db.0': { 'overhead.hashtable.main': 32 }, fragmentation: '1' })
  const valkey = (await start('valkey-8.1')).client().say('memory stats')
  expect(Object.keys(valkey as object)).toEqual(
    fields.split(' ').filter((name) => !['replica.fullsync.buffer', 'script.VMs', 'db.0'].includes(name)),
  )
})
