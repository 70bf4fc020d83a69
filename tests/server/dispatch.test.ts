import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { provideLuaFromPackage } from '../../src/cli/lua'
import { prepareScripting } from '../../src/server/scripting/load'
import { targetInfos } from '../../src/targets/infos'
import { loadTarget } from '../../src/targets/load'
import type { Reply } from '../../src/resp/reply'
import { startServer } from '../../src/server/start'
import type { Connection } from '../../src/server/types'
import { seededRandom } from '../conformance/replay'
import { plain, start } from './helper'
import { codePoint } from '../code-point'

describe('a command line is checked in the order of a server', () => {
  test('what is unknown or too short is told even to who has not logged in', async () => {
    const client = (await start('redis-7.2', ['requirepass pw'])).client()
    expect(client.say('nosuch a "b\\nc"')).toBe("-ERR unknown command 'nosuch', with args beginning with: 'a' 'b c' ")
    expect(client.say('get')).toBe("-ERR wrong number of arguments for 'get' command")
    expect(client.say('config nosuch')).toBe("-ERR unknown subcommand 'nosuch'. Try CONFIG HELP.")
    expect(client.say('get a')).toBe('-NOAUTH Authentication required.')
    expect(client.say('debug sleep 0')).toMatch(/^-ERR DEBUG command not allowed/)
    expect(client.connection.user).toBeNull()
    expect(client.say('auth pw')).toBe('+OK')
    expect(client.connection.user).toBe('default')
    expect(client.say('get a')).toBeNull()
  })

  test('Redis 6 quotes with backticks, and finds wrong subcommands only after the permission', async () => {
    const client = (await start('redis-6.0')).client()
    expect(client.say('nosuch a b')).toBe('-ERR unknown command `nosuch`, with args beginning with: `a`, `b`, ')
    expect(client.say('config nosuch')).toBe(
      "-ERR Unknown subcommand or wrong number of arguments for 'nosuch'. Try CONFIG HELP.",
    )
    client.say('acl setuser default -config')
    expect(client.say('config nosuch')).toBe(
      "-NOPERM this user has no permissions to run the 'config' command or its subcommand",
    )
  })

  test('the permission comes before what a subscribed connection may run, and before queueing', async () => {
    const world = await start('redis-7.2')
    const [admin, bob] = [world.client(), world.client()]
    admin.say('acl setuser bob on nopass ~a &* +subscribe +set +multi')
    bob.say('auth bob x')
    bob.say('subscribe news')
    expect(bob.say('get a')).toBe("-NOPERM User bob has no permissions to run the 'get' command")
    expect(bob.say('set a 1')).toMatch(/^-ERR Can't execute 'set': only \(P\|S\)SUBSCRIBE/)
  })

  test('a command that exists but is not simulated is checked for permission first', async () => {
    const world = await start('redis-7.2')
    const client = world.client()
    expect(client.say('migrate h 1 k 0 1')).toBe("-ERR 'migrate' is not simulated by ACL Playground")
    client.say('acl setuser default -migrate')
    expect(client.say('migrate h 1 k 0 1')).toBe("-NOPERM User default has no permissions to run the 'migrate' command")
  })

  test('an exchange carries the decision, and judging changes nothing', async () => {
    const world = await start('redis-7.2')
    const client = world.client()
    client.say('acl setuser app on nopass ~app:* +@read')
    client.say('auth app x')
    expect(client.exchange('get app:1').decision).toMatchObject({ allowed: true, user: 'app' })
    expect(client.exchange('get other').decision).toMatchObject({ allowed: false, reason: 'key', object: 'other' })
    expect(client.exchange('nosuch').decision).toBeNull()
    const entries = world.server.aclLog.entries.length
    expect(world.server.judge('app', ['SET', 'app:1', 'v'])).toMatchObject({
      allowed: false,
      reason: 'command',
      object: 'set',
    })
    expect(world.server.judge('nobody', ['GET', 'a'])).toBeNull()
    expect(world.server.judge('app', ['NOSUCH'])).toBeNull()
    expect(world.server.aclLog.entries.length).toBe(entries)
  })

  test('without explanations only refusals carry a decision', async () => {
    const client = (await start('redis-8.0', [], { options: { explain: false } })).client()
    expect(client.exchange('get a').decision).toBeNull()
    client.say('acl setuser default -get')
    expect(client.exchange('get a').decision).toMatchObject({ allowed: false })
  })

  test('renamed commands answer to the new name only, and ACL rules to the old one', async () => {
    const client = (await start('redis-7.2', ['rename-command GET fetch', 'rename-command FLUSHALL ""'])).client()
    expect(client.say('get a')).toMatch(/unknown command/)
    expect(client.say('FETCH a')).toBeNull()
    expect(client.say('flushall')).toMatch(/unknown command/)
    client.say('acl setuser default -get')
    expect(client.say('fetch a')).toBe("-NOPERM User default has no permissions to run the 'get' command")
  })

  test('maxmemory refuses what may need memory, or makes room as its policy says', async () => {
    const world = await start('redis-7.2', ['maxmemory 680kb'])
    const client = world.client()
    for (let i = 0; i < 30; i++) client.say(`set key:${i} ${'x'.repeat(1000)}`)
    expect(client.say('set more 1')).toBe("-OOM command not allowed when used memory > 'maxmemory'.")
    expect(client.say('get key:0')).toBe('x'.repeat(1000))
    client.say('config set maxmemory-policy allkeys-lru')
    expect(client.say('set more 1')).toBe('+OK')
    expect(client.say('get key:0')).toBeNull()
  })
})

const words = fc.constantFrom(
  'get',
  'set',
  'acl',
  'setuser',
  'config',
  'client',
  'hello',
  'multi',
  'exec',
  'subscribe',
  'eval',
  'auth',
  'info',
  'debug',
  'memory',
  'usage',
  'list',
  'kill',
  'tracking',
  'xadd',
  'sort',
  'return redis.call(unpack(ARGV))',
  'return KEYS',
  '#!lua name=l\nredis.register_function("f", function() return 1 end)',
  'load',
  'zadd',
  'blpop',
  'command',
  'docs',
  'pubsub',
  'slowlog',
  'latency',
  'select',
  'watch',
  '0',
  '1',
  '-1',
  '*',
  'a',
  '+@all',
  '(',
  '~*',
  'on',
  '',
  '9999999999999999999',
)
const argument = fc.oneof(
  words,
  fc
    .string({ unit: codePoint, maxLength: 12 })
    .map((s) => [...s].map((c) => String.fromCharCode(c.charCodeAt(0) & 255)).join('')),
)

describe('no command line throws, or is answered by a fault of the simulator', () => {
  test.each(targetInfos.map((info) => info.id))('%s', async (id) => {
    provideLuaFromPackage()
    await prepareScripting()
    const target = await loadTarget(id)
    const names = target.table.commands.map((command) => command.name.split('|'))
    const line = fc.tuple(fc.nat(2), fc.constantFrom(...names), fc.array(argument, { maxLength: 6 }))
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 14 }), (lines) => {
        let now = 1e12
        const result = startServer({
          target,
          conf: '',
          files: { read: () => null, write: () => undefined },
          clock: { now: () => now },
          random: seededRandom(3),
        })
        if (!result.started) throw new Error('did not start')
        const check = (reply: Reply): void => expect(JSON.stringify(plain(reply))).not.toContain('The simulator failed')
        const open = (): Connection =>
          result.server.connect({ kind: 'loopback' }, { push: check, closed: () => undefined })
        const connections = [open(), open(), open()]
        for (const [i, name, rest] of lines) {
          if (connections[i]?.closed !== false) connections[i] = open()
          connections[i]?.send([...name, ...rest]).replies.forEach(check)
          now += 50
          result.server.tick()
        }
      }),
      { numRuns: 60 },
    )
  })
})
