import { expect, test } from 'vitest'
import type { Connected } from '../../src/cli/server/connections'
import { describeImpact, impactOf } from '../../src/cli/server/impact'
import { usersOf } from '../analysis/users'

const client = (user: string, command: string, more: Partial<Connected> = {}): Connected => ({
  user,
  address: '10.0.0.2:4312',
  name: '',
  command,
  isReplica: false,
  subscribes: false,
  ...more,
})

async function told(before: string, after: string, connections: readonly Connected[]): Promise<string[]> {
  const { users: current, target } = await usersOf(before)
  const { users: wanted } = await usersOf(after)
  return impactOf(connections, current, wanted, target).map(describeImpact)
}

const before = 'user app on >x ~* &* +@all\n'

test('connections of a user that is deleted are closed, and told together', async () => {
  const connections = ['jedis', '', '', 'lettuce'].map((name) => client('app', 'get', { name }))
  expect(await told(before, 'user other on\n', [...connections, client('default', 'get')])).toEqual([
    'app: 4 connections are closed (jedis 10.0.0.2:4312, 10.0.0.2:4312, 10.0.0.2:4312 and 1 more)',
  ])
})

test.each([
  ['set', '+@all -set', ['SET']],
  ['config|get', '+@all -config', ['CONFIG GET']],
  // With other arguments it may still be allowed.
  ['config|get', '+@all -config +config|get', []],
  ['select', '-@all +select|0', []],
  ['set', '-@all +get (~x +set)', []],
  ['NULL', '-@all', []],
  ['get', '+get', []],
  // Needs no permission.
  ['auth', '-@all', []],
])(
  'a client that last ran %s is told of only where it may no longer run it, with %s',
  async (command, rules, denied) => {
    const after = `user app on >x ~* &* ${rules}\n`
    expect(await told(before, after, [client('app', command)])).toEqual(
      denied.map((name) => `app: 1 connection last ran ${name}, which it may no longer run (10.0.0.2:4312)`),
    )
  },
)

test('passwords that are no longer accepted, and channels that are no longer granted', async () => {
  const logIn =
    'app: 1 connection stays, but may fail to log in again: a password is no longer accepted (10.0.0.2:4312)'
  const app = [client('app', 'get')]
  expect(await told(before, before.replace('>x', '>y'), app)).toEqual([logIn])
  expect(await told(before, before.replace('on >x', 'off >x'), app)).toEqual([logIn])
  expect(await told(before, before.replace('>x', 'nopass'), app)).toEqual([])
  expect(await told(before, before.replace('>x', '>x >y'), app)).toEqual([])
  const subscriber = [client('app', 'subscribe', { subscribes: true })]
  expect(await told(before, before.replace('&*', 'resetchannels &news'), subscriber)).toEqual([
    'app: 1 connection is closed if subscribed to a channel that is no longer granted (10.0.0.2:4312)',
  ])
  expect(await told(before, before.replace('+@all', '+subscribe'), subscriber)).toEqual([])
  expect(await told(before, 'user other on\n', [client('app', 'replconf', { isReplica: true })])).toEqual([])
})
