import { expect, test } from 'vitest'
import type { TargetId } from '../../src/targets/target'
import { Simulator } from './simulator'

function after(target: TargetId, ...lines: string[]) {
  const simulator = new Simulator(target)
  return lines.map((line) => simulator.run(line)).at(-1)
}

test('numbers in fields', () => {
  expect(after('redis-8.0', 'HINCRBY h f 5', 'HINCRBY h f -7')).toBe(-2)
  expect(after('redis-8.0', 'HSET h f x', 'HINCRBY h f 1')).toBe('ERR hash value is not an integer')
  expect(after('redis-8.0', 'HSET h f 9223372036854775807', 'HINCRBY h f 1')).toBe(
    'ERR increment or decrement would overflow',
  )
  expect(after('redis-8.0', 'HINCRBYFLOAT h f 0.1', 'HINCRBYFLOAT h f 0.2')).toBe('0.3')
  expect(after('redis-8.0', 'HINCRBYFLOAT h f inf')).toBe('ERR value is NaN or Infinity')
})

test('a hash without fields is no key', () => {
  const simulator = new Simulator()
  simulator.run('HSET h f v')
  expect(simulator.run('HDEL h f g')).toBe(1)
  expect(simulator.run('EXISTS h')).toBe(0)
  expect(simulator.events).toEqual(['hset h', 'hdel h', 'del h'])
})

test('encodings', () => {
  const encoding = (target: TargetId, ...lines: string[]) => after(target, ...lines, 'OBJECT|ENCODING x h')
  expect(encoding('redis-6.2', 'HSET h f v')).toBe('ziplist')
  expect(encoding('redis-7.0', 'HSET h f v')).toBe('listpack')
  expect(encoding('redis-7.0', `HSET h f ${'x'.repeat(65)}`)).toBe('hashtable')
  expect(encoding('redis-8.0', 'HSET h f v', 'HEXPIRE h 10 FIELDS 1 f')).toBe('listpackex')
  expect(encoding('valkey-9.1', 'HSET h f v', 'HEXPIRE h 10 FIELDS 1 f')).toBe('hashtable')
})

test('fields expire, and take the key along when they were the last', () => {
  const simulator = new Simulator()
  simulator.run('HSET h a 1 b 2')
  expect(simulator.run('HEXPIRE h 10 FIELDS 2 a none')).toEqual([1, -2])
  expect(simulator.run('HTTL h FIELDS 3 a b none')).toEqual([10, -1, -2])
  simulator.now += 10_000
  expect(simulator.run('HGETALL h')).toEqual(['b', '2'])
  expect(simulator.run('HPEXPIRE h 1 FIELDS 1 b')).toEqual([1])
  simulator.now += 1
  expect(simulator.run('EXISTS h')).toBe(1)
  simulator.keyspace.expireDue()
  expect(simulator.run('EXISTS h')).toBe(0)
  expect(simulator.events.slice(-2)).toEqual(['hexpired h', 'del h'])
})

test('expired fields count until they are met, or the background cycle comes', () => {
  const simulator = new Simulator()
  simulator.run('HSET h a 1 b 2 c 3')
  simulator.run('HPEXPIRE h 1 FIELDS 2 a b')
  simulator.now += 2
  expect(simulator.run('HLEN h')).toBe(3)
  expect(simulator.run('HKEYS h')).toEqual(['c'])
  expect(simulator.run('HTTL h FIELDS 1 a')).toEqual([-2])
  expect(simulator.run('HGET h a')).toBe(null)
  expect(simulator.run('HLEN h')).toBe(2)
  expect(simulator.events.slice(-1)).toEqual(['hexpired h'])
  expect(simulator.run('HSET h b 4')).toBe(0)
  expect(simulator.keyspace.expiredFields).toBe(1)
})

test('Valkey leaves expired fields to the background cycle, and sets them anew', () => {
  const simulator = new Simulator('valkey-9.1')
  simulator.run('HSET h a 1 b 2')
  simulator.run('HPEXPIRE h 1 FIELDS 1 a')
  simulator.now += 2
  expect(simulator.run('HGET h a')).toBe(null)
  expect(simulator.run('HDEL h a')).toBe(0)
  expect(simulator.run('HLEN h')).toBe(2)
  expect(simulator.run('HRANDFIELD h 5')).toEqual(['b'])
  expect(simulator.run('HSET h a 3')).toBe(1)
  expect(simulator.events.slice(-2)).toEqual(['hexpired h', 'hset h'])
})

test('writing a field takes its expiry away, counting in it does not', () => {
  expect(after('redis-8.0', 'HSET h f 1', 'HEXPIRE h 10 FIELDS 1 f', 'HINCRBY h f 1', 'HTTL h FIELDS 1 f')).toEqual([
    10,
  ])
  expect(after('redis-8.0', 'HSET h f 1', 'HEXPIRE h 10 FIELDS 1 f', 'HSET h f 2', 'HTTL h FIELDS 1 f')).toEqual([-1])
  expect(
    after('redis-8.0', 'HSET h f 1', 'HEXPIRE h 10 FIELDS 1 f', 'HSETEX h KEEPTTL FIELDS 1 f 2', 'HTTL h FIELDS 1 f'),
  ).toEqual([10])
})

test.each([
  ['redis-8.0', 'HEXPIRE h 10 FIELDS 2 f', 'ERR The `numfields` parameter must match the number of arguments'],
  [
    'valkey-9.1',
    'HEXPIRE h 10 FIELDS 2 f',
    'ERR numfields should be greater than 0 and match the provided number of fields',
  ],
  ['redis-8.0', 'HEXPIRE h -1 FIELDS 1 f', 'ERR invalid expire time, must be >= 0'],
  ['valkey-9.1', 'HEXPIRE h -1 FIELDS 1 f', "ERR invalid expire time in 'hexpire' command"],
  ['redis-8.0', 'HTTL h FIELD 1 f', 'ERR Mandatory argument FIELDS is missing or not at the right position'],
  ['valkey-9.1', 'HTTL h FIELDS 2 f', 'ERR syntax error'],
  ['redis-8.0', 'HSETEX h FNX FXX FIELDS 1 f v', 'ERR Only one of FXX or FNX arguments can be specified'],
  ['redis-8.0', 'HSETEX h FOO FIELDS 1 f v', 'ERR unknown argument: FOO'],
  // Recorded from Redis 8.0.2 as Debian packages it.
  ['redis-8.0', 'HGETEX h EX 10 FIELDS', "ERR wrong number of arguments for 'hgetex' command"],
  [
    'redis-8.0',
    'HGETEX h EX 10 PX 10 FIELDS 1 f',
    'ERR Mandatory argument FIELDS is missing or not at the right position',
  ],
  [
    'redis-8.0',
    'HGETEX h CONSTRUCTOR 10 FIELDS 1 f',
    'ERR Mandatory argument FIELDS is missing or not at the right position',
  ],
  ['redis-8.0', 'HSETEX h CONSTRUCTOR 10 FIELDS 1 f v', 'ERR unknown argument: CONSTRUCTOR'],
  ['redis-8.6', 'HEXPIRE h 10 FIELDS 2 f', 'ERR wrong number of arguments'],
  ['redis-8.6', 'HEXPIRE h 10 FIELDS 1 f g', 'ERR unknown argument: g'],
  ['redis-8.6', 'HEXPIRE h 10 NX FIELDS 1', 'ERR FIELDS requires at least numfields and one field argument'],
  ['redis-8.6', 'HEXPIRE h 10 NX XX FIELDS 1 f', 'ERR Multiple condition flags specified'],
  ['redis-8.6', 'HEXPIRE h 10 FIELDS 1 f FIELDS 1 g', 'ERR FIELDS keyword specified multiple times'],
  ['redis-8.6', 'HEXPIRE h 10 NX NX NX', 'ERR missing FIELDS argument'],
  ['redis-8.6', 'HGETEX h FIELDS 2147483648 f', 'ERR invalid number of fields'],
  ['redis-8.6', 'HGETEX h EX 10 FIELDS', "ERR wrong number of arguments for 'hgetex' command"],
  ['redis-8.6', 'HSETEX h FIELDS 1 f v EX', 'ERR missing expire time'],
  [
    'redis-8.6',
    'HGETEX h EX 10 PERSIST FIELDS 1 f',
    'ERR Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified',
  ],
  [
    'redis-8.8',
    'HGETEX h EX 10 PERSIST FIELDS 1 f',
    'ERR Only one of EX, PX, EXAT, PXAT or PERSIST arguments can be specified',
  ],
  ['redis-8.6', 'HSETEX h PERSIST FIELDS 1 f v', 'ERR unknown argument'],
  ['redis-8.8', 'HSETEX h PERSIST FIELDS 1 f v', 'ERR unknown argument: PERSIST'],
] as const)('%s refuses %s', (target, line, message) => expect(after(target, line)).toBe(message))

test('8.6 takes options behind the fields', () => {
  expect(after('redis-8.6', 'HSET h f v', 'HEXPIRE h 10 FIELDS 1 f NX', 'HTTL h FIELDS 1 f')).toEqual([10])
  expect(after('redis-8.6', 'HSETEX h FIELDS 1 f v FNX EX 10', 'HTTL h FIELDS 1 f')).toEqual([10])
  expect(after('redis-8.6', 'HSETEX h EX 10 FIELDS 1 f v', 'HGETEX h FIELDS 1 f PERSIST')).toEqual(['v'])
})

test('HGETDEL gives and takes', () => {
  const simulator = new Simulator()
  simulator.run('HSET h a 1 b 2')
  expect(simulator.run('HGETDEL h FIELDS 2 a none')).toEqual(['1', null])
  expect(simulator.run('HKEYS h')).toEqual(['b'])
})

test('HRANDFIELD draws fields once, or as often as it is asked to', () => {
  const simulator = new Simulator()
  simulator.run('HSET h a 1 b 2 c 3')
  expect((simulator.run('HRANDFIELD h 2') as string[]).length).toBe(2)
  expect((simulator.run('HRANDFIELD h 99') as string[]).sort()).toEqual(['a', 'b', 'c'])
  expect((simulator.run('HRANDFIELD h -7') as string[]).length).toBe(7)
  simulator.protocol = 3
  expect(simulator.run('HRANDFIELD h 99 WITHVALUES')).toEqual([
    ['a', '1'],
    ['b', '2'],
    ['c', '3'],
  ])
})
