import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Connection } from '../../src/server/types'
import { loadTarget } from '../../src/targets/load'
import { asRecorded } from '../conformance/compare'
import { seededRandom } from '../conformance/replay'
import { installedOracles, LiveServer } from './oracle'
import { WireClient } from './wire'
import { startSimulated } from './simulated'

const seed = Number(process.env.SEED ?? 1)
const scenarios = Number(process.env.ENCODINGS ?? 60)

/** Directives of thresholds with values that random commands cross. */
const thresholds: readonly (readonly [string, readonly string[]])[] = [
  ['list-max-listpack-size', ['-2', '-1', '-5', '4', '1', '0', '100']],
  ['list-max-ziplist-size', ['-2', '3']],
  ['hash-max-listpack-entries', ['512', '4', '0']],
  ['hash-max-listpack-value', ['64', '5']],
  ['hash-max-ziplist-entries', ['512', '6']],
  ['set-max-intset-entries', ['512', '3', '0']],
  ['set-max-listpack-entries', ['128', '4', '0']],
  ['set-max-listpack-value', ['64', '5']],
  ['zset-max-listpack-entries', ['128', '4', '0']],
  ['zset-max-ziplist-value', ['64', '5']],
]

describe.each(installedOracles())('$target', ({ program, target }) => {
  let live: LiveServer
  let real: WireClient
  let simulated: Connection

  beforeAll(async () => {
    live = await LiveServer.start(program)
    real = await WireClient.open(live.port)
    const server = startSimulated(await loadTarget(target), '', seed)
    simulated = server.connect({ kind: 'loopback' }, { push: () => {}, closed: () => {} })
  })

  afterAll(async () => {
    real.close()
    await live.stop()
  })

  async function same(asked: string[], ...argv: string[]): Promise<void> {
    asked.push(argv.map((word) => (word.length > 20 ? `<${word.length}>` : word)).join(' '))
    const reply = simulated.send(argv).replies[0]
    expect({ asked, reply: reply === undefined ? undefined : asRecorded(reply, 2) }).toEqual({
      asked,
      reply: await real.send(argv),
    })
  }

  test('values have the encodings of the server', async () => {
    const random = seededRandom(seed)
    const pick = <T>(...items: readonly T[]): T => items[random.below(items.length)] as T
    const word = () =>
      pick(
        () => String(random.below(20) - 5),
        () => String(random.below(100_000)),
        () => 'abcdefgh'.slice(0, 1 + random.below(8)),
        () => 'xyz'.charAt(random.below(3)).repeat(pick(10, 64, 65, 700, 3000, 5000, 9000)),
      )()
    const words = (most: number) => Array.from({ length: 1 + random.below(most) }, word)
    const index = () => String(random.below(20) - 6)
    const scored = () => words(6).flatMap((member) => [String(random.below(10)), member])
    const commands: readonly (() => string[])[] = [
      () => [pick('RPUSH', 'LPUSH'), 'l', ...words(pick(3, 40))],
      () => [pick('RPUSH', 'LPUSH'), 'l2', ...words(pick(3, 40))],
      () => [pick('LPOP', 'RPOP'), 'l', String(random.below(12))],
      () => ['LSET', 'l', index(), word()],
      () => ['LINSERT', 'l', pick('BEFORE', 'AFTER'), word(), word()],
      () => ['LREM', 'l', index(), word()],
      () => ['LTRIM', 'l', pick('0', '1', '2'), pick('-1', '-2', '30', '10')],
      () => ['LMOVE', pick('l', 'l2'), pick('l', 'l2'), pick('LEFT', 'RIGHT'), pick('LEFT', 'RIGHT')],
      () => ['SORT', pick('l', 's'), 'ALPHA', 'STORE', 'l2'],
      () => ['HSET', 'h', ...words(8).flatMap((field) => [field, word()])],
      () => ['HSETNX', 'h', word(), word()],
      () => ['HDEL', 'h', ...words(3)],
      () => ['SADD', 's', ...words(8)],
      () => ['SADD', 's2', ...Array.from({ length: 1 + random.below(6) }, () => String(random.below(30)))],
      () => ['SREM', 's', ...words(8)],
      () => ['SMOVE', 's', 's2', word()],
      () => [pick('SUNIONSTORE', 'SINTERSTORE', 'SDIFFSTORE'), 's3', pick('s', 's2'), pick('s2', 's3')],
      () => ['ZADD', 'z', ...scored()],
      () => ['ZADD', pick('z', 'z2'), 'XX', ...scored()],
      () => ['ZREM', 'z', ...words(4)],
      () => ['ZUNIONSTORE', 'z2', '2', 'z', pick('s', 'z2')],
      () => ['ZRANGESTORE', 'z2', 'z', '0', pick('2', '-1')],
      () => ['COPY', pick('l', 'h', 's', 'z'), 'copy', 'REPLACE'],
      () => ['DEL', pick('l', 'l2', 'h', 's', 's2', 's3', 'z', 'z2')],
    ]
    for (let scenario = 0; scenario < scenarios; scenario++) {
      const asked: string[] = []
      await same(asked, 'FLUSHALL')
      for (const [name, [value = '']] of thresholds) await same(asked, 'CONFIG', 'SET', name, value)
      for (let step = 0; step < 80; step++) {
        const [name, values] = pick(...thresholds)
        if (random.below(12) === 0) await same(asked, 'CONFIG', 'SET', name, pick(...values))
        const [command = '', key = '', ...rest] = pick(...commands)()
        await same(asked, command, key, ...rest)
        for (const changed of new Set([key, ...rest.filter((argument) => /^[lsz]2$/.test(argument)), 'copy']))
          await same(asked, 'OBJECT', 'ENCODING', changed)
      }
    }
  })
})
