import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareEntries, SortedEntries } from '../../../src/keyspace/zset/sorted'
import { defaultLimits } from '../../../src/keyspace/limits'
import { behavioursOf } from '../../../src/targets/behaviours'
import { ZSetValue } from '../../../src/keyspace/zset'

test('entries stay in order and know their ranks', () => {
  const entry = fc.record({
    member: fc.string({ maxLength: 3 }),
    score: fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constant(Infinity), fc.constant(-Infinity)),
  })
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 700 }), fc.array(fc.nat()), (entries, removals) => {
      const unique = [...new Map(entries.map((e) => [e.member, e])).values()]
      const sorted = new SortedEntries()
      for (const e of unique) sorted.insert(e)
      const model = [...unique].sort(compareEntries)
      for (const n of removals) {
        if (model.length === 0) break
        const [gone] = model.splice(n % model.length, 1)
        sorted.remove(gone!)
      }
      expect(sorted.slice()).toEqual(model)
      model.forEach((e, rank) => expect(sorted.rankOf(e)).toBe(rank))
      expect(sorted.slice(2, 5)).toEqual(model.slice(2, 5))
      expect(sorted.at(model.length)).toBe(undefined)
    }),
    { numRuns: 40 },
  )
})

test('100,000 members are added and ranked in reasonable time', () => {
  const zset = new ZSetValue(defaultLimits(behavioursOf('redis-8.0')))
  const started = performance.now()
  for (let i = 0; i < 100_000; i++) zset.put(`m${i}`, (i * 7919) % 100_003)
  const rank = zset.rank('m1')!
  expect(zset.at(rank)).toEqual({ member: 'm1', score: 7919 })
  expect(performance.now() - started).toBeLessThan(5000)
})
