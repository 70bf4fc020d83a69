import { expect, test } from 'vitest'
import { start } from './helper'

test.each([
  ['redis-6.2', [], []],
  ['redis-7.0', [['push', 'subscribe', 'c', 1]], [['push', 'message', 'c', 'x']]],
] as const)('%s: what CLIENT REPLY OFF lets pass', async (target, confirmed, heard) => {
  const world = await start(target)
  const [muted, other] = [world.client(), world.client()]
  muted.say('CLIENT REPLY OFF')
  expect(muted.exchange('SUBSCRIBE c').replies).toHaveLength(confirmed.length)
  expect(other.say('PUBLISH c x')).toBe(1)
  expect(muted.heard()).toEqual(heard)
})

test('CLIENT REPLY SKIP mutes a command that waits, and only it', async () => {
  const world = await start('redis-8.0')
  const [muted, other] = [world.client(), world.client()]
  muted.say('CLIENT REPLY SKIP')
  muted.say('BLPOP l 0')
  other.say('RPUSH l a')
  expect([muted.heard(), muted.say('PING')]).toEqual([[], '+PONG'])
})
