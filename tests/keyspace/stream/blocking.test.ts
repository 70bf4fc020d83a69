import { expect, test } from 'vitest'
import { start } from '../../server/helper'

test('every reader of a stream hears of a new entry, one consumer of a group gets it', async () => {
  const world = await start('redis-8.0')
  const [writer, reader, ann, bob] = [world.client(), world.client(), world.client(), world.client()]
  writer.say('XGROUP CREATE s g $ MKSTREAM')
  reader.say('XREAD BLOCK 0 STREAMS s $')
  ann.say('XREADGROUP GROUP g ann BLOCK 0 STREAMS s >')
  bob.say('XREADGROUP GROUP g bob BLOCK 0 STREAMS s >')
  writer.say('XADD s 1-1 f v')
  const news = [[['s', [['1-1', ['f', 'v']]]]]]
  expect([reader.heard(), ann.heard(), bob.heard()]).toEqual([news, news, []])
  expect(writer.say('XPENDING s g')).toEqual([1, '1-1', '1-1', [['ann', '1']]])
})

test.each([
  ['redis-6.2', 'XGROUP DESTROY s g', '-NOGROUP the consumer group this client was blocked on no longer exists'],
  ['redis-7.0', 'DEL s', '-UNBLOCKED the stream key no longer exists'],
  ['redis-8.0', 'XGROUP DESTROY s g', "-NOGROUP No such key 's' or consumer group 'g' in XREADGROUP with GROUP option"],
  ['redis-8.0', 'SET s x', '-WRONGTYPE Operation against a key holding the wrong kind of value'],
] as const)('%s: %s ends the wait for a group', async (target, line, error) => {
  const world = await start(target)
  const [writer, reader] = [world.client(), world.client()]
  writer.say('XGROUP CREATE s g $ MKSTREAM')
  reader.say('XREADGROUP GROUP g c BLOCK 0 STREAMS s >')
  writer.say(line)
  expect(reader.heard()).toEqual([error])
})

test.each([
  ['redis-7.0', ['q', 'x']],
  ['redis-8.0', '-WRONGTYPE Operation against a key holding the wrong kind of value'],
] as const)('%s: a list for a client that waits for two keys, one of which became a stream', async (target, heard) => {
  const world = await start(target)
  const [writer, reader] = [world.client(), world.client()]
  reader.say('BLPOP k q 0')
  writer.say('XADD k 1-1 f v')
  expect(reader.heard()).toEqual([])
  writer.say('RPUSH q x')
  expect(reader.heard()).toEqual([heard])
})
