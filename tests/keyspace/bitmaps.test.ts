import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Simulator } from './simulator'

function after(...lines: string[]) {
  const simulator = new Simulator()
  return lines.map((line) => simulator.run(line)).at(-1)
}

test('bits count from the most significant', () => {
  expect(after('SETBIT k 7 1', 'GET k')).toBe('\x01')
  expect(after('SETBIT k 0 1', 'SETBIT k 0 0', 'GETBIT k 0')).toBe(0)
  expect(after('SETBIT k 4294967296 1')).toBe('ERR bit offset is not an integer or out of range')
})

test('ranges are in bytes or bits', () => {
  const set = 'SET k foobar'
  expect(after(set, 'BITCOUNT k')).toBe(26)
  expect(after(set, 'BITCOUNT k 1 1')).toBe(6)
  expect(after(set, 'BITCOUNT k 5 30 BIT')).toBe(17)
  expect(after(set, 'BITCOUNT k -5 -1 BIT')).toBe(2)
  expect(after('SETRANGE k 2 x', 'BITPOS k 1')).toBe(17)
  expect(after('SETBIT k 0 1', 'BITPOS k 0 0 0 BIT')).toBe(-1)
  expect(after('BITPOS none 0')).toBe(0)
})

test('BITOP works byte by byte, short keys padded with zeros', () => {
  const run = (op: string) => after('SET a abc', 'SET b aXc_', `BITOP ${op} d a b`, 'GET d')
  expect(run('AND')).toBe('a@c\0')
  expect(run('OR')).toBe('azc_')
  expect(run('XOR')).toBe('\0:\0_')
  expect(after('SET d x', 'BITOP AND d none', 'EXISTS d')).toBe(0)
  expect(after('BITOP NOT d a b')).toBe('ERR BITOP NOT must be called with a single source key.')
  const modern = new Simulator('redis-8.2')
  modern.run('SET a abc')
  modern.run('SET b aXc_')
  modern.run('BITOP DIFF1 d a b')
  expect(modern.run('GET d')).toBe('\0\x18\0_')
})

test('BITFIELD wraps, saturates or fails', () => {
  expect(after('BITFIELD k INCRBY u2 0 5')).toEqual([1])
  expect(after('BITFIELD k OVERFLOW SAT INCRBY u2 0 5')).toEqual([3])
  expect(after('BITFIELD k OVERFLOW FAIL INCRBY u2 0 5')).toEqual([null])
  expect(after('BITFIELD k SET i8 #1 -1 GET u8 #1 GET u4 12')).toEqual([0, 255, 15])
  expect(after('BITFIELD k OVERFLOW SAT SET i16 0 -9223372036854775807 GET i16 0')).toEqual([0, 32767])
  expect(after('BITFIELD_RO k SET u8 0 1')).toBe('ERR BITFIELD_RO only supports the GET subcommand')
})

test('what is set can be read back, wherever it lies', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 64 }),
      fc.integer({ min: 0, max: 100 }),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      (bits, at, value) => {
        const simulator = new Simulator()
        const expected = Number(BigInt.asIntN(bits, value))
        simulator.run(`BITFIELD k SET i${bits} ${at} ${value}`)
        expect(simulator.run(`BITFIELD k GET i${bits} ${at}`)).toEqual([expected])
      },
    ),
  )
})

test('writing the same bit is no change from 7.0 on', () => {
  const events = (target: 'redis-6.2' | 'redis-7.0') => {
    const simulator = new Simulator(target)
    simulator.run('SETBIT k 1 1')
    simulator.run('SETBIT k 1 1')
    return simulator.events.length
  }
  expect(events('redis-6.2')).toBe(2)
  expect(events('redis-7.0')).toBe(1)
})
