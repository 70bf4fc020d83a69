import { expect, test } from 'vitest'
import { Simulator } from '../simulator'

// Known from documentation only: no server of these releases was there to ask.

test.each([
  ['redis-8.0', 100, 200],
  ['redis-8.2', 2, 2],
] as const)('%s: a group that is told it has read more entries than were added', (target, created, set) => {
  const world = new Simulator(target)
  for (const id of ['1-1', '2-1']) world.run(`xadd s ${id} f v`)
  world.run('xgroup|create create s g 0 ENTRIESREAD 100')
  const read = (): unknown => (world.run('xinfo groups s') as unknown[][])[0]?.[9]
  expect(read()).toBe(created)
  world.run('xgroup|setid setid s g 1 ENTRIESREAD 200')
  expect(read()).toBe(set)
})

test('8.6: XINFO STREAM tells what is remembered of producers', () => {
  const world = new Simulator('redis-8.6')
  world.run('xadd s IDMP p 1 * f v')
  world.run('xadd s IDMP p 1 * f v')
  world.run('xadd s IDMPAUTO q * f v')
  const fields = world.run('xinfo stream s') as unknown[]
  expect(fields.slice(fields.indexOf('idmp-duration'), fields.indexOf('groups'))).toEqual([
    ...['idmp-duration', 100, 'idmp-maxsize', 100, 'pids-tracked', 2, 'iids-tracked', 2],
    ...['iids-added', 2, 'iids-duplicates', 1],
  ])
  expect(new Simulator('redis-8.4').run('xinfo stream s')).toBe('ERR no such key')
})

test.each([
  ['xread maxcount 3 streams s t 0 0', ['s 2', 't 1']],
  ['xread maxcount 2 streams s t 0 0', ['s 2']],
  ['xread maxcount 3 count 1 streams s t 0 0', ['s 1', 't 1']],
  ['xread maxsize 1 streams s t 0 0', ['s 1']],
  ['xread maxsize 5 streams s t 0 0', ['s 2', 't 1']],
  ['xreadgroup group g c maxcount 1 streams s t > >', ['s 1']],
  ['xread maxcount 0 streams s 0', 'ERR MAXCOUNT must be a positive integer'],
])('8.10: %s', (line, expected) => {
  const world = new Simulator('redis-8.10')
  for (const key of ['s', 't']) {
    for (const id of ['1-1', '2-1']) world.run(`xadd ${key} ${id} f v`)
    world.run(`xgroup create ${key} g 0`)
  }
  const reply = world.run(line)
  const rows = reply as [string, unknown[]][] | string
  const counts = typeof rows === 'string' ? rows : rows.map(([key, entries]) => `${key} ${entries.length}`)
  expect(counts).toEqual(expected)
  expect(new Simulator('redis-8.8').run('xread maxcount 1 streams s 0')).toBe('ERR syntax error')
})
