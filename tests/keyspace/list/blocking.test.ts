import { expect, test } from 'vitest'
import { start } from '../../server/helper'

test('clients that wait are served in the order in which they began to', async () => {
  const world = await start('redis-8.0')
  const [writer, first, second, third] = [world.client(), world.client(), world.client(), world.client()]
  first.say('BLPOP a b 0')
  second.say('BLPOP a 0')
  third.say('BRPOP b a 0')
  expect(writer.say('RPUSH a 1 2')).toBe(2)
  expect([first.heard(), second.heard(), third.heard()]).toEqual([[['a', '1']], [['a', '2']], []])
  writer.say('RPUSH b x')
  expect(third.heard()).toEqual([['b', 'x']])
})

test('a moved element wakes whoever waits for its new list', async () => {
  const world = await start('valkey-8.1')
  const [writer, mover, popper] = [world.client(), world.client(), world.client()]
  mover.say('BLMOVE a b LEFT RIGHT 0')
  popper.say('BLPOP b 0')
  writer.say('LPUSH a v')
  expect([mover.heard(), popper.heard()]).toEqual([['v'], [['b', 'v']]])
  expect(writer.say('EXISTS a b')).toBe(0)
})

test('a key of another type wakes nobody; the destination is checked when there is something to move', async () => {
  const world = await start('redis-7.2')
  const [writer, popper, mover] = [world.client(), world.client(), world.client()]
  popper.say('BLPOP a 0')
  writer.say('SADD a x')
  writer.say('DEL a')
  writer.say('SET s x')
  mover.say('BLMOVE l s LEFT RIGHT 0')
  expect([popper.heard(), mover.heard()]).toEqual([[], []])
  writer.say('RPUSH l v')
  expect(mover.heard()).toEqual(['-WRONGTYPE Operation against a key holding the wrong kind of value'])
  expect(writer.say('LRANGE l 0 -1')).toEqual(['v'])
})

test('waiting ends with its time, and in a transaction at once', async () => {
  const world = await start('redis-8.0')
  const client = world.client()
  client.say('BLPOP a 0.5')
  world.wait(600)
  expect(client.heard()).toEqual([null])
  client.say('MULTI')
  client.say('BLPOP a 0')
  client.say('BLMOVE a b LEFT LEFT 0')
  client.say('XREAD BLOCK 0 STREAMS s $')
  client.say('BZPOPMIN z 0')
  expect(client.say('EXEC')).toEqual([null, null, null, null])
})
