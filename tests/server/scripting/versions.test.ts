import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { TargetId } from '../../../src/targets/target'
import { simulate } from './simulate'

const six = (script: string, message: string): [TargetId, string, unknown] => [
  'redis-6.2',
  script,
  {
    e: expect.stringMatching(
      new RegExp(`^ERR Error running script \\(call to f_[0-9a-f]{40}\\): ${message}$`),
    ) as unknown,
  },
]

const cases: [TargetId, string, unknown][] = [
  six(
    'local function f() x = 1 end f()',
    "@enable_strict_lua:8: user_script:1: Script attempted to create global variable 'x'",
  ),
  six('return x', "@enable_strict_lua:15: user_script:1: Script attempted to access nonexistent global variable 'x'"),
  six("return redis.call('nosuch')", '@user_script:1: @user_script: 1: Unknown Redis command called from Lua script'),
  six(
    "return redis.call('get')",
    '@user_script:1: @user_script: 1: Wrong number of args calling Redis command From Lua script',
  ),
  six(
    "return redis.call('eval', 'x', '0')",
    '@user_script:1: @user_script: 1: This Redis command is not allowed from scripts',
  ),
  six("error('x')", '@user_script:1: user_script:1: x'),
  [
    'redis-6.2',
    "redis.call('lpush', 'a', '1') return redis.pcall('get', 'a')",
    { e: 'WRONGTYPE Operation against a key holding the wrong kind of value' },
  ],
  ['redis-6.2', "redis.call('set', 'a', 3.3) return redis.call('get', 'a')", '3.2999999999999998'],
  ['redis-7.0', "redis.call('set', 'a', 3.3) return redis.call('get', 'a')", '3.2999999999999998'],
  ['redis-7.2', "redis.call('set', 'a', 3.3) return redis.call('get', 'a')", '3.3'],
  [
    'redis-7.2',
    'return type(os)',
    {
      e: "ERR user_script:1: Script attempted to access nonexistent global variable 'os' script: 5dd0f5a7b4f2c31ba4ea9e5ff7cf0fa42e6f0ef5, on @user_script:1.",
    },
  ],
  ['redis-7.4', 'return type(os.clock)', 'function'],
  ['valkey-9.1', "error('x')", { e: 'ERR user_script:1: x script: on @user_script:1.' }],
]

test.each(cases)('%s: %s', async (target, script, expected) => {
  const reply = (await simulate(target)).send('EVAL', script, '0')
  if (script === 'return type(os)')
    expect(reply).toMatchObject({ e: expect.stringContaining("global variable 'os'") as unknown })
  else expect(reply).toEqual(expected)
})

test('in 6.x every script draws the same random numbers, later the generator goes on', async () => {
  const script = 'return {math.random(1000), math.random(1000)}'
  const six = await simulate('redis-6.2')
  expect(six.send('EVAL', script, '0')).toEqual(six.send('EVAL', script, '0'))
  const eight = await simulate('redis-8.0')
  expect(eight.send('EVAL', script, '0')).not.toEqual(eight.send('EVAL', script, '0'))
})

test('random JSON and MessagePack decode or fail, and never break the engine', async () => {
  const one = await simulate('redis-8.0')
  const json = fc.string({
    unit: fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ':',
      ',',
      '"',
      '\\',
      'u',
      '0',
      '1',
      '-',
      'e',
      '.',
      'n',
      'ull',
      'true',
      ' ',
      '\0',
      'inf',
    ),
    maxLength: 20,
  })
  fc.assert(
    fc.property(json, (text) => {
      one.send('EVAL', 'return cjson.encode(cjson.decode(ARGV[1]))', '0', text)
      return one.send('EVAL', 'return 1', '0') !== null
    }),
    { numRuns: 300 },
  )
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 20 }), (bytes) => {
      one.send('EVAL', 'return cmsgpack.pack(cmsgpack.unpack(ARGV[1]))', '0', String.fromCharCode(...bytes))
      return one.send('EVAL', 'return 1', '0') !== null
    }),
    { numRuns: 300 },
  )
  fc.assert(
    fc.property(fc.string({ unit: 'binary-ascii', maxLength: 30 }), (code) => {
      one.send('EVAL', code, '0')
      return true
    }),
    { numRuns: 300 },
  )
  expect(one.send('EVAL', 'return 1', '0')).toEqual({ i: 1 })
})

test('what MessagePack and JSON encode comes back the same', async () => {
  const one = await simulate('redis-8.0')
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: true, maxDepth: 3 }), (value) => {
      const text = JSON.stringify(value)
      const script =
        'local v = cjson.decode(ARGV[1]) return {cjson.encode(v), cjson.encode(cmsgpack.unpack(cmsgpack.pack(v)))}'
      const reply = one.send('EVAL', script, '0', Buffer.from(text).toString('latin1'))
      return Array.isArray(reply) || JSON.stringify(reply).includes('ERR')
    }),
    { numRuns: 200 },
  )
})
