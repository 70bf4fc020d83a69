import { expect, test } from 'vitest'
import { Simulator } from '../simulator'

test('set commands on members', () => {
  const simulator = new Simulator()
  expect(simulator.run('sadd a 3 1 2 1')).toBe(3)
  expect(simulator.run('smembers a')).toEqual(['1', '2', '3'])
  expect(simulator.run('smismember a 1 x')).toEqual([1, 0])
  expect(simulator.run('smove a b 1')).toBe(1)
  expect(simulator.run('srem a 2 3 4')).toBe(2)
  expect(simulator.db.has('a')).toBe(false)
  expect(simulator.events.filter((event) => !event.startsWith('new '))).toEqual([
    'sadd a',
    'srem a',
    'sadd b',
    'srem a',
    'del a',
  ])
})

test('random draws: different members, or repeated ones for a negative count', () => {
  const simulator = new Simulator()
  simulator.run('sadd a 1 2 3 4 5 6 7 8 9')
  expect(new Set(simulator.run('srandmember a 5') as string[]).size).toBe(5)
  expect(simulator.run('srandmember a 100')).toHaveLength(9)
  expect(simulator.run('srandmember a -20')).toHaveLength(20)
  expect(simulator.run('srandmember a -9223372036854775807')).toBe('ERR value is out of range')
  expect(simulator.run('spop a 0')).toEqual([])
  expect(simulator.run('spop a -1')).toBe('ERR value is out of range, must be positive')
  expect(new Set(simulator.run('spop a 100') as string[]).size).toBe(9)
  expect(simulator.run('spop a')).toBe(null)
})

test('a stored result replaces what was there, an empty one deletes it', () => {
  const simulator = new Simulator()
  simulator.run('sadd a 1 2 3')
  simulator.run('sadd b 2 3 4')
  expect(simulator.run('sinterstore c a b')).toBe(2)
  expect(simulator.run('sdiff a b')).toEqual(['1'])
  expect(simulator.run('sunion a b none')).toEqual(['1', '2', '3', '4'])
  expect(simulator.run('sintercard 2 a b limit 1')).toBe(1)
  expect(simulator.run('sinterstore c a none')).toBe(0)
  expect(simulator.db.has('c')).toBe(false)
  expect(simulator.run('sintercard 3 a b')).toBe("ERR Number of keys can't be greater than number of args")
})

test('the type of every key is checked, also after a missing one', () => {
  const simulator = new Simulator()
  simulator.run('set s x')
  expect(simulator.run('sinter none s')).toMatch(/^WRONGTYPE/)
})

test('cardinalities without the sets (8.10)', () => {
  const simulator = new Simulator('redis-8.10')
  simulator.run('sadd a 1 2 3')
  simulator.run('sadd b 3 4')
  expect(simulator.run('sunioncard 2 a b approx')).toBe(4)
  expect(simulator.run('sunioncard 2 a b limit 2')).toBe(2)
  expect(simulator.run('sdiffcard 2 a b')).toBe(2)
})

test('SMOVE to a set that has the member touches only the source', () => {
  const simulator = new Simulator()
  simulator.run('SADD from a b')
  simulator.run('SADD to a')
  simulator.touched.length = 0
  expect(simulator.run('SMOVE from to a')).toBe(1)
  expect(simulator.touched).toEqual(['from'])
})
