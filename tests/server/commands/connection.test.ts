import { expect, test } from 'vitest'
import type { TargetId } from '../../../src/targets/target'
import { start } from '../helper'

test.each<TargetId>(['redis-6.0', 'redis-6.2'])('%s knows POST and host: as commands', async (id) => {
  const world = await start(id)
  const client = world.client()
  expect(client.say('multi')).toBe('+OK')
  expect(client.say('post / http/1.1')).toBe('+QUEUED')
  expect(client.say('Host: example.org')).toBe('+QUEUED')
  expect(client.hungUp).toBe(false)
  expect(client.say('discard')).toBe('+OK')
  client.say('acl setuser bob on nopass +ping')
  const bob = world.client()
  bob.say('auth bob x')
  const refusal = "-NOPERM this user has no permissions to run the 'post' command or its subcommand"
  expect(bob.say('post / http/1.1')).toBe(refusal)
  expect(bob.hungUp).toBe(false)
  expect(client.say('post / http/1.1')).toBeUndefined()
  expect(client.connection.closed).toBe(true)
})

test.each<TargetId>(['redis-7.0', 'redis-8.0', 'valkey-8.1'])(
  '%s hangs up on POST and Host: before any check',
  async (id) => {
    const world = await start(id, ['user default on >pw ~* +@all'])
    for (const line of ['post / http/1.1', 'Host: example.org']) {
      const client = world.client()
      expect(client.say(line)).toBeUndefined()
      expect(client.connection.closed).toBe(true)
    }
  },
)

test.each<TargetId>(['redis-8.0', 'valkey-8.1'])('%s takes ABORT for SHUTDOWN by itself only', async (id) => {
  const client = (await start(id)).client()
  for (const words of ['nosave force abort', 'now abort', 'save abort', 'save nosave', 'nosuch'])
    expect(client.say(`shutdown ${words}`)).toBe('-ERR syntax error')
  expect(client.say('shutdown abort')).toBe('-ERR No shutdown in progress.')
  expect(client.connection.closed).toBe(false)
})
