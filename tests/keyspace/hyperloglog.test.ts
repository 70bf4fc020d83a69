import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Sketch } from '../../src/keyspace/hyperloglog/sketch'
import { Simulator } from './simulator'

test('counts within the error that is promised', () => {
  const simulator = new Simulator()
  for (let i = 0; i < 5000; i += 100)
    simulator.runArgv(['PFADD', 'k', ...Array.from({ length: 100 }, (_, j) => `element:${i + j}`)])
  const count = simulator.run('PFCOUNT k') as number
  expect(Math.abs(count - 5000)).toBeLessThan(5000 * 0.03)
  expect(simulator.run('PFDEBUG ENCODING k')).toBe('dense')
})

test('is laid out as Redis 8.0 lays it out', () => {
  const simulator = new Simulator()
  simulator.run('PFADD k a b c d e')
  expect(simulator.run('PFDEBUG DECODE k')).toBe(
    'Z:7292 v:1,1 Z:1143 v:1,1 Z:4274 v:2,1 Z:2445 v:1,1 Z:622 v:1,1 Z:603',
  )
  expect(simulator.run('PFCOUNT k')).toBe(5)
  expect(simulator.run('PFADD k a')).toBe(0)
})

test('merges, and says what is no HyperLogLog', () => {
  const simulator = new Simulator()
  simulator.run('PFADD a 1 2 3')
  simulator.run('PFADD b 3 4')
  expect(simulator.run('PFCOUNT a b none')).toBe(4)
  expect(simulator.run('PFMERGE c a b')).toBe('OK')
  expect(simulator.run('PFCOUNT c')).toBe(4)
  simulator.run('SET s foo')
  expect(simulator.run('PFCOUNT s')).toBe('WRONGTYPE Key is not a valid HyperLogLog string value.')
  expect(simulator.run('PFSELFTEST')).toBe('OK')
})

test('sparse and dense hold the same registers, through writing and reading', () => {
  const raises = fc.array(fc.tuple(fc.integer({ min: 0, max: 16383 }), fc.integer({ min: 1, max: 32 })), {
    maxLength: 300,
  })
  fc.assert(
    fc.property(raises, (raises) => {
      let sparse = Sketch.empty()
      let dense = Sketch.empty().toDense()
      for (const [index, count] of raises) {
        sparse = sparse.raise(index, count, 3000) ?? sparse
        dense = dense.raise(index, count, 3000) ?? dense
      }
      for (const sketch of [sparse, dense]) {
        const read = Sketch.parse(Uint8Array.from(sketch.toBytes(), (c) => c.charCodeAt(0)))
        if (typeof read === 'string') throw new Error(read)
        expect(read.registers().join() === dense.registers().join()).toBe(true)
        expect(read.toBytes()).toBe(sketch.toBytes())
      }
    }),
    { numRuns: 30 },
  )
})

test('reading any bytes never throws', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.boolean(), (bytes, header) => {
      Sketch.parse(header ? Uint8Array.from([72, 89, 76, 76, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ...bytes]) : bytes)
    }),
  )
})
