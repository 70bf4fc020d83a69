import { expect, test } from 'vitest'
import { provideLuaFromPackage } from '../../src/cli/lua'
import type { TargetId } from '../../src/targets/target'
import { start, type Client } from './helper'

/** The answers of redis-server 8.0.2 and valkey-server 8.1.1, which agree in all of this. */
const targets: readonly TargetId[] = ['redis-8.0', 'valkey-8.1']

function section(client: Client, name: string): string[] {
  return String(client.say(`info ${name}`))
    .split('\r\n')
    .filter((line) => line.includes(':'))
    .map((line) => line.replace(/usec=\d+,usec_per_call=[\d.]+,/, ''))
    .sort()
}

/** What commands did to commandstats and errorstats; RESETSTAT and INFO themselves are left out. */
function counted(admin: Client, action: () => void): { commands: string[]; errors: string[] } {
  admin.say('config resetstat')
  action()
  const commands = section(admin, 'commandstats').filter((line) => !/resetstat|_info/.test(line))
  return { commands: commands.map((line) => line.replace('cmdstat_', '')), errors: section(admin, 'errorstats') }
}

test.each(targets)('%s: refusals before a command runs are rejected calls', async (target) => {
  const world = await start(target)
  const [admin, bob] = [world.client(), world.client()]
  admin.say('acl setuser bob on nopass +get +multi +exec +blpop ~a ~q')
  bob.say('auth bob x')
  expect(
    counted(admin, () => {
      for (const line of ['get', 'nosuch', 'config nosuch', 'config get', 'set a b', 'get zz']) bob.say(line)
    }),
  ).toEqual({
    commands: [
      'config|get:calls=0,rejected_calls=1,failed_calls=0',
      'get:calls=0,rejected_calls=2,failed_calls=0',
      'set:calls=0,rejected_calls=1,failed_calls=0',
    ],
    errors: ['errorstat_ERR:count=4', 'errorstat_NOPERM:count=2'],
  })
  expect(
    counted(admin, () => {
      for (const line of ['multi', 'set a b', 'exec']) bob.say(line)
    }),
  ).toEqual({
    commands: [
      'exec:calls=1,rejected_calls=0,failed_calls=1',
      'multi:calls=1,rejected_calls=0,failed_calls=0',
      'set:calls=0,rejected_calls=1,failed_calls=0',
    ],
    errors: ['errorstat_EXECABORT:count=1', 'errorstat_NOPERM:count=1'],
  })
  bob.say('multi')
  bob.say('get a')
  admin.say('acl setuser bob -get')
  expect(counted(admin, () => bob.say('exec'))).toEqual({
    commands: ['exec:calls=1,rejected_calls=0,failed_calls=1'],
    errors: ['errorstat_NOPERM:count=1'],
  })
})

test.each(targets)('%s: a command that waits is counted when it is done, or rejected then', async (target) => {
  const world = await start(target)
  const [admin, bob] = [world.client(), world.client()]
  admin.say('acl setuser bob on nopass +blpop ~q')
  bob.say('auth bob x')
  const blpop = (line: string): string[] => section(admin, 'commandstats').filter((one) => one.includes(line))
  counted(admin, () => bob.say('blpop q 0'))
  expect(blpop('blpop')).toEqual([])
  admin.say('rpush q 1')
  expect(blpop('blpop')).toEqual(['cmdstat_blpop:calls=1,rejected_calls=0,failed_calls=0'])
  expect(
    counted(admin, () => {
      bob.say('blpop q 0')
      admin.say('acl setuser bob -blpop')
      admin.say('rpush q 1')
    }),
  ).toEqual({
    commands: [
      'acl|setuser:calls=1,rejected_calls=0,failed_calls=0',
      'blpop:calls=0,rejected_calls=1,failed_calls=0',
      'rpush:calls=1,rejected_calls=0,failed_calls=0',
    ],
    errors: ['errorstat_NOPERM:count=1'],
  })
})

test.each(targets)('%s: CONFIG RESETSTAT counts itself and leaves what the ACL denied', async (target) => {
  const world = await start(target)
  const [admin, bob] = [world.client(), world.client()]
  admin.say('acl setuser bob on nopass +get ~a')
  for (const line of ['auth nosuch x', 'auth bob x', 'set a b', 'get zz']) bob.say(line)
  admin.say('config resetstat')
  expect(section(admin, 'commandstats')).toEqual(['cmdstat_config|resetstat:calls=1,rejected_calls=0,failed_calls=0'])
  expect(section(admin, 'stats').filter((line) => line.startsWith('acl_access'))).toEqual([
    'acl_access_denied_auth:1',
    'acl_access_denied_channel:0',
    'acl_access_denied_cmd:1',
    'acl_access_denied_key:1',
  ])
})

test.each(targets)('%s: an error that a script passes on is counted once', async (target) => {
  provideLuaFromPackage()
  const world = await start(target)
  const [admin, bob] = [world.client(), world.client()]
  await world.server.prepare(['EVAL', '', '0'])
  bob.say('lpush a 1')
  expect(
    counted(admin, () => {
      bob.say(`eval "return redis.call('get','a')" 0`)
      bob.say(`eval "return redis.pcall('get','a')" 0`)
      bob.say(`eval "return redis.error_reply('my err')" 0`)
      bob.say('eval "syntax x" 0')
    }),
  ).toEqual({
    commands: ['eval:calls=4,rejected_calls=0,failed_calls=4', 'get:calls=2,rejected_calls=0,failed_calls=2'],
    errors: ['errorstat_ERR:count=1', 'errorstat_WRONGTYPE:count=2', 'errorstat_my:count=1'],
  })
})

test.each(targets)('%s: MONITOR shows a script before the commands that it runs', async (target) => {
  provideLuaFromPackage()
  const world = await start(target)
  const [monitor, bob] = [world.client(), world.client()]
  await world.server.prepare(['EVAL', '', '0'])
  monitor.say('monitor')
  const shown = (...lines: string[]): string[] => {
    for (const line of lines) bob.say(line)
    return monitor.heard().map((line) =>
      String(line)
        .replace(/^\+[\d.]+ \[(\d) (?:lua|\S+)\]/, '[$1]')
        .replaceAll('\\"', '"'),
    )
  }
  expect(shown(`eval "return redis.call('set','k','v')" 0`)).toEqual([
    `[0] "eval" "return redis.call('set','k','v')" "0"`,
    '[0] "set" "k" "v"',
  ])
  expect(shown('eval_ro "return 1" 0', 'eval x y', 'evalsha nosuch 0', 'fcall nosuch 0', 'fcall_ro nosuch 0')).toEqual([
    '[0] "eval_ro" "return 1" "0"',
    '[0] "eval" "x" "y"',
    '[0] "evalsha" "nosuch" "0"',
    '[0] "fcall" "nosuch" "0"',
    '[0] "fcall_ro" "nosuch" "0"',
  ])
  expect(shown('multi', `eval "return redis.call('set','k','v')" 0`, 'get k', 'exec')).toEqual([
    '[0] "multi"',
    `[0] "eval" "return redis.call('set','k','v')" "0"`,
    '[0] "set" "k" "v"',
    '[0] "get" "k"',
    '[0] "exec"',
  ])
})

test('MONITOR of Redis 6.0 shows EXEC, and scripts after their commands', async () => {
  const world = await start('redis-6.0')
  const [monitor, bob] = [world.client(), world.client()]
  monitor.say('monitor')
  for (const line of ['multi', 'get k', 'exec']) bob.say(line)
  expect(monitor.heard().map((line) => /"(.*)"/.exec(String(line))?.[1])).toEqual(['multi', 'get" "k', 'exec'])
})
