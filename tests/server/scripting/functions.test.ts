import { expect, test } from 'vitest'
import { dumpLibraries, readDump } from '../../../src/server/scripting/dump'
import { simulate } from './simulate'

const CODE =
  "#!lua name=lib\nredis.register_function{function_name='g',callback=function(k) return 1 end,flags={'allow-stale','no-writes'},description='desc'}"

/** What FUNCTION DUMP of Redis 8.0.2 gave for that library, compressed as it does. */
const REAL =
  'f5c3408440901f23216c7561206e616d653d6c69620a72656469732e72656769737465725f6675066e6374696f6e7bc008005f60290c2767272c63616c6c6261636b3dc01a18286b292072657475726e203120656e642c666c6167733d7b2720281d6f772d7374616c65272c276e6f2d777269746573277d2c646573637269704061013d27400c01277d0c00ba53ab0a4952a99b'
const real = Buffer.from(REAL, 'hex').toString('latin1')

test('a payload of a real server is read', () => {
  expect(readDump(real, 12)).toEqual([CODE])
  expect(readDump(real, 11)).toEqual({ problem: 'ERR DUMP payload version or checksum are wrong' })
  for (let i = 0; i < real.length; i++) {
    const spoilt = real.slice(0, i) + String.fromCharCode(real.charCodeAt(i) ^ 1) + real.slice(i + 1)
    expect(readDump(spoilt, 12)).toHaveProperty('problem')
  }
})

test('what is dumped can be restored', async () => {
  const long = `${CODE} -- ${'x'.repeat(20_000)}`
  expect(readDump(dumpLibraries([CODE, long, 'x'], 12), 12)).toEqual([CODE, long, 'x'])
  const one = await simulate('redis-8.0')
  expect(one.send('FUNCTION', 'RESTORE', real)).toEqual({ s: 'OK' })
  const dump = one.send('FUNCTION', 'DUMP') as string
  expect(one.send('FUNCTION', 'RESTORE', dump)).toEqual({ e: 'ERR Library lib already exists' })
  expect(one.send('FCALL', 'g', '0')).toEqual({ i: 1 })
  expect(one.send('FUNCTION', 'RESTORE', dump, 'REPLACE')).toEqual({ s: 'OK' })
  expect(one.send('FUNCTION', 'RESTORE', dump, 'FLUSH')).toEqual({ s: 'OK' })
  expect(one.send('FCALL_RO', 'G', '0')).toEqual({ i: 1 })
})

test('a library keeps its own variables between calls, and survives a function that had to be stopped', async () => {
  const one = await simulate('redis-7.0')
  one.send(
    'FUNCTION',
    'LOAD',
    "#!lua name=l\nlocal n = 0\nredis.register_function('next', function() n = n + 1 return n end)\nredis.register_function('hang', function() pcall(function() while true do end end) end)",
  )
  expect([one.send('FCALL', 'next', '0'), one.send('FCALL', 'next', '0')]).toEqual([{ i: 1 }, { i: 2 }])
  expect(one.send('FCALL', 'hang', '0')).toMatchObject({ e: expect.stringContaining('Script killed') as unknown })
  expect(one.send('FCALL', 'next', '0')).toEqual({ i: 1 })
})

test('an endless library is not loaded', async () => {
  const one = await simulate('redis-8.0')
  expect(one.send('FUNCTION', 'LOAD', '#!lua name=l\nwhile true do end')).toEqual({
    e: 'ERR Error registering functions: ERR FUNCTION LOAD timeout',
  })
  expect(one.send('FUNCTION', 'LIST')).toEqual([])
})
