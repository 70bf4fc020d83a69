import { expect, test } from 'vitest'
import { digestOf } from '../../src/keyspace/string/digest'
import { Simulator } from './simulator'

/** Runs lines one after the other and gives the last reply. */
function after(target: ConstructorParameters<typeof Simulator>[0], ...lines: string[]) {
  const simulator = new Simulator(target)
  return lines.map((line) => simulator.run(line)).at(-1)
}

test.each([
  ['SET k v NX GET', 'redis-6.2', 'ERR syntax error'],
  ['SET k v NX GET', 'redis-7.0', null],
  ['SET k v GET', 'redis-6.0', 'ERR syntax error'],
  ['SET k v EXAT 9999999999', 'redis-6.0', 'ERR syntax error'],
  ['SET k v EX 0', 'redis-6.2', 'ERR invalid expire time in set'],
  ['SET k v EX 0', 'redis-7.2', "ERR invalid expire time in 'set' command"],
  ['SET k v EX 1 PX 1', 'redis-8.0', 'ERR syntax error'],
  ['SET k v EX 1 EX 2', 'redis-8.0', 'OK'],
  ['SET k v CONSTRUCTOR 5', 'redis-8.0', 'ERR syntax error'],
  ['GETEX k CONSTRUCTOR 5', 'redis-8.0', 'ERR syntax error'],
  ['INCREX k CONSTRUCTOR 5', 'redis-8.8', 'ERR syntax error'],
  ['SET k v IFEQ w', 'redis-8.0', 'ERR syntax error'],
  ['SET k v IFEQ w', 'valkey-8.1', null],
  ['SET k v IFNE w', 'redis-8.4', 'OK'],
  ['SET k v IFDEQ 12', 'redis-8.6', null],
  ['DELEX k IFEQ', 'redis-8.6', "ERR wrong number of arguments for 'delex' command"],
  ['GETEX k PERSIST EX 1', 'redis-8.0', 'ERR syntax error'],
  ['MSET k', 'redis-6.2', 'ERR wrong number of arguments for MSET'],
  ['MSETNX k', 'redis-7.0', "ERR wrong number of arguments for 'msetnx' command"],
  ['DECRBY k -9223372036854775808', 'redis-7.0', 'ERR decrement would overflow'],
  ['INCRBYFLOAT k inf', 'redis-8.0', 'ERR increment would produce NaN or Infinity'],
  ['SETRANGE k 536870912 x', 'redis-6.0', 'ERR string exceeds maximum allowed size (512MB)'],
  ['SETRANGE k 536870912 x', 'redis-7.0', 'ERR string exceeds maximum allowed size (proto-max-bulk-len)'],
] as const)('%s on %s', (line, target, reply) => expect(after(target, line)).toEqual(reply))

test('encodings tell how a string was stored', () => {
  const encoding = (target: 'redis-8.0' | 'valkey-8.1', ...lines: string[]) =>
    after(target, ...lines, 'OBJECT|ENCODING x k')
  expect(encoding('redis-8.0', 'SET k 123')).toBe('int')
  expect(encoding('redis-8.0', 'SET k 0123')).toBe('embstr')
  expect(encoding('redis-8.0', 'SET k v', 'APPEND k w')).toBe('raw')
  expect(encoding('redis-8.0', 'INCRBYFLOAT k 2')).toBe('embstr')
  expect(encoding('redis-8.0', `SET k ${'x'.repeat(44)}`)).toBe('embstr')
  expect(encoding('redis-8.0', `SET k ${'x'.repeat(45)}`)).toBe('raw')
  expect(encoding('valkey-8.1', `SET k ${'x'.repeat(40)}`)).toBe('embstr')
  expect(encoding('valkey-8.1', `SET k ${'x'.repeat(41)}`)).toBe('raw')
  expect(encoding('valkey-8.1', `SET k ${'x'.repeat(33)} EX 100`)).toBe('raw')
})

test('a counter and a float counter keep the expiry', () => {
  expect(after('redis-8.0', 'SET k 1 PX 5000', 'INCR k', 'INCRBYFLOAT k 0.5', 'PTTL k')).toBe(5000)
})

test('LCS finds the text, its length and where it matched', () => {
  const lines = ['SET a ohmytext', 'SET b mynewtext']
  expect(after('redis-8.0', ...lines, 'LCS a b')).toBe('mytext')
  expect(after('redis-8.0', ...lines, 'LCS a b LEN')).toBe(6)
  expect(after('redis-8.0', ...lines, 'LCS a b IDX MINMATCHLEN 4 WITHMATCHLEN')).toEqual([
    'matches',
    [[[4, 7], [5, 8], 4]],
    'len',
    6,
  ])
  expect(after('redis-6.2', 'STRALGO LCS STRINGS ohmytext mynewtext LEN')).toBe(6)
})

test('GETRANGE takes what is there', () => {
  expect(after('redis-8.0', 'SET k hello', 'GETRANGE k -3 -1')).toBe('llo')
  expect(after('redis-8.0', 'SET k hello', 'GETRANGE k 3 1')).toBe('')
  expect(after('redis-8.0', 'SET k hello', 'GETRANGE k -9223372036854775807 -9223372036854775808')).toBe('')
})

test('MSETEX sets all or nothing', () => {
  expect(after('valkey-9.1', 'SET a 1', 'MSETEX 2 a 2 b 2 NX')).toBe(0)
  expect(after('valkey-9.1', 'SET a 1', 'MSETEX 2 a 2 b 2 NX', 'EXISTS b')).toBe(0)
  expect(after('valkey-9.1', 'MSETEX 2 a 2 b 2 EX 10', 'TTL b')).toBe(10)
})

test('a digest is checked only where there is a string to compare', () => {
  const message = 'ERR must be exactly 16 hexadecimal characters'
  expect(after('redis-8.6', 'SET k v', 'SET k w IFDEQ 12')).toBe(message)
  expect(after('redis-8.6', 'SET k v', 'DELEX k IFDNE 12')).toBe(message)
  expect(after('redis-8.6', 'DELEX k IFDNE 12')).toBe(0)
})

test('DELIFEQ and DELEX delete what they expect', () => {
  expect(after('valkey-9.1', 'SET a 1', 'DELIFEQ a 2')).toBe(0)
  expect(after('valkey-9.1', 'SET a 1', 'DELIFEQ a 1')).toBe(1)
  expect(after('redis-8.4', 'SET a 1', 'DELEX a IFNE 1')).toBe(0)
  expect(after('redis-8.4', 'SET a 1', `DELEX a IFDEQ ${digestOf('1')}`)).toBe(1)
})

test('DIGEST is XXH3', () => {
  expect(after('redis-8.4', 'SET k v', 'APPEND k ahello', 'DIGEST k')).toBe(digestOf('vahello'))
  expect(digestOf('Hello world')).toBe('b6acb9d84a38ff74')
})

test('INCREX counts within bounds', () => {
  expect(after('redis-8.8', 'INCREX k')).toEqual([1, 1])
  expect(after('redis-8.8', 'SET k 98', 'INCREX k BYINT 5 UBOUND 100')).toEqual([98, 0])
  expect(after('redis-8.8', 'SET k 98', 'INCREX k BYINT 5 UBOUND 100 SATURATE')).toEqual([100, 2])
  expect(after('redis-8.8', 'SET k 1.5', 'INCREX k BYFLOAT -0.25')).toEqual(['1.25', '-0.25'])
  expect(after('redis-8.8', 'INCREX k EX 10', 'INCREX k EX 99 ENX', 'TTL k')).toBe(10)
  expect(after('redis-8.8', 'INCREX k ENX')).toBe('ERR ENX flag requires an expiration')
})

test('a past expiry deletes: with del, or as expired where the target says so', () => {
  const old = new Simulator('redis-8.0')
  old.run('SET k v')
  old.run('GETEX k PXAT 1')
  expect(old.events).toEqual(['set k', 'del k'])
  const valkey = new Simulator('valkey-8.1')
  valkey.run('SET k v')
  valkey.run('SET k w PXAT 1')
  expect(valkey.events).toEqual(['set k', 'expired k'])
})
