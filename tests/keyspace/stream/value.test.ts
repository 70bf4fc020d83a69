import fc from 'fast-check'
import { expect, test } from 'vitest'
import { intervalArgument, makeId, parseId } from '../../../src/keyspace/stream/id'
import { IdMap } from '../../../src/keyspace/stream/pending'
import { radixNodes } from '../../../src/keyspace/stream/nodes'
import { StreamValue } from '../../../src/keyspace/stream'
import { Simulator } from '../simulator'

const idsOf = (stream: StreamValue, ...range: Parameters<StreamValue['range']>) =>
  stream.range(...range).map((entry) => Number(entry.id))

test('ranges, deletions and trims agree with a plain list', () => {
  fc.assert(
    fc.property(
      fc.nat(600),
      fc.array(fc.nat(600), { maxLength: 80 }),
      fc.nat(620),
      fc.nat(620),
      fc.nat(500),
      (size, deletions, from, to, keep) => {
        const stream = new StreamValue()
        for (let i = 1; i <= size; i++) stream.append({ id: BigInt(i), fields: [`f${i % 3}`, 'value'] })
        let model = Array.from({ length: size }, (_, i) => i + 1)
        for (const id of deletions) {
          expect(stream.delete(BigInt(id))).toBe(model.includes(id))
          model = model.filter((other) => other !== id)
        }
        const inside = model.filter((id) => id >= from && id <= to)
        expect(idsOf(stream, BigInt(from), BigInt(to))).toEqual(inside)
        expect(idsOf(stream, BigInt(from), BigInt(to), 7, true)).toEqual(inside.reverse().slice(0, 7))
        const removed = stream.trim((_, length) => length > keep, false, 0)
        const gone = Math.max(0, model.length - keep)
        expect(removed.map(({ id }) => Number(id))).toEqual(model.slice(0, gone))
        expect(idsOf(stream, 0n)).toEqual(model.slice(gone))
        expect(stream.length).toBe(model.length - gone)
        for (const entry of stream.range(0n)) stream.delete(entry.id)
        expect([stream.byteSize, stream.nodeCount, stream.radixNodeCount]).toEqual([0, 0, 1])
      },
    ),
    { numRuns: 60 },
  )
})

test('a copy shares nothing', () => {
  const stream = new StreamValue()
  stream.append({ id: 1n, fields: ['f', 'v'] })
  stream.createGroup('g', 0n, 0)
  const copy = stream.copy()
  stream.delete(1n)
  stream.groups.get('g')!.lastId = 5n
  expect([copy.length, copy.groups.get('g')!.lastId]).toEqual([1, 0n])
})

test('a map by ID is walked in order', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat(30))), fc.nat(30), (steps, start) => {
      const map = new IdMap<number>()
      const model = new Set<number>()
      for (const [adds, id] of steps) {
        if (adds) {
          map.set(BigInt(id), id)
          model.add(id)
        } else expect(map.delete(BigInt(id))).toBe(model.delete(id))
      }
      const sorted = [...model].sort((a, b) => a - b)
      expect(map.idsFrom(BigInt(start)).map(Number)).toEqual(sorted.filter((id) => id >= start))
      expect([map.first, map.last].map(Number)).toEqual([Number(sorted[0]), Number(sorted.at(-1))])
    }),
  )
})

test.each([
  ['5', makeId(5n, 0n)],
  ['5-7', makeId(5n, 7n)],
  ['05', makeId(5n, 0n)],
  ['-', null],
  ['5-', null],
  ['5-7-9', null],
  ['x', null],
  ['', null],
  ['-5', null],
  ['18446744073709551615-18446744073709551615', 2n ** 128n - 1n],
  ['18446744073709551616', null],
  [`${'0'.repeat(130)}1`, null],
])('the ID %j', (text, id) => {
  expect(parseId(text, { missing: 0n, strict: true })).toBe(id)
})

test('an exclusive end moves by one, and cannot move past the ends', () => {
  expect(intervalArgument('(5-7', 'start', true)).toBe(makeId(5n, 8n))
  expect(intervalArgument('(5', 'end', true)).toBe(makeId(5n, 2n ** 64n - 2n))
  expect(() => intervalArgument('(0-0', 'end', true)).toThrow('invalid end ID')
  expect(() => intervalArgument('(18446744073709551615-18446744073709551615', 'start', true)).toThrow(
    'invalid start ID',
  )
})

test('the radix tree of one key has a chain and a leaf', () => {
  expect([radixNodes([]), radixNodes([1n]), radixNodes([1n, 2n])]).toEqual([1, 2, 4])
})

test.each([
  ['stream-node-max-entries', 10, 10],
  ['stream-node-max-entries', 0, 1],
  ['stream-node-max-bytes', 60, 25],
])('%s %i: a hundred entries are %i nodes', (directive, limit, nodes) => {
  const world = new Simulator('redis-8.0')
  world.directives['stream-node-max-bytes'] = 0
  world.directives[directive] = limit
  for (let i = 1; i <= 100; i++) world.run(`xadd s ${i}-0 f v`)
  expect((world.run('xinfo stream s') as unknown[])[3]).toBe(nodes)
})

test('approximate trimming removes whole nodes, at most a hundred of them', () => {
  const world = new Simulator('redis-8.0')
  world.directives['stream-node-max-entries'] = 10
  for (let i = 1; i <= 1500; i++) world.run(`xadd s ${i}-0 f v`)
  expect(world.run('xtrim s maxlen ~ 0 limit 15')).toBe(10)
  expect(world.run('xtrim s maxlen ~ 0')).toBe(1000)
  expect(world.run('xtrim s maxlen ~ 485')).toBe(0)
  expect(world.run('xtrim s maxlen ~ 0 limit 0')).toBe(490)
})
