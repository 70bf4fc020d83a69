import { expect, test } from 'vitest'
import { simulate } from './simulate'

const OOM = "OOM command not allowed when used memory > 'maxmemory'."

test('flags of a script decide what it may do without memory', async () => {
  const { send } = await simulate('redis-8.0')
  send('SET', 'x', '123')
  send('CONFIG', 'SET', 'maxmemory', '1')
  expect(send('EVAL', '#!lua flags=\nreturn 1', '0')).toEqual({ e: OOM })
  expect(send('EVAL', "#!lua flags=allow-oom\nredis.call('set','x',1) return 1", '1', 'x')).toEqual({ i: 1 })
  expect(send('EVAL', "#!lua flags=no-writes\nredis.call('get','x') return 1", '0')).toEqual({ i: 1 })
  expect(send('EVAL', "return redis.call('get','x')", '1', 'x')).toEqual('1')
  expect(send('EVAL', "return redis.call('set','x',1)", '1', 'x')).toMatchObject({
    e: expect.stringMatching(/^OOM command not allowed/) as unknown,
  })
})

test('flags of a function decide what it may do without memory', async () => {
  const { send } = await simulate('redis-8.0')
  const register = (name: string, body: string, flags: string) =>
    `redis.register_function{function_name='${name}', callback=function() ${body} end, flags={${flags}}}\n`
  const code =
    register('free', "return redis.call('set','x',1)", "'allow-oom'") + register('reads', 'return 1', "'no-writes'")
  send('FUNCTION', 'LOAD', `#!lua name=lib\n${code}redis.register_function('plain', function() return 1 end)`)
  send('CONFIG', 'SET', 'maxmemory', '1')
  expect(send('FCALL', 'free', '1', 'x')).toEqual({ s: 'OK' })
  expect(send('FCALL_RO', 'reads', '0')).toEqual({ i: 1 })
  expect(send('FCALL', 'plain', '0')).toEqual({ e: OOM })
})

test('a script without writes runs where writes need replicas, and on a replica that may not serve old data', async () => {
  const { send } = await simulate('redis-8.0')
  send('CONFIG', 'SET', 'min-replicas-to-write', '1')
  const few = 'NOREPLICAS Not enough good replicas to write.'
  expect(send('EVAL', '#!lua flags=no-writes\nreturn 1', '0')).toEqual({ i: 1 })
  expect(send('EVAL', '#!lua\nreturn 1', '0')).toEqual({ e: few })
  expect(send('EVAL', "return redis.call('set','x',1)", '1', 'x')).toMatchObject({
    e: expect.stringContaining(few) as unknown,
  })
  send('CONFIG', 'SET', 'min-replicas-to-write', '0')
  send('CONFIG', 'SET', 'replica-serve-stale-data', 'no')
  send('REPLICAOF', '127.0.0.1', '1')
  const down = "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'."
  expect(send('EVAL', 'return 1', '0')).toEqual({ e: down })
  expect(send('EVAL', '#!lua flags=no-writes\nreturn 1', '0')).toEqual({ e: down })
  expect(send('EVAL', '#!lua flags=allow-stale,no-writes\nreturn 1', '0')).toEqual({ i: 1 })
  expect(send('EVAL', "#!lua flags=allow-stale,no-writes\nreturn redis.call('get','x')", '1', 'x')).toMatchObject({
    e: expect.stringMatching(/^ERR Can not execute the command on a stale replica script: /) as unknown,
  })
})

test('commands that a script may not run count as rejected, with their errors', async () => {
  const { send } = await simulate('redis-8.0')
  const stats = (section: string) => send('INFO', section) as string
  send('EVAL_RO', "return redis.pcall('set','x','y')['err']", '1', 'x')
  expect(stats('commandstats')).toMatch(/cmdstat_set:calls=0.*rejected_calls=1,failed_calls=0/)
  expect(stats('errorstats')).toContain('errorstat_ERR:count=1')
  send('CONFIG', 'RESETSTAT')
  send('EVAL_RO', "return redis.call('set','x','y')", '1', 'x')
  expect(stats('errorstats')).toContain('errorstat_ERR:count=1')
})

test('blocked clients are served after a busy script has ended, which sees one time', async () => {
  const one = await simulate('redis-8.0')
  const waiting = one.another()
  waiting.connection.send(['BLPOP', 'x', '0'])
  const script = "redis.call('lpush','x','y') for i = 1, 5e7 do end redis.call('lpush','x','z') return 1"
  one.connection.send(['EVAL', script, '1', 'x'])
  one.another().send('HELLO', '2', 'SETNAME', 'other')
  expect(waiting.received).toEqual([])
  for (let i = 0; i < 20 && one.received.length === 0; i++) one.server.tick()
  expect(one.received).toEqual([1])
  expect(waiting.received).toEqual([['x', 'z']])
})

test('INFO counts evicted scripts and the memory of functions', async () => {
  const { send } = await simulate('redis-8.0')
  const figure = (name: string) => Number(new RegExp(`^${name}:(.*)\\r$`, 'm').exec(send('INFO') as string)?.[1])
  for (let i = 0; i < 510; i++) send('EVAL', `return ${i}`, '0')
  expect(figure('evicted_scripts')).toBe(10)
  const before = figure('used_memory_vm_functions')
  for (let i = 0; i < 100; i++)
    send('FUNCTION', 'LOAD', `#!lua name=l${i}\nredis.register_function('f${i}', function() return ${i} end)`)
  expect(figure('used_memory_vm_functions')).toBeGreaterThan(before + 10_000)
  send('FUNCTION', 'FLUSH', 'ASYNC')
  expect(figure('used_memory_vm_functions')).toBe(before)
  expect(figure('lazyfreed_objects')).toBe(101)
})

test('the first line of a script or library is split into words as a command line is', async () => {
  const { send } = await simulate('redis-8.0')
  const load = (head: string) =>
    send('FUNCTION', 'LOAD', 'REPLACE', `${head}\nredis.register_function('f', function() end)`)
  expect(load('#!lua name="foo"')).toBe('foo')
  expect(load('#!"lua"\t"name=foo"')).toBe('foo')
  expect(load('#! name=test')).toEqual({ e: "ERR Engine '' not found" })
  expect(load('#!lua name="foo')).toEqual({ e: 'ERR Invalid library metadata' })
  expect(send('EVAL', '#!lua "flags=\nreturn 1', '0')).toEqual({ e: 'ERR Invalid engine in script shebang' })
  expect(send('EVAL', '#!lua\tflags="no-writes"\nreturn 1', '0')).toEqual({ i: 1 })
})

test.each(['redis-7.0', 'redis-7.2', 'redis-8.0', 'redis-8.6', 'valkey-7.2', 'valkey-9.1'] as const)(
  'a read-only script runs no command that may replicate, on %s',
  async (target) => {
    const { send } = await simulate(target)
    const refused = {
      e: expect.stringMatching(/^ERR Write commands are not allowed from read-only scripts\./) as unknown,
    }
    const calls = ["'pfcount','a'", "'publish','a','b'", "'spublish','a','b'", "'set','a','b'"]
    for (const call of calls) {
      expect([call, send('EVAL_RO', `return redis.call(${call})`, '0')]).toEqual([call, refused])
      expect(send('EVAL', `#!lua flags=no-writes\nreturn redis.call(${call})`, '0')).toEqual(refused)
      expect(send('EVAL', `return redis.call(${call})`, '0')).not.toEqual(refused)
    }
    send(
      'FUNCTION',
      'LOAD',
      "#!lua name=lib\nredis.register_function{function_name='f', callback=function() return redis.call('publish','a','b') end, flags={'no-writes'}}",
    )
    expect(send('FCALL', 'f', '0')).toEqual(refused)
    expect(send('EVAL_RO', "return redis.call('get','a')", '0')).toEqual('b')
    expect(JSON.stringify(send('COMMAND', 'INFO', 'PFCOUNT'))).not.toContain('may_replicate')
  },
)
