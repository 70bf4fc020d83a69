import { expect, test } from 'vitest'
import { startServer } from '../../src/server/start'
import { loadTarget } from '../../src/targets/load'

test('percentiles are checked one by one: the first bad one decides the error, as on Redis 8.0.2', async () => {
  const started = startServer({
    target: await loadTarget('redis-8.0'),
    conf: '',
    files: { read: () => null, write: () => undefined },
    clock: { now: () => 0 },
    random: { bytes: (n) => 'a'.repeat(n), below: () => 0 },
  })
  if (!started.started) throw new Error(started.message)
  const client = started.server.connect({ kind: 'loopback' }, { push: () => undefined, closed: () => undefined })
  const set = (value: string): unknown =>
    client.send(['CONFIG', 'SET', 'latency-tracking-info-percentiles', value]).replies[0]
  expect(set('-1 1kb')).toMatchObject({ text: expect.stringContaining('should sit between') as string })
  expect(set('1kb -1')).toMatchObject({ text: expect.stringContaining('Invalid latency') as string })
})
