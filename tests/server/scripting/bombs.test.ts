import { expect, test } from 'vitest'
import type { TargetId } from '../../../src/targets/target'
import { simulate, type Simulated } from './simulate'

/** Milliseconds of processor time that a bomb may take, pauses and all, on a slow machine. */
const TIME = 20_000
/** Bytes that the process may have grown by at the end of a bomb: Lua's 64 MB, as much in copies, a reply, and what is not yet collected. */
const MEMORY = 512 * 1024 * 1024

/** What the server in these tests holds in keys and values. */
const DATA = 150_000_000

const NO_MEMORY = /^ERR (Error running script.*[:,] |.*)not enough memory/
const TOO_LARGE = /^ERR reply is too large for the simulator$/
const FULL = /OOM command not allowed when used memory > 'maxmemory'/
const KILLED = /Script killed by user with SCRIPT KILL/
/** Memory is never given back in the middle of an instruction: which of the two comes first depends on where it lies. */
const EITHER = /not enough memory|Script killed by user/
const COMPLEX = /pattern too complex|not enough memory|Script killed by user/

const megabyte = "local s = string.rep('x', 1000000)"

/** Scripts that want more memory or time than there is, and how they may end. */
const bombs: readonly (readonly [name: string, script: string, ending: RegExp])[] = [
  ['nested tables', 'local t = {} for i = 1, 1000000 do t = {t} end return t', NO_MEMORY],
  ['many tables', 'local t = {} while true do t[#t + 1] = {} end', NO_MEMORY],
  ['a doubled string', "local s = 'x' while true do s = s .. s end", NO_MEMORY],
  ['a repeated string', "return string.rep('x', 900000000)", NO_MEMORY],
  ['a string that grows by a byte', "local s = string.rep('x', 4000000) while true do s = s .. 'x' end", EITHER],
  [
    'the same in a coroutine',
    "local s = string.rep('x', 4000000) coroutine.wrap(function() while true do s = s .. 'x' end end)()",
    EITHER,
  ],
  ['a long string in upper case', "local s = string.rep('x', 4000000) while true do string.upper(s) end", EITHER],
  [
    'cjson.encode of one string many times',
    `${megabyte} local t = {} for i = 1, 100000 do t[i] = s end return cjson.encode(t)`,
    NO_MEMORY,
  ],
  [
    'cjson.encode of tables within tables',
    'local t = {} for i = 1, 30 do t = {t, t} end return cjson.encode(t)',
    EITHER,
  ],
  [
    'cmsgpack.pack of one string many times',
    `${megabyte} local t = {} for i = 1, 100000 do t[i] = s end return cmsgpack.pack(t)`,
    NO_MEMORY,
  ],
  [
    'cmsgpack.pack of wide tables',
    "local t = {string.rep('x', 1000)} for i = 1, 6 do local u = {} for j = 1, 100 do u[j] = t end t = u end return cmsgpack.pack(t)",
    NO_MEMORY,
  ],
  ['struct.pack of much', "local f = string.rep('x', 60000000) return struct.pack(f)", NO_MEMORY],
  [
    'a reply of one string many times',
    `${megabyte} local t = {} for i = 1, 100000 do t[i] = s end return t`,
    TOO_LARGE,
  ],
  ['a reply of tables within tables', 'local t = {1} for i = 1, 30 do t = {t, t} end return t', TOO_LARGE],
  ['SET of many strings', `${megabyte} for i = 1, 100000 do redis.call('set', 'k' .. i, s) end`, FULL],
  ['SETRANGE of long strings', "for i = 1, 100 do redis.call('setrange', 'k' .. i, 100000000, 'x') end", FULL],
  ['GET of a long string', "redis.call('setrange', 'k', 100000000, 'x') return redis.call('get', 'k')", NO_MEMORY],
  [
    'gsub within gsub',
    "local function f(n) return string.gsub(string.rep('x', 3000000), '.+', function(a) return f(n + 1) .. a end) end return f(1)",
    /not enough memory|stack overflow|Script killed by user/,
  ],
  [
    'gsub that multiplies',
    "local s = string.gsub(string.rep('x', 1000000), '.', string.rep('y', 1000)) return #s",
    NO_MEMORY,
  ],
  [
    'a pattern that tries everything',
    "return string.find(string.rep('a', 100000), string.rep('a*', 30) .. 'b')",
    COMPLEX,
  ],
  ['such patterns in a loop', "while true do pcall(string.find, string.rep('a', 3000), 'a*a*a*b') end", KILLED],
  [
    'load in a loop',
    "local n = 0 while true do load(function() n = n + 1 return n % 2 == 1 and 'return 1' or nil end) end",
    KILLED,
  ],
  ['load without end', "load(function() return string.rep('x', 1000000) end)", NO_MEMORY],
  ['gmatch in a loop', "local s = string.rep('x', 100000) while true do string.gmatch(s, 'x') end", KILLED],
  ['cjson.new in a loop', 'while true do cjson.new() end', NO_MEMORY],
  ['getmetatable in a loop', "while true do getmetatable('') end", KILLED],
  ['sort in a loop', 'local t = {} for i = 1, 200000 do t[i] = i end while true do table.sort(t) end', KILLED],
  ['insert at the front', 'local t = {} while true do table.insert(t, 1, 1) end', KILLED],
  ['an endless loop', 'while true do end', KILLED],
  ['an endless loop that catches errors', 'while true do pcall(function() while true do end end) end', KILLED],
  [
    'memory asked for again and again',
    "while true do pcall(string.rep, 'x', 1e9) pcall(function() local t = {} while true do t = {t} end end) end",
    NO_MEMORY,
  ],
  ['an error that is a long string', "error(string.rep('x', 30000000))", /^ERR|^$/],
]

const tables = 'local t = {} for i = 1, 350000 do t[i] = {} end'
const holes = 'local t = {} for i = 1, 500000 do t[i + 0.5] = i end'
const emptied = 'local t = {} for i = 1, 500000 do t[i] = i end for i = 1, 500000 do t[i] = nil end'
const alike = "local a = string.rep('x', 5000000) local b = string.rep('x', 4999999) .. 'y'"

test.each([
  ['collections of much memory', `${tables} while true do collectgarbage() end`],
  ['the same in steps', `${tables} while true do collectgarbage('step', 1e9) end`],
  ['the same in pcall', `${tables} while true do pcall(collectgarbage) end`],
  ['the same in a coroutine', `${tables} coroutine.wrap(function() while true do collectgarbage() end end)()`],
  ['the largest number among keys', `${holes} while true do table.maxn(t) end`],
  ['the first key of what was a large table', `${emptied} while true do next(t) end`],
  ['comparisons of long strings', `${alike} while true do local x = a < b end`],
  ['a sort of long strings', `${alike} local t = {} for i = 1, 1000 do t[i] = i % 2 == 0 and a or b end table.sort(t)`],
  ['a number of many digits', "local s = string.rep('1', 10000000) while true do tonumber(s) end"],
  ['compilation of much code', "local s = string.rep('x = 1 ', 200000) while true do loadstring(s) end"],
])('%s, of which each takes long, keeps the server busy no longer than others', async (_, script) => {
  const one = await simulate('redis-8.0', '', { clock: { now: () => Date.now() } })
  const other = one.another()
  one.send('EVAL', 'return 1', '0')
  const used = (): number => process.cpuUsage().user / 1000
  const start = used()
  const { blocked, replies } = one.connection.send(['EVAL', script, '0'])
  expect(used() - start).toBeLessThan(4_000)
  if (blocked) expect(other.send('SCRIPT', 'KILL')).toEqual({ s: 'OK' })
  expect([...replies, ...one.received]).toMatchObject([{ text: expect.stringMatching(KILLED) as unknown }])
  expect(other.send('PING')).toEqual({ s: 'PONG' })
})

/** Sends a bomb; where it keeps the server busy, time passes and it is killed. The text of the error it ends with. */
function explode(one: Simulated, argv: readonly string[]): string {
  const exchange = one.connection.send(argv)
  let reply = exchange.replies[0]
  if (exchange.blocked) {
    one.server.tick()
    const other = one.another()
    if (one.received.length === 0) {
      other.send('SCRIPT', 'KILL')
      if (one.received.length === 0) other.send('FUNCTION', 'KILL')
    }
    // One that wrote cannot be killed: it ends by itself.
    for (let i = 0; i < 500 && one.received.length === 0; i++) one.server.tick()
    reply = one.received.splice(0)[0]
  }
  if (typeof reply !== 'object' || reply === null || !('type' in reply) || reply.type !== 'error')
    return JSON.stringify(reply)
  return reply.text
}

const library = "#!lua name=good\nredis.register_function('good', function() return 'good' end)"
const LOADED = 'return ARGV[1]'

const targets: readonly TargetId[] = ['redis-6.2', 'redis-8.0', 'valkey-8.1']

/** The versions differ in words only: each bomb goes off on one of them, and on all with BOMBS=all. */
const chosen = (i: number): readonly TargetId[] =>
  process.env['BOMBS'] === 'all' ? targets : targets.slice(i % targets.length, (i % targets.length) + 1)

test.each(bombs.flatMap((bomb, i) => chosen(i).map((target) => [target, ...bomb] as const)))(
  '%s: %s ends with an error, in bounded time and memory, and scripts work afterwards',
  async (target, _, script, ending) => {
    const one = await simulate(target, '', { memoryLimit: DATA })
    const hasFunctions = target !== 'redis-6.2'
    const sha = one.send('SCRIPT', 'LOAD', LOADED) as string
    if (hasFunctions) one.send('FUNCTION', 'LOAD', library)
    const { rss } = process.memoryUsage()
    const { user } = process.cpuUsage()
    expect(explode(one, ['EVAL', script, '0'])).toMatch(ending)
    expect((process.cpuUsage().user - user) / 1000).toBeLessThan(TIME)
    expect(process.memoryUsage().rss - rss).toBeLessThan(MEMORY)
    expect(one.send('EVAL', 'return 1', '0')).toEqual({ i: 1 })
    expect(one.send('SCRIPT', 'EXISTS', sha)).toEqual([{ i: 1 }])
    expect(one.send('EVALSHA', sha, '0', 'a')).toBe('a')
    if (hasFunctions) expect(one.send('FCALL', 'good', '0')).toBe('good')
  },
  120_000,
)

test.each<TargetId>(['redis-8.0', 'valkey-8.1'])(
  '%s: functions survive a function that takes all memory',
  async (target) => {
    const one = await simulate(target)
    one.send('FUNCTION', 'LOAD', library)
    const nested = 'local t = {} for i = 1, 1000000 do t = {t} end return t'
    one.send('FUNCTION', 'LOAD', `#!lua name=bad\nredis.register_function('bad', function() ${nested} end)`)
    for (let i = 0; i < 3; i++) {
      expect(explode(one, ['FCALL', 'bad', '0'])).toBe('ERR Error running script bad, not enough memory')
      expect(one.send('FCALL', 'good', '0')).toBe('good')
    }
    const failing = `#!lua name=worse\n${nested}`
    expect(explode(one, ['FUNCTION', 'LOAD', failing])).toBe('ERR Error registering functions: not enough memory')
    expect(one.send('FCALL', 'good', '0')).toBe('good')
    expect(one.send('FUNCTION', 'LIST')).toHaveLength(2)
  },
)

test('a script that catches the error of a library function goes on in the same Lua', async () => {
  const one = await simulate('valkey-8.1')
  const script = "local ok, e = pcall(string.rep, 'x', 900000000) return {tostring(ok), tostring(e)}"
  expect(one.send('EVAL', script, '0')).toEqual(['false', 'not enough memory'])
})

test('memory that scripts leave behind is not missing to the next ones', async () => {
  const one = await simulate('redis-8.0')
  for (let i = 0; i < 20; i++) {
    expect(one.send('EVAL', `local t = {} for i = 1, 300000 do t[i] = {i} end return #t + ${i}`, '0')).toEqual({
      i: 300000 + i,
    })
  }
})

test('more scripts than memory has room for can be loaded and run', async () => {
  const one = await simulate('redis-7.2')
  const shas: string[] = []
  for (let i = 0; i < 60; i++) {
    const body = `local x = ${i} ${'x = x + 1 '.repeat(30_000)} return x`
    shas.push(one.send('SCRIPT', 'LOAD', body) as string)
  }
  for (const [i, sha] of shas.entries()) expect(one.send('EVALSHA', sha, '0')).toEqual({ i: 30_000 + i })
}, 120_000)
