import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Table, type TableEntry } from '../../src/keyspace/table'

const entry = (key: string): TableEntry => ({ key, seq: 0, live: false })

test('a scan sees everything that was there all along, whatever comes and goes meanwhile', () => {
  const steps = fc.array(
    fc.record({
      add: fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 5 }),
      drop: fc.array(fc.integer({ min: 20, max: 60 }), { maxLength: 20 }),
    }),
    { maxLength: 30 },
  )
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 7 }), (steps, count) => {
      const table = new Table()
      for (let i = 0; i < 40; i++) table.set(entry(`k${i}`))
      const seen = new Set<string>()
      let cursor = 0
      let round = 0
      do {
        const step = table.scan(cursor, count)
        for (const found of step.entries) seen.add(found.key)
        cursor = step.cursor
        for (const n of steps[round]?.drop ?? []) table.delete(`k${n}`)
        for (const n of steps[round]?.add ?? []) table.set(entry(`k${n}`))
        round++
      } while (cursor !== 0)
      for (let i = 0; i < 20; i++) expect(seen.has(`k${i}`)).toBe(true)
    }),
  )
})

test('replacing keeps the place, deleting and adding again goes to the end', () => {
  const table = new Table()
  for (const key of ['a', 'b', 'c']) table.set(entry(key))
  table.set(entry('a'))
  table.delete('b')
  table.set(entry('b'))
  expect([...table.keys()]).toEqual(['a', 'c', 'b'])
  expect(table.scan(0, 10).entries.map((e) => e.key)).toEqual(['a', 'c', 'b'])
})

test('a random entry is a live one', () => {
  const table = new Table()
  for (let i = 0; i < 100; i++) table.set(entry(`k${i}`))
  for (let i = 0; i < 99; i++) table.delete(`k${i}`)
  let n = 0
  expect(table.random({ bytes: () => '', below: (limit) => n++ % limit })?.key).toBe('k99')
  table.clear()
  expect(table.random({ bytes: () => '', below: () => 0 })).toBe(undefined)
})
