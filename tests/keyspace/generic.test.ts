import { expect, test } from 'vitest'
import type { TargetId } from '../../src/targets/target'
import { Simulator } from './simulator'

function after(target: TargetId, ...lines: string[]) {
  const simulator = new Simulator(target)
  return lines.map((line) => simulator.run(line)).at(-1)
}

test('EXPIRE and its conditions', () => {
  expect(after('redis-8.0', 'SET k v', 'EXPIRE k 10 XX')).toBe(0)
  expect(after('redis-8.0', 'SET k v', 'EXPIRE k 10 GT')).toBe(0)
  expect(after('redis-8.0', 'SET k v', 'EXPIRE k 10 LT', 'TTL k')).toBe(10)
  expect(after('redis-8.0', 'SET k v', 'EXPIRE k 10', 'EXPIRE k 5 GT', 'EXPIRE k 7 LT XX', 'TTL k')).toBe(7)
  expect(after('redis-8.0', 'EXPIRE k 10 NX GT')).toBe(
    'ERR NX and XX, GT or LT options at the same time are not compatible',
  )
  expect(after('redis-8.0', 'EXPIRE k 10 Foo')).toBe('ERR Unsupported option Foo')
  expect(after('redis-7.0', 'EXPIRE k 9223372036854775807')).toBe("ERR invalid expire time in 'expire' command")
  expect(after('redis-8.0', 'SET k v', 'EXPIRE k -1', 'EXISTS k')).toBe(0)
  expect(after('redis-8.0', 'TTL k')).toBe(-2)
  expect(after('redis-8.0', 'SET k v', 'TTL k')).toBe(-1)
})

test('RENAME, COPY and MOVE take the expiry along', () => {
  expect(after('redis-8.0', 'SET a v PX 500', 'RENAME a b', 'PTTL b')).toBe(500)
  expect(after('redis-8.0', 'SET a v PX 500', 'COPY a b', 'PTTL b')).toBe(500)
  expect(after('redis-8.0', 'SET a v', 'COPY a b DB 1', 'EXISTS b')).toBe(0)
  expect(after('redis-8.0', 'SET a v', 'SET b w', 'COPY a b')).toBe(0)
  expect(after('redis-8.0', 'RENAME a a')).toBe('ERR no such key')
  expect(after('redis-8.0', 'MOVE a 99')).toBe('ERR DB index is out of range')
  expect(after('redis-6.0', 'MOVE a 99')).toBe('ERR index out of range')
  const simulator = new Simulator()
  simulator.run('SET a v PX 500')
  expect(simulator.run('MOVE a 3')).toBe(1)
  expect(simulator.keyspace.databases[3]!.expiry('a')).toBe(simulator.now + 500)
  expect(simulator.events.slice(-2)).toEqual(['move_from a', 'move_to a'])
})

test('SCAN walks all keys with a cursor, and filters', () => {
  const simulator = new Simulator()
  for (let i = 0; i < 25; i++) simulator.run(`SET key:${i} v`)
  simulator.run('RPUSH list a')
  const seen: string[] = []
  let cursor = '0'
  do {
    const [next, keys] = simulator.run(`SCAN ${cursor} COUNT 7`) as [string, string[]]
    seen.push(...keys)
    cursor = next
  } while (cursor !== '0')
  expect(seen.length).toBe(26)
  expect(simulator.run('SCAN 0 COUNT 100 MATCH key:?')).toEqual(['0', Array.from({ length: 10 }, (_, i) => `key:${i}`)])
  expect(simulator.run('SCAN 0 COUNT 100 TYPE list')).toEqual(['0', ['list']])
  expect(simulator.run('SCAN x')).toBe('ERR invalid cursor')
  expect(simulator.run('SCAN 0 COUNT 0')).toBe('ERR syntax error')
  expect(after('valkey-8.0', 'SCAN 0 TYPE foo')).toBe("ERR unknown type name 'foo'")
})

test('OBJECT looks without touching', () => {
  const simulator = new Simulator()
  simulator.run('SET k 5')
  simulator.now += 90_000
  expect(simulator.run('OBJECT|IDLETIME x k')).toBe(90)
  expect(simulator.run('TYPE k')).toBe('string')
  expect(simulator.run('OBJECT|IDLETIME x k')).toBe(90)
  simulator.run('GET k')
  expect(simulator.run('OBJECT|IDLETIME x k')).toBe(0)
  expect(simulator.run('OBJECT|REFCOUNT x k')).toBe(2147483647)
  expect(simulator.run('OBJECT|ENCODING x none')).toBe(null)
  expect(after('redis-6.2', 'SET k 5', 'OBJECT encoding k')).toBe('int')
  expect(after('redis-6.2', 'OBJECT foo k')).toBe(
    "ERR Unknown subcommand or wrong number of arguments for 'foo'. Try OBJECT HELP.",
  )
})

test('SORT by number, by text, by other keys', () => {
  const list = 'RPUSH l 3 10 2'
  expect(after('redis-8.0', list, 'SORT l')).toEqual(['2', '3', '10'])
  expect(after('redis-8.0', list, 'SORT l ALPHA DESC')).toEqual(['3', '2', '10'])
  expect(after('redis-8.0', list, 'SORT l LIMIT 1 1')).toEqual(['3'])
  expect(after('redis-8.0', 'RPUSH l a', 'SORT l')).toBe("ERR One or more scores can't be converted into double")
  const weights = ['MSET w_3 1 w_10 2 w_2 3', 'HSET h_3 f three', 'HSET h_2 f two']
  expect(after('redis-8.0', list, ...weights, 'SORT l BY w_* GET # GET h_*->f')).toEqual([
    '3',
    'three',
    '10',
    null,
    '2',
    'two',
  ])
  expect(after('redis-8.0', list, 'SORT l STORE d', 'LRANGE d 0 -1')).toEqual(['2', '3', '10'])
  expect(after('redis-8.0', 'SORT none STORE d')).toBe(0)
  expect(after('redis-8.0', list, 'SORT l BY nosort DESC')).toEqual(['2', '10', '3'])
  expect(after('redis-6.2', list, 'SORT l BY nosort DESC')).toEqual(['3', '10', '2'])
  expect(after('redis-8.0', list, 'SORT_RO l STORE d')).toBe('ERR syntax error')
})

test('SORT BY and GET need the right to read every key from 7.0 on', () => {
  const sort = (target: TargetId, line: string) => {
    const simulator = new Simulator(target)
    simulator.readsEveryKey = false
    return simulator.run(line)
  }
  expect(sort('redis-7.0', 'SORT l BY w_*')).toBe('ERR BY option of SORT denied due to insufficient ACL permissions.')
  expect(sort('redis-7.0', 'SORT l GET #')).toBe('ERR GET option of SORT denied due to insufficient ACL permissions.')
  expect(sort('redis-7.0', 'SORT l BY nosort')).toEqual([])
  expect(sort('redis-6.2', 'SORT l BY w_* GET #')).toEqual([])
})

test('flushing takes ASYNC, and SYNC from 6.2', () => {
  expect(after('redis-6.0', 'FLUSHALL SYNC')).toBe('ERR syntax error')
  expect(after('redis-6.2', 'SET k v', 'FLUSHDB SYNC', 'DBSIZE')).toBe(0)
  expect(after('redis-8.0', 'SWAPDB 0 x')).toBe('ERR invalid second DB index')
  expect(after('redis-8.0', 'SWAPDB 0 99')).toBe('ERR DB index is out of range')
})

test('WAIT has no replica to wait for', () => {
  expect(after('redis-8.0', 'WAIT 0 0')).toBe(0)
  expect(after('redis-8.0', 'WAIT 1 10')).toBe(0)
  expect(after('redis-8.0', 'WAIT 1 -1')).toBe('ERR timeout is negative')
})
