import { expect, test } from 'vitest'
import { Keyspace } from '../../src/keyspace/keyspace'
import { defaultLimits } from '../../src/keyspace/limits'
import { behavioursOf } from '../../src/targets/behaviours'
import { StringValue } from '../../src/keyspace/string/value'
import { HashValue } from '../../src/keyspace/hash'
import { Simulator } from './simulator'

test('a key is gone when its time is up, and the server hears of it', () => {
  const simulator = new Simulator()
  simulator.run('SET k v PX 100')
  simulator.now += 99
  expect(simulator.run('GET k')).toBe('v')
  simulator.now += 1
  simulator.touched.length = 0
  expect(simulator.run('GET k')).toBe(null)
  expect(simulator.touched).toEqual(['k'])
  expect(simulator.events.at(-1)).toBe('expired k')
})

test('keys that nobody asks for expire too', () => {
  const simulator = new Simulator()
  simulator.run('SET k v PX 100')
  simulator.run('HSET h a 1 b 2')
  simulator.run('HPEXPIRE h 50 FIELDS 1 a')
  simulator.now += 100
  simulator.keyspace.expireDue()
  expect(simulator.db.size).toBe(1)
  expect(simulator.run('HGETALL h')).toEqual(['b', '2'])
})

test('bytes are counted as values come, change and go', () => {
  const simulator = new Simulator()
  expect(simulator.keyspace.byteSize).toBe(0)
  simulator.run('SET k v')
  const small = simulator.keyspace.byteSize
  simulator.run('APPEND k 0123456789')
  expect(simulator.keyspace.byteSize).toBe(small + 10)
  simulator.run('HSET h f v')
  simulator.run('RENAME k kk')
  simulator.run('FLUSHALL')
  expect(simulator.keyspace.byteSize).toBe(0)
})

test('past the limit a growing command is refused', () => {
  const simulator = new Simulator()
  simulator.keyspace.byteLimit = 1000
  expect(simulator.run('SETRANGE k 5000 x')).toBe("OOM command not allowed when used memory > 'maxmemory'.")
  expect(simulator.run('SETBIT k 40000 1')).toBe("OOM command not allowed when used memory > 'maxmemory'.")
  expect(simulator.run('EXISTS k')).toBe(0)
})

test('values are looked up by class, and the wrong class is WRONGTYPE', () => {
  const keyspace = new Keyspace(
    { now: () => 0, touched: () => {}, ready: () => undefined, deleted: () => undefined, notify: () => {} },
    defaultLimits(behavioursOf('redis-8.0')),
  )
  const db = keyspace.databases[0]!
  db.set('k', StringValue.packed('v'))
  expect(db.getOf('k', StringValue)?.bytes).toBe('v')
  expect(() => db.getOf('k', HashValue)).toThrow('WRONGTYPE')
  expect(db.getOf('nothing', HashValue)).toBe(undefined)
})

test('swapping databases exchanges contents', () => {
  const simulator = new Simulator()
  simulator.run('SET k v')
  expect(simulator.run('SWAPDB 0 1')).toBe('OK')
  expect(simulator.run('EXISTS k')).toBe(0)
  expect(simulator.keyspace.databases[1]!.has('k')).toBe(true)
})
