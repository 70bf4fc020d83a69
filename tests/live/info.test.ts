import { describe, expect, test } from 'vitest'
import { startServer } from '../../src/server/start'
import { loadTarget } from '../../src/targets/load'
import { asRecorded } from '../conformance/compare'
import { seededRandom } from '../conformance/replay'
import { installedOracles, LiveServer } from './oracle'
import { WireClient } from './wire'

/** Splits INFO into lines: a heading, or the name of a field. Names of one command or database keep their value's shape. */
function shape(reply: unknown): string[] {
  const text = typeof reply === 'object' && reply !== null && 'v' in reply ? String(reply.v) : String(reply)
  return text
    .replace(/^txt:/, '')
    .split('\r\n')
    .map((line) => {
      const [name = '', value = ''] = line.split(/:(.*)/s)
      return /^(db\d+|cmdstat_|latency_|module|listener)/.test(name)
        ? `${name}:${value.replace(/\b(?!db)\d[\d.]*/g, '0')}`
        : name
    })
}

/** The commands in an order of their own, as both servers keep them in tables. */
function sorted(lines: readonly string[]): string[] {
  const isCommand = (line: string) => /^(cmdstat_|latency_)/.test(line)
  return [...lines.filter((line) => !isCommand(line)), ...lines.filter(isCommand).sort()]
}

describe.each(installedOracles())('$target beside the real server', ({ program, target: id }) => {
  test('INFO has the same sections and fields in the same order', async () => {
    const live = await LiveServer.start(program, ['--protected-mode', 'no'])
    const started = startServer({
      target: await loadTarget(id),
      conf: `port ${live.port}\nbind 127.0.0.1\nsave ""\n`,
      files: { read: () => null, write: () => undefined },
      clock: { now: () => Date.now() },
      random: seededRandom(1),
      confPath: null,
    })
    if (!started.started) throw new Error(started.message)
    const real = await WireClient.open(live.port)
    const { server } = started
    const simulated = server.connect({ kind: 'loopback' }, { push: () => undefined, closed: () => undefined })
    const lines = [
      'SET s abc',
      'RPUSH l 1 2 3 4 5',
      'SADD set a b',
      'HSET h a 1 b 2 c 3',
      'ZADD z 1 a',
      'XADD x 1-1 f v',
      'GET s',
      'INFO',
      'INFO everything',
      'INFO keyspace keysizes nosuch clients',
      'INFO cpu server',
      'INFO default commandstats',
      'INFO nosuch',
    ]
    for (const line of lines) {
      const argv = line.split(' ')
      const wanted = await real.send(argv)
      await server.prepare(argv)
      const [reply] = simulated.send(argv).replies
      const got = asRecorded(reply ?? null, 2)
      if (argv[0] === 'INFO') expect([line, sorted(shape(got))]).toEqual([line, sorted(shape(wanted))])
    }
    real.close()
    await live.stop()
  })
})
