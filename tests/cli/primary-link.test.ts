import { createServer } from 'node:net'
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

/** The replies to PING, REPLCONF twice and PSYNC. */
const ACCEPTED = `+PONG\r\n+OK\r\n+OK\r\n+FULLRESYNC ${'0'.repeat(40)} 0\r\n`
/** An RDB file without data. */
const EMPTY = `$18\r\nREDIS0012\xff${'\0'.repeat(8)}`

/** Listens as a primary that sends a text and then the same piece again and again, until the replica hangs up. */
async function hostile(first: string, piece: string) {
  const sent: number[] = []
  const listener = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.resume()
    socket.write(first, 'latin1')
    const write = () => {
      while (piece !== '' && socket.writable && socket.write(piece, 'latin1'));
    }
    socket.on('drain', write)
    socket.on('close', () => sent.push(socket.bytesWritten))
    write()
  })
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const address = listener.address()
  return { sent, port: typeof address === 'object' ? (address?.port ?? 0) : 0, close: () => listener.close() }
}

test.each([
  ['a line without end', '', 'x'.repeat(65536), 'its reply is too long'],
  ['a head without end', ACCEPTED, 'x'.repeat(65536), 'unexpected reply xxx'],
  ['a head of something else', `${ACCEPTED}$EOF:0\r\n`, '', 'unexpected reply $EOF:0'],
  ['a file of 400 MB', `${ACCEPTED}$400000000\r\n`, 'x'.repeat(65536), 'the data are larger than 16 MB'],
  ['a file of another kind', `${ACCEPTED}$10\r\n0123456789`, '', 'wrong signature of the RDB file'],
  ['an argument of 400 MB', `${ACCEPTED}${EMPTY}*1\r\n$400000000\r\n`, '', 'ERR Protocol error: invalid bulk length'],
  [
    'many long arguments',
    `${ACCEPTED}${EMPTY}*1000000\r\n`,
    `$65536\r\n${'x'.repeat(65536)}\r\n`,
    'a change is too large',
  ],
])('a primary that sends %s is left, and clients are answered', async (_, first, piece, problem) => {
  const lines: string[] = []
  const primary = await hostile(first, piece)
  const replica = await run((line) => lines.push(line), `port ${await freePort()}\n`)
  try {
    say(replica.server, 'REPLICAOF', '127.0.0.1', String(primary.port))
    await expect.poll(() => primary.sent.length, { timeout: 20_000 }).toBeGreaterThan(0)
    expect(lines.find((line) => line.startsWith('Failed to sync'))).toContain(
      `Failed to sync with the primary: ${problem}`,
    )
    expect(primary.sent[0]).toBeLessThan(64 * 1024 * 1024)
    expect(say(replica.server, 'PING')).toMatchObject([{ text: 'PONG' }])
    say(replica.server, 'REPLICAOF', 'NO', 'ONE')
  } finally {
    await replica.stop()
    primary.close()
  }
})

test('blank lines before the data keep the link alive and take no memory', async () => {
  const primary = await hostile(`${ACCEPTED}${'\n'.repeat(100_000)}${EMPTY}`, '')
  const replica = await run(() => undefined, `port ${await freePort()}\n`)
  try {
    say(replica.server, 'REPLICAOF', '127.0.0.1', String(primary.port))
    await until(() => replica.server.primary?.isUp === true)
    say(replica.server, 'REPLICAOF', 'NO', 'ONE')
  } finally {
    await replica.stop()
    primary.close()
  }
})

test('the host of REPLICAOF ends at its first NUL, and is compared without case', async () => {
  const replica = await run(() => undefined, `port ${await freePort()}\n`)
  const ok = [{ type: 'simple', text: 'OK' }]
  const already = [{ type: 'simple', text: 'OK Already connected to specified master' }]
  try {
    for (const [host, shown] of [
      ['\0', ''],
      ['', ''],
      ['a\0b', 'a'],
      ['x y', 'x y'],
    ] as const) {
      say(replica.server, 'REPLICAOF', 'NO', 'ONE')
      expect(say(replica.server, 'REPLICAOF', host, '1')).toEqual(ok)
      expect(say(replica.server, 'ROLE')).toEqual([['slave', shown, 1, 'connect', -1]])
      expect(say(replica.server, 'REPLICAOF', host.toUpperCase(), '1')).toEqual(already)
    }
    expect(say(replica.server, 'REPLICAOF', 'no\0x', 'one\0y')).toEqual(ok)
    expect(say(replica.server, 'ROLE')).toEqual([['master', 0, []]])
  } finally {
    await replica.stop()
  }
})
