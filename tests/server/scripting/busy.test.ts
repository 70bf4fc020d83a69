import { expect, test } from 'vitest'
import type { TargetId } from '../../../src/targets/target'
import { written, simulate } from './simulate'

const BUSY = { e: 'BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.' }
const KILLED =
  'ERR Script killed by user with SCRIPT KILL... script: 694a5fe1ddb97a4c6a1bf299d9537c7d3d0f84e7, on @user_script:1.'

test('an endless script keeps the server busy until it is killed', async () => {
  const one = await simulate('redis-8.0')
  const other = one.another()
  const exchange = one.connection.send(['EVAL', 'while true do end', '0'])
  expect(exchange).toMatchObject({ replies: [], blocked: true })
  expect(other.send('GET', 'a')).toEqual(BUSY)
  expect(other.send('NOSUCH')).toEqual({ e: "ERR unknown command 'NOSUCH', with args beginning with: " })
  expect(other.send('FUNCTION', 'KILL')).toEqual(BUSY)
  expect(other.send('MULTI')).toEqual({ s: 'OK' })
  expect(other.send('DISCARD')).toEqual({ s: 'OK' })
  one.server.tick()
  expect(one.received).toEqual([])
  expect(other.send('SCRIPT', 'KILL')).toEqual({ s: 'OK' })
  expect(one.received.map((reply) => written(reply, 2))).toEqual([{ e: KILLED }])
  expect(other.send('SCRIPT', 'KILL')).toEqual({ e: 'NOTBUSY No scripts in execution right now.' })
  expect(one.send('EVAL', 'return 1', '0')).toEqual({ i: 1 })
})

test('a script that has written cannot be killed, and goes on as time passes', async () => {
  const one = await simulate('redis-7.2')
  const other = one.another()
  one.connection.send([
    'EVAL',
    "redis.call('select', '1') redis.call('set', 'a', '1') for i = 1, 5e7 do end return redis.call('get', 'a')",
    '0',
  ])
  expect(other.send('SCRIPT', 'KILL')).toMatchObject({ e: expect.stringMatching(/^UNKILLABLE /) as unknown })
  for (let i = 0; i < 20 && one.received.length === 0; i++) one.server.tick()
  expect(one.received).toEqual(['1'])
  expect(one.send('GET', 'a')).toBeNull()
  expect(other.send('PING')).toEqual({ s: 'PONG' })
})

test('what is sent after an endless script runs once it has ended', async () => {
  const one = await simulate('redis-8.0')
  one.connection.send(['EVAL', 'while true do end', '0'])
  one.connection.send(['PING'])
  one.another().send('SCRIPT', 'KILL')
  expect(one.received.map((reply) => written(reply, 2))).toEqual([{ e: KILLED }, { s: 'PONG' }])
})

test('a function is killed with FUNCTION KILL', async () => {
  const one = await simulate('valkey-8.1')
  const other = one.another()
  one.send('FUNCTION', 'LOAD', '#!lua name=l\nredis.register_function("f", function() while true do end end)')
  one.connection.send(['FCALL', 'f', '1', 'k', 'x'])
  expect(other.send('SCRIPT', 'KILL')).toEqual({
    e: 'BUSY Valkey is busy running a script. You can only call FUNCTION KILL or SHUTDOWN NOSAVE.',
  })
  expect(other.send('FUNCTION', 'STATS')).toEqual([
    'running_script',
    ['name', 'f', 'command', ['FCALL', 'f', '1', 'k', 'x'], 'duration_ms', { i: 0 }],
    'engines',
    ['LUA', ['libraries_count', { i: 1 }, 'functions_count', { i: 1 }]],
  ])
  expect(other.send('FUNCTION', 'KILL')).toEqual({ s: 'OK' })
  expect(one.received.map((reply) => written(reply, 2))).toEqual([
    { e: 'ERR Script killed by user with FUNCTION KILL. script: f, on @user_function:2.' },
  ])
  one.connection.send(['FCALL', 'f', '0'])
  expect(other.send('FUNCTION', 'KILL')).toEqual({ s: 'OK' })
})

test.each<TargetId>(['redis-6.2', 'redis-8.0'])('endless scripts that cannot wait are ended (%s)', async (target) => {
  const one = await simulate(target)
  const killed = { e: expect.stringContaining('Script killed by user with SCRIPT KILL...') as unknown }
  expect(one.send('EVAL', 'pcall(function() while true do end end) while true do end', '0')).toMatchObject(killed)
  expect(one.send('EVAL', 'local co = coroutine.wrap(function() while true do end end) co()', '0')).toMatchObject(
    killed,
  )
  one.send('MULTI')
  one.send('EVAL', 'while true do end', '0')
  expect(one.send('EXEC')).toEqual([killed])
  expect(one.send('EVAL', 'return 1', '0')).toEqual({ i: 1 })
})

test.each([
  ['keeps the server busy', false],
  ['is ended in a transaction', true],
])('a script whose few commands take long %s', async (_, inTransaction) => {
  let time = 1_700_000_000_000
  // Whatever asks for the time has taken 50 ms.
  const one = await simulate('redis-8.0', '', { clock: { now: () => (time += 50) } })
  const script = "for i = 1, 60 do redis.call('INCR', 'n') end return redis.call('GET', 'n')"
  if (inTransaction) one.send('MULTI')
  const start = time
  const first = one.connection.send(['EVAL', script, '0'])
  if (inTransaction) {
    expect(one.send('EXEC')).toEqual([{ e: expect.stringContaining('Script killed by user with SCRIPT KILL...') }])
    expect(Number(one.send('GET', 'n'))).toBeLessThan(20)
  } else {
    expect(first).toMatchObject({ replies: [], blocked: true })
    expect(time - start).toBeLessThan(1_100)
    expect(one.another().send('GET', 'n')).toEqual(BUSY)
    for (let i = 0; i < 60 && one.received.length === 0; i++) {
      const before = time
      one.server.tick()
      expect(time - before).toBeLessThan(1_100)
    }
    expect(one.received).toEqual(['60'])
  }
})

test('a script that cannot be paused while it catches errors is ended soon after its time', async () => {
  let time = 1_700_000_000_000
  const one = await simulate('redis-8.0', '', { clock: { now: () => (time += 50) } })
  const start = time
  const script = "pcall(function() for i = 1, 200 do redis.call('PING') end end) return 1"
  expect(one.send('EVAL', script, '0')).toEqual({
    e: expect.stringContaining('Script killed by user with SCRIPT KILL...') as unknown,
  })
  expect(time - start).toBeLessThan(1_600)
})

test.each<TargetId>(['redis-6.2', 'redis-8.0', 'valkey-8.1'])(
  'the scripts of one transaction share the time of one (%s)',
  async (target) => {
    let time = 1_700_000_000_000
    const one = await simulate(target, '', { clock: { now: () => (time += 10) } })
    one.send('MULTI')
    for (let i = 0; i < 100; i++) one.send('EVAL', "return redis.call('INCR', 'n')", '0')
    const start = time
    const replies = one.send('EXEC') as unknown[]
    expect(time - start).toBeLessThan(3_000)
    expect(replies[0]).toEqual({ i: 1 })
    expect(replies.at(-1)).toEqual({ e: expect.stringMatching(/Script killed by user with SCRIPT KILL/) as unknown })
    expect(one.send('EVAL', 'return 7', '0')).toEqual({ i: 7 })
  },
)

test('a script is ended in the middle of a function of a library that takes too long', async () => {
  let time = 1_700_000_000_000
  const one = await simulate('redis-8.0', '', { clock: { now: () => (time += 50) } })
  const start = time
  expect(one.send('EVAL', 'local t = {} for i = 1, 18 do t = {t, t} end return #cjson.encode(t)', '0')).toEqual({
    e: expect.stringContaining('Script killed by user with SCRIPT KILL...') as unknown,
  })
  expect(time - start).toBeLessThan(1_600)
  expect(one.send('EVAL', 'return 1', '0')).toEqual({ i: 1 })
})

test('a script ends at a command that goes through more data than the simulator may', async () => {
  const one = await simulate('redis-8.0', '', { effortLimit: 1_000_000 })
  one.send('SETRANGE', 'k', '99999', 'x')
  const call = (times: number): unknown =>
    one.send('EVAL', `return redis.call('BITOP', 'AND', 'd'${", 'k'".repeat(times)})`, '0')
  expect(call(5)).toEqual({ i: 100_000 })
  expect(call(20)).toEqual({
    e: expect.stringMatching(/^ERR Script killed by user .* on @user_script:1\.$/) as unknown,
  })
  expect(one.send('GETRANGE', 'k', '0', '0')).toBe('\0')
})

test('a script in 6.x keeps the server busy too', async () => {
  const one = await simulate('redis-6.0')
  const other = one.another()
  one.connection.send(['EVAL', 'while true do end', '0'])
  expect(other.send('PING')).toEqual(BUSY)
  expect(other.send('SCRIPT', 'KILL')).toEqual({ s: 'OK' })
  expect(one.received.map((reply) => written(reply, 2))).toEqual([
    {
      e: 'ERR Error running script (call to f_694a5fe1ddb97a4c6a1bf299d9537c7d3d0f84e7): @user_script:1: Script killed by user with SCRIPT KILL...',
    },
  ])
})

test('memory is limited: a script that wants too much fails, the next one runs', async () => {
  const one = await simulate('redis-8.0')
  expect(one.send('EVAL', "local s = 'x' while true do s = s .. s end", '0')).toMatchObject({
    e: expect.stringContaining('not enough memory') as unknown,
  })
  expect(one.send('EVAL', 'local t = {} while true do t[#t + 1] = {} end', '0')).toMatchObject({
    e: expect.stringContaining('not enough memory') as unknown,
  })
  expect(one.send('EVAL', "return string.rep('ab', 3)", '0')).toEqual('ababab')
})
