import { expect, test } from 'vitest'
import { fromText } from '../../src/acl/bytes'
import { serve } from '../../src/cli/serve'
import { freePort } from '../../src/library/free-port'
import type { SimulatedServer } from '../../src/server/server'

const run = (log: (line: string) => void, conf: string): ReturnType<typeof serve> =>
  serve({ target: 'redis-8.0', modules: false, confPath: null, extraConf: fromText(`port 0\n${conf}`), log })

/** Waits until a condition holds, for two seconds at most. */
async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 200 && !condition(); i++) await new Promise((resolve) => setTimeout(resolve, 10))
  expect(condition()).toBe(true)
}

function say(server: SimulatedServer, ...argv: string[]): unknown {
  return server.connect({ kind: 'loopback' }, { push: () => undefined, closed: () => undefined }).send(argv).replies
}

test('a replica is linked once its primary accepts its user', async () => {
  const lines: string[] = []
  const port = await freePort()
  const primary = await run(
    () => undefined,
    `port ${port}\nuser default on nopass +@all ~* &*\nuser replica on >pw +psync +replconf +ping\n`,
  )
  const replica = await run(
    (line) => lines.push(line),
    `port ${await freePort()}\nmasteruser replica\nmasterauth wrong\n`,
  )
  try {
    say(replica.server, 'REPLICAOF', '127.0.0.1', String(port))
    await until(() => lines.some((line) => line.startsWith('Unable to AUTH to MASTER: -WRONGPASS')))
    expect(replica.server.primary?.isUp).toBe(false)
    say(replica.server, 'CONFIG', 'SET', 'masterauth', 'pw')
    await until(() => replica.server.primary?.isUp === true)
    expect(say(replica.server, 'SET', 'k', 'v')).toMatchObject([
      { text: expect.stringMatching(/^READONLY /) as string },
    ])
    say(replica.server, 'REPLICAOF', 'NO', 'ONE')
    expect(replica.server.primary).toBeNull()
    expect(say(replica.server, 'SET', 'k', 'v')).toMatchObject([{ text: 'OK' }])
  } finally {
    await replica.stop()
    await primary.stop()
  }
})
