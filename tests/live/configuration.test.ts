import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Bytes } from '../../src/acl/bytes'
import { startServer } from '../../src/server/start'
import { loadTarget } from '../../src/targets/load'
import { asRecorded, matches } from '../conformance/compare'
import { seededRandom } from '../conformance/replay'
import { installedOracles, LiveServer } from './oracle'
import { WireClient } from './wire'

const onDemand = process.env.npm_lifecycle_event === 'test:live'
const seed = Number(process.env.SEED ?? (onDemand ? Date.now() % 1_000_000_000 : 1))
const rounds = onDemand ? 40 : 8

/** Directives whose values are checked by rules of their own, or kept as text. */
const directives = [
  'save',
  'latency-tracking-info-percentiles',
  'oom-score-adj-values',
  'client-output-buffer-limit',
  'maxmemory-clients',
  'maxmemory',
  'shutdown-on-sigterm',
  'notify-keyspace-events',
  'acl-pubsub-default',
  'proc-title-template',
  'cluster-announce-hostname',
  'replica-announce-ip',
  'acllog-max-len',
  'slowlog-log-slower-than',
  'timeout',
  'tls-ciphers',
]
const words = [
  '1',
  '2',
  '0',
  '-1',
  '50.5',
  '5%',
  '1kb',
  'normal',
  'pubsub',
  'save',
  'now',
  'force',
  'allchannels',
  'KEA',
]
const separators = [' ', ' ', ' ', '  ', '\n', '\t', '"', '\\', '\xe9']
const configurations = [
  '',
  'acl-pubsub-default allchannels\n',
  'acl-pubsub-default resetchannels\nsave 1 2\nsave 3 4\n',
  'rename-command GET FETCH\nrename-command FLUSHALL ""\n',
  'requirepass sesame-open\n',
  'client-output-buffer-limit pubsub 1mb 0 0\nlatency-tracking-info-percentiles 1 2\n',
]

describe.each(installedOracles())('$target: configuration', ({ program, target: id }) => {
  test(`${rounds} random configurations, CONFIG SET, CONFIG REWRITE and MONITOR (SEED=${seed})`, async () => {
    const target = await loadTarget(id)
    const random = seededRandom(seed)
    const pick = <T>(items: readonly T[]): T => items[random.below(items.length)] as T
    const value = (): Bytes =>
      Array.from({ length: random.below(5) }, (_, i) => (i === 0 ? '' : pick(separators)) + pick(words)).join('')
    const folder = mkdtempSync(join(tmpdir(), 'acl-configuration-'))
    const differences: unknown[] = []
    try {
      for (let round = 0; round < rounds && differences.length < 5; round++) {
        const conf = pick(configurations)
        const path = join(folder, `${round}.conf`)
        writeFileSync(path, conf)
        const live = await LiveServer.start(program, [], { conf: path })
        const written: { text: Bytes } = { text: conf }
        const started = startServer({
          target,
          conf: `${conf}port ${live.port}\n`,
          files: { read: () => written.text, write: (_, text) => void (written.text = text) },
          clock: { now: () => Date.now() },
          random,
        })
        if (!started.started) throw new Error(started.message)
        const seen: Bytes[] = []
        const monitor = started.server.connect(
          { kind: 'loopback' },
          { push: (reply) => seen.push(String(asRecorded(reply, 2) && JSON.stringify(reply))), closed: () => {} },
        )
        const simulated = started.server.connect({ kind: 'loopback' }, { push: () => {}, closed: () => {} })
        const [client, watcher] = [await WireClient.open(live.port), await WireClient.open(live.port)]
        const ask = async (...argv: Bytes[]): Promise<void> => {
          const real = await client.send(argv)
          const [reply = null] = simulated.send(argv).replies
          const got = asRecorded(reply, 2)
          if (!matches(real, got)) differences.push({ conf, argv, real, simulated: got })
        }
        await ask('GET', 'k')
        await ask('AUTH', 'wrong')
        await ask('AUTH', 'sesame-open')
        await watcher.send(['AUTH', 'sesame-open'])
        monitor.send(['AUTH', 'sesame-open'])
        await watcher.send(['MONITOR'])
        monitor.send(['MONITOR'])
        const names = directives.filter((name) => target.behaviours.configTakesMany || !name.includes('percentiles'))
        for (let n = 0; n < 15; n++) {
          const name = pick(names)
          await ask('CONFIG', 'SET', name, value())
          await ask('CONFIG', 'GET', name)
          await ask('ACL', 'SETUSER', `u${n}`, 'on')
          await ask('ACL', 'GETUSER', `u${n}`)
          await ask(pick(['GET', 'FETCH', 'FLUSHALL', 'PING']), 'k')
          await ask('MULTI')
          await ask('ECHO', value())
          await ask('EXEC')
        }
        await ask('ECHO', 'the end')
        const heard: string[] = []
        while (!heard.at(-1)?.includes('the end')) heard.push(JSON.stringify(await watcher.next()))
        const shown = (lines: readonly string[]): string[] =>
          lines.map((line) => line.replace(/^.*?\] /, '').replace(/"[^"]*$/, ''))
        if (JSON.stringify(shown(heard)) !== JSON.stringify(shown(seen)))
          differences.push({ conf, real: shown(heard).slice(0, 20), simulated: shown(seen).slice(0, 20) })
        await ask('CONFIG', 'REWRITE')
        // Where no line was before, a server adds its lines in no order.
        const lines = (text: string): string[] =>
          text
            .split('\n')
            .filter((line) => line !== '' && !/^(dir|port|bind|appendonly) /.test(line))
            .sort()
        const real = lines(readFileSync(path, 'latin1'))
        if (JSON.stringify(real) !== JSON.stringify(lines(written.text)))
          differences.push({ conf, real, simulated: lines(written.text) })
        client.close()
        watcher.close()
        await live.stop()
      }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
    expect(differences).toEqual([])
  }, 120_000)
})
