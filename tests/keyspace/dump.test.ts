import fc from 'fast-check'
import { expect, test } from 'vitest'
import { crc64 } from '../../src/keyspace/dump/crc64'
import { dumpValue, loadValue } from '../../src/keyspace/dump/payload'
import { behavioursOf } from '../../src/targets/behaviours'
import { defaultLimits } from '../../src/keyspace/limits'
import { StreamValue } from '../../src/keyspace/stream'
import { readListpack, writeListpack } from '../../src/keyspace/dump/packed'
import { assign, consumerOf } from '../../src/keyspace/stream/pending'
import type { TargetId } from '../../src/targets/target'
import { runs } from '../runs'
import { Simulator } from './simulator'

test('the checksum is the server’s', () => {
  expect(crc64('123456789')).toBe('\xca\xd9\xb8\xc4\x14\xd9\xc6\xe9')
})

test('a string is dumped as Valkey 8.1 dumped it', () => {
  const simulator = new Simulator('valkey-8.1')
  simulator.run('SET k2 v')
  expect(simulator.run('DUMP k2')).toBe('\x00\x01v\x0b\x00\xf8\xd7s\xc1\xe4\xa7cG')
})

const makers = [
  'SET k hello',
  'SET k 12',
  'SET k -70000',
  'SET k 99999999999',
  'RPUSH k a b 1',
  'SADD k 1 2 3',
  'SADD k a b',
  'ZADD k 1.5 a -inf b',
  'HSET k f v g w',
  'PFADD k a b c',
]
test.each(makers)('%s comes back from DUMP through RESTORE', (maker) => {
  const simulator = new Simulator()
  simulator.run(maker)
  const payload = simulator.run('DUMP k') as string
  expect(simulator.runArgv(['RESTORE', 'copy', '0', payload])).toBe('OK')
  expect(simulator.run('DUMP copy')).toBe(payload)
  expect(simulator.run('TYPE copy')).toBe(simulator.run('TYPE k'))
})

test('expiring fields and consumer groups come back too', () => {
  const simulator = new Simulator()
  simulator.run('HSET h a 1 b 2')
  simulator.run('HPEXPIRE h 5000 FIELDS 1 a')
  simulator.runArgv(['RESTORE', 'h2', '0', simulator.run('DUMP h') as string])
  expect(simulator.run('HPTTL h2 FIELDS 2 a b')).toEqual([5000, -1])
  simulator.run('XADD s 1-1 f v')
  simulator.run('XADD s 2-1 f w')
  simulator.run('XGROUP CREATE s g 0')
  simulator.run('XREADGROUP GROUP g c STREAMS s >')
  simulator.runArgv(['RESTORE', 's2', '0', simulator.run('DUMP s') as string])
  expect(simulator.run('XRANGE s2 - +')).toEqual(simulator.run('XRANGE s - +'))
  expect(simulator.run('XPENDING s2 g')).toEqual([2, '1-1', '2-1', [['c', '2']]])
})

test.each([
  ['a list', 'EgECExMAAAADAIFhAvF47APy4JMEBP8MAAZL9LszUsQH', 'LRANGE k 0 -1', ['a', '-5000', '300000']],
  ['a set', 'FA4OAAAAAgCBYQKCYmID/wwAaRKq+ggZAkM=', 'SMEMBERS k', ['a', 'bb']],
  ['an intset', 'CxAEAAAAAgAAAAEAAABwEQEADADsQ3euB0zIjQ==', 'SMEMBERS k', ['1', '70000']],
  [
    'a sorted set',
    'ERgYAAAABACBYgKELWluZgWBYQKDMS41BP8MAKn1iKKB49nI',
    'ZRANGE k 0 -1 WITHSCORES',
    ['b', '-inf', 'a', '1.5'],
  ],
  ['a hash', 'EBISAAAABACBZgKBdgKBZwIHAf8MAKx5R3qejWzr', 'HGETALL k', ['f', 'v', 'g', '7']],
  [
    'a hash with an expiring field',
    'GQC0xdq4AQAAFxcAAAADAIFmAoF2AvQAtMXauAEAAAn/DAB0/bVRaRBsdQ==',
    'HPEXPIRETIME k FIELDS 1 f',
    [1893456000000],
  ],
  ['a compressed string', 'AMMLHgNhYmNh4A8CAWJjDABDAoqtnc8DYw==', 'GET k', 'abc'.repeat(10)],
])('%s that Redis 8.0 dumped is restored', (_, payload, line, reply) => {
  const simulator = new Simulator()
  expect(simulator.runArgv(['RESTORE', 'k', '0', atob(payload)])).toBe('OK')
  expect(simulator.run(line)).toEqual(reply)
})

test('a stream is read as Redis 8.0.2 dumped it', () => {
  const payload =
    'FQEQAAAAAAAAAAEAAAAAAAAAAT4+AAAAGAACAQEBAQGBZgIAAQMBAAEAAYF2AgQBAgEBAQAB8pDu/gQEAQABAgEAAQIBgWcCAQGBaAICAQgB/wID' +
    'AQIBAQEDAgNncnADAQMCAAAAAAAAAAIAAAAAAAAAARKy3BaiAQAAAQAAAAAAAAADAAAAAAAAAAESstwWogEAAAECAWMSstwWogEAABKy3BaiAQAA' +
    'AgAAAAAAAAACAAAAAAAAAAEAAAAAAAAAAwAAAAAAAAABBGlkbGV3stwWogEAAP//////////AARsYXRlAwGB//////////8AAAwANMWVxhdr4Lg='
  const behaviours = behavioursOf('redis-8.0')
  const stream = loadValue(Buffer.from(payload, 'base64').toString('latin1'), behaviours, defaultLimits(behaviours))
  if (!(stream instanceof StreamValue)) throw new Error('not a stream')
  const id = (ms: bigint) => (ms << 64n) | 1n
  expect(stream.range(0n)).toEqual([
    { id: id(2n), fields: ['f', '-70000'] },
    { id: id(3n), fields: ['g', '1', 'h', '2'] },
  ])
  expect([stream.lastId, stream.maxDeletedId, stream.entriesAdded]).toEqual([id(3n), id(1n), 3])
  const [group, late] = [stream.groups.get('grp'), stream.groups.get('late')]
  expect([group?.entriesRead, late?.entriesRead]).toEqual([3, null])
  expect(group?.pending.get(id(3n))).toMatchObject({ deliveredAt: 1795679891986, deliveries: 1 })
  expect([...(group?.consumers.values() ?? [])]).toMatchObject([
    { name: 'c', seenAt: 1795679891986, activeAt: 1795679891986 },
    { name: 'idle', seenAt: 1795679892087, activeAt: null },
  ])
})

/** Texts of every encoding of a listpack: short and long ones, integers of each width. */
const element = fc.oneof(
  fc.string({ unit: 'binary-ascii', maxLength: 5 }),
  fc
    .constantFrom(62, 63, 64, 126, 127, 4094, 4095, 4096, 16380, 16381, 16382, 16383)
    .map((length) => 'x'.repeat(length)),
  fc.tuple(fc.bigInt({ min: 0n, max: 64n }), fc.bigInt({ min: -2n, max: 2n })).map(([bit, more]) => {
    return String(BigInt.asIntN(64, 2n ** bit + more))
  }),
  fc.bigInt({ min: -(2n ** 66n), max: 2n ** 66n }).map(String),
)

test('a listpack is read as it was written', () => {
  fc.assert(
    fc.property(fc.array(element, { maxLength: 12 }), (elements) => {
      expect(readListpack(writeListpack(elements))).toEqual(elements)
    }),
    { numRuns: runs(300) },
  )
})

/** A stream of random entries, some deleted, with groups that read some of them. */
const randomStream = fc
  .record({
    ids: fc.uniqueArray(fc.tuple(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.nat(3)), {
      maxLength: 150,
      selector: String,
    }),
    fields: fc.array(fc.array(element, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 }),
    deleted: fc.array(fc.nat(150), { maxLength: 5 }),
    consumers: fc.array(fc.string({ maxLength: 3 }), { minLength: 1, maxLength: 3 }),
    read: fc.option(fc.nat(2 ** 40)),
  })
  .map(({ ids, fields, deleted, consumers, read }) => {
    const stream = new StreamValue()
    const sorted = ids.map(([ms, seq]) => (ms << 64n) | BigInt(seq + 1)).sort((a, b) => (a < b ? -1 : 1))
    sorted.forEach((id, i) => {
      const names = fields[i % fields.length] ?? []
      stream.append({ id, fields: names.flatMap((name, j) => [name, fields[(i + j) % fields.length]?.[0] ?? '']) })
    })
    for (const at of deleted) stream.delete(sorted[at] ?? 0n)
    const group = stream.createGroup('group', sorted[0] ?? 0n, read)
    if (group !== undefined)
      for (const [i, id] of sorted.entries()) {
        const name = consumers[i % consumers.length] ?? ''
        if (i % 3 > 0) assign(group, id, consumerOf(group, name, 1_700_000_000_000 + i).consumer, 1_600_000_000_000, i)
      }
    return stream
  })

/** Returns all that a stream holds, by release: 6.2 stores no counters. */
const contents = (stream: StreamValue, withCounters: boolean) => ({
  entries: stream.range(0n),
  last: stream.lastId,
  counters: withCounters ? [stream.entriesAdded, stream.maxDeletedId] : null,
  groups: [...stream.groups.values()].map((group) => ({
    ...{ name: group.name, last: group.lastId, read: withCounters ? group.entriesRead : null },
    consumers: [...group.consumers.values()]
      .map(({ name, seenAt, pending }) => [name, seenAt, pending.idsFrom(0n)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
    pending: group.pending.idsFrom(0n).map((id) => {
      const { consumer, deliveredAt, deliveries } = group.pending.get(id) ?? {}
      return [id, consumer?.name, deliveredAt, deliveries]
    }),
  })),
})

test.each<TargetId>(['redis-6.2', 'redis-7.0', 'redis-7.2', 'redis-8.0', 'valkey-9.1'])(
  'a stream of %s is read as it was written',
  (target) => {
    const behaviours = behavioursOf(target)
    fc.assert(
      fc.property(randomStream, (stream) => {
        const back = loadValue(dumpValue(stream, behaviours), behaviours, defaultLimits(behaviours))
        if (!(back instanceof StreamValue)) throw new Error('not a stream')
        const withCounters = target !== 'redis-6.2'
        expect(contents(back, withCounters)).toEqual(contents(stream, withCounters))
      }),
      { numRuns: runs(60) },
    )
  },
)

test('no damaged stream makes loading throw', () => {
  const behaviours = behavioursOf('redis-8.0')
  const limits = defaultLimits(behaviours)
  const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 })
  fc.assert(
    fc.property(randomStream, damage, (stream, changes) => {
      const bytes = [...dumpValue(stream, behaviours)]
      for (const [at, byte] of changes) bytes[at % bytes.length] = String.fromCharCode(byte)
      loadValue(bytes.join(''), behaviours, limits)
    }),
    { numRuns: runs(500) },
  )
})

test('RESTORE checks in the server’s order', () => {
  const simulator = new Simulator()
  simulator.run('SET k v')
  const payload = simulator.run('DUMP k') as string
  expect(simulator.runArgv(['RESTORE', 'k', '0', payload])).toBe('BUSYKEY Target key name already exists.')
  expect(simulator.runArgv(['RESTORE', 'k', '-1', payload, 'REPLACE'])).toBe('ERR Invalid TTL value, must be >= 0')
  expect(simulator.runArgv(['RESTORE', 'k', '0', payload + 'x', 'REPLACE'])).toBe(
    'ERR DUMP payload version or checksum are wrong',
  )
  const nonsense = '\x01\x40\x0c\x00'
  expect(simulator.runArgv(['RESTORE', 'x', '0', nonsense + crc64(nonsense)])).toBe('ERR Bad data format')
  expect(simulator.runArgv(['RESTORE', 'k', '1000', payload, 'REPLACE'])).toBe('OK')
  expect(simulator.run('PTTL k')).toBe(1000)
  expect(simulator.runArgv(['RESTORE', 'gone', '1', payload, 'ABSTTL'])).toBe('OK')
  expect(simulator.run('EXISTS gone')).toBe(0)
})

test('no payload makes loading throw', () => {
  const behaviours = behavioursOf('redis-8.0')
  const bytes = fc.uint8Array({ maxLength: 60 }).map((array) => String.fromCharCode(...array))
  fc.assert(
    fc.property(fc.constantFrom(0, 1, 2, 4, 5, 11, 15, 16, 17, 18, 19, 20, 21, 24, 25, 99), bytes, (type, body) => {
      loadValue(String.fromCharCode(type) + body + '0123456789', behaviours, defaultLimits(behaviours))
      loadValue(String.fromCharCode(type, body.length) + body + '0123456789', behaviours, defaultLimits(behaviours))
      loadValue(
        String.fromCharCode(type, 0xc3, body.length, 40) + body + '0123456789',
        behaviours,
        defaultLimits(behaviours),
      )
    }),
    { numRuns: 2000 },
  )
})
