import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createConnection, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test, vi } from 'vitest'
import { memoryShares, SharedMemory, type Holder } from '../../src/cli/memory'
import { SimulatedServer } from '../../src/server/server'
import { builtProgram } from './built'
import { freePort } from '../../src/library/free-port'
import { exchange, running } from './running'
import { processorTime } from '../processor-time'

const stops: (() => void | Promise<void>)[] = []
afterEach(async () => {
  vi.restoreAllMocks()
  await Promise.all(stops.splice(0).map((stop) => stop()))
})

/** The command line in a process of its own, so that its memory and its pauses are its own. */
async function inProcess(...words: string[]): Promise<{ readonly port: number; readonly megabytes: () => number }> {
  const port = await freePort()
  const child: ChildProcess = spawn(process.execPath, [builtProgram(), 'serve', '--port', String(port), ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  stops.push(() => void child.kill('SIGKILL'))
  let out = ''
  while (!out.includes('Ready to accept')) out += String((await once(child.stdout!, 'data'))[0])
  child.stdout!.resume()
  const rss = (): number => Number(execFileSync('ps', ['-o', 'rss=', '-p', String(child.pid)], { encoding: 'utf8' }))
  return { port, megabytes: () => rss() / 1024 }
}

async function connected(port: number): Promise<Socket> {
  const socket = createConnection(port, '127.0.0.1').setNoDelay(true)
  stops.push(() => void socket.destroy())
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return socket
}

/** Waits for an event, whatever errors come before it. */
const happens = (socket: Socket, event: 'close' | 'drain'): Promise<void> =>
  new Promise((done) => void socket.once(event, () => done()))

/** Reads until so many bytes have come, or the server hangs up; tells how many those were. */
function received(socket: Socket, wanted: number): Promise<number> {
  return new Promise((done) => {
    let bytes = 0
    socket.on('data', (data) => {
      bytes += data.length
      if (bytes >= wanted) done(bytes)
    })
    socket.on('close', () => done(bytes))
  })
}

/** Sends without reading until the server takes no more or hangs up; tells how much it took. */
async function flood(socket: Socket, piece: Buffer, most: number): Promise<{ sent: number; closed: boolean }> {
  socket.pause()
  let sent = 0
  while (sent < most && !socket.destroyed) {
    sent += piece.length
    if (socket.write(piece)) continue
    const more = await Promise.race([happens(socket, 'drain'), happens(socket, 'close'), sleep(1000, 'late')])
    if (more === 'late') break
  }
  return { sent: sent - socket.writableLength, closed: socket.destroyed }
}

/** Pings as long as something goes on, and returns the times in milliseconds, the longest last. */
async function pingsDuring(port: number, action: Promise<unknown>): Promise<number[]> {
  const socket = await connected(port)
  const times: number[] = []
  let goesOn = true
  void action.finally(() => (goesOn = false))
  while (goesOn) {
    const start = performance.now()
    socket.write('PING\r\n')
    await once(socket, 'data')
    times.push(performance.now() - start)
    await sleep(5)
  }
  return times.sort((a, b) => a - b)
}

/** A busy machine is slow now and then: what counts is that clients are served as a rule. */
const median = (times: readonly number[]): number => times[times.length >> 1] ?? 0

test('replies longer than the longest string arrive, and other clients are served meanwhile', async () => {
  const { port, megabytes } = await inProcess()
  expect(await exchange(port, 'SETRANGE k 300000000 x\r\n')).toBe(':300000001\r\n')
  const reader = await connected(port)
  const all = received(reader, 600_000_034)
  reader.write('MGET k k\r\n')
  const times = await pingsDuring(port, all)
  expect(await all).toBe(600_000_034)
  expect(times.length).toBeGreaterThan(10)
  expect(median(times)).toBeLessThan(100)
  // A script's answer: as much, in many pieces. It arrives, or this client is closed.
  const script = await connected(port)
  const code = 'local t = {} local s = string.rep("x", 1000000) for i = 1, 600 do t[i] = s end return t'
  script.write(`*3\r\n$4\r\nEVAL\r\n$${code.length}\r\n${code}\r\n$1\r\n0\r\n`)
  expect(await received(script, 10)).toBeGreaterThan(0)
  script.destroy()
  expect(await exchange(port, 'PING\r\n')).toBe('+PONG\r\n')
  expect(megabytes()).toBeLessThan((memoryShares().data + memoryShares().transfer) / 2 ** 20 + 1500)
}, 60_000)

test('a bulk string beyond the limit is refused as the server does', async () => {
  const { port } = await running('redis-8.0').then((server) => (stops.push(() => server.stop()), server))
  const refusal = '-ERR Protocol error: invalid bulk length\r\n<closed>'
  expect(await exchange(port, '*2\r\n$4\r\nECHO\r\n$536870912\r\n')).toBe(refusal)
  expect(await exchange(port, `*2\r\n$4\r\nECHO\r\n$${memoryShares().bulk + 1}\r\n`)).toBe(refusal)
  expect(await exchange(port, '*2\r\n$4\r\nECHO\r\n$1000000000000\r\n')).toBe(refusal)
})

test('a client that does not read is not read from, and its memory stays small', async () => {
  const { port, megabytes } = await inProcess()
  const before = megabytes()
  const clients = await Promise.all(Array.from({ length: 4 }, () => connected(port)))
  const floods = Promise.all(clients.map((client) => flood(client, Buffer.from('x\n'.repeat(4096)), 100_000_000)))
  const times = await pingsDuring(port, floods)
  for (const { sent, closed } of await floods) {
    expect(closed).toBe(false)
    expect(sent).toBeLessThan(20_000_000)
  }
  expect(median(times)).toBeLessThan(100)
  expect(megabytes() - before).toBeLessThan(300)
}, 40_000)

test('a client that has not logged in is closed where it does not read, as by the release', async () => {
  for (const [target, isClosed] of [
    ['redis-8.0', true],
    ['valkey-8.1', true],
    ['redis-7.2', false],
  ] as const) {
    const server = await running(target, 'requirepass secret')
    stops.push(() => server.stop())
    // Whoever gets more than its reply buffer at once is closed before anything was sent.
    const many = await exchange(server.port, 'x\n'.repeat(600)).catch(() => '<closed>')
    if (isClosed) expect(many).toBe('<closed>')
    else expect(many).toBe("-ERR unknown command 'x', with args beginning with: \r\n".repeat(600))
    expect(await exchange(server.port, 'PING\n'.repeat(300))).toBe('-NOAUTH Authentication required.\r\n'.repeat(300))
    const result = await flood(await connected(server.port), Buffer.from('PING\n'.repeat(50)), 50_000_000)
    expect(result.closed).toBe(isClosed)
    expect(result.sent).toBeLessThan(20_000_000)
    expect(await exchange(server.port, 'AUTH secret\r\nPING\r\n')).toBe('+OK\r\n+PONG\r\n')
  }
}, 40_000)

test('with CLIENT-ENFORCE-REPLY-LIST a client that never logged in is closed by its first reply (Valkey)', async () => {
  const server = await running('valkey-8.1', 'requirepass secret\nenable-debug-command yes')
  stops.push(() => server.stop())
  const { port } = server
  expect(await exchange(port, 'PING\r\n')).toBe('-NOAUTH Authentication required.\r\n')
  expect(await exchange(port, 'AUTH secret\r\nDEBUG CLIENT-ENFORCE-REPLY-LIST 1\r\n')).toBe('+OK\r\n+OK\r\n')
  expect(await exchange(port, 'PING\r\n').catch(() => '<closed>')).toBe('<closed>')
  const reset = 'AUTH secret\r\nRESET\r\nPING\r\n'
  expect(await exchange(port, reset)).toBe('+OK\r\n+RESET\r\n-NOAUTH Authentication required.\r\n')
})

test('client-output-buffer-limit closes clients of its class', async () => {
  const server = await running('redis-8.0', 'client-output-buffer-limit normal 1mb 0 0 pubsub 100kb 0 0')
  stops.push(() => server.stop())
  const { port } = server
  await exchange(port, `*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$900000\r\n${'v'.repeat(900_000)}\r\n`)
  expect((await exchange(port, 'GET k\r\n')).length).toBe(900_011)
  expect(await exchange(port, 'MGET k k\r\n')).toBe('<closed>')
  const subscriber = await connected(port)
  subscriber.write('SUBSCRIBE c\r\n')
  await once(subscriber, 'data')
  await exchange(port, `PUBLISH c ${'v'.repeat(40_000)}\r\n`)
  expect(subscriber.destroyed).toBe(false)
  const closed = happens(subscriber, 'close')
  await exchange(port, `*3\r\n$7\r\nPUBLISH\r\n$1\r\nc\r\n$200000\r\n${'v'.repeat(200_000)}\r\n`)
  await closed
  expect(await exchange(port, 'CONFIG SET client-output-buffer-limit "normal 0 0 0"\r\nMGET k k\r\n')).toHaveLength(
    5 + 4 + 2 * 900_011,
  )
})

test('a pipeline takes time in proportion to its length', async () => {
  const { port } = await inProcess()
  const timeOf = async (pings: number): Promise<number> => {
    const socket = await connected(port)
    const all = received(socket, 7 * pings)
    const start = processorTime()
    socket.write('PING\r\n'.repeat(pings))
    expect(await all).toBe(7 * pings)
    return processorTime() - start
  }
  await timeOf(50_000)
  const [short, long] = [await timeOf(250_000), await timeOf(1_000_000)]
  expect(long / short).toBeLessThan(8)
}, 60_000)

test('a fault while one client is served closes that client and is reported', async () => {
  const server = await running('redis-8.0')
  stops.push(() => server.stop())
  const { prepare } = SimulatedServer.prototype
  vi.spyOn(SimulatedServer.prototype, 'prepare').mockImplementation(function (this: SimulatedServer, argv) {
    if (argv[0] === 'BOOM') throw new RangeError('Invalid string length')
    return prepare.call(this, argv)
  })
  const other = await connected(server.port)
  expect(await exchange(server.port, 'PING\r\nBOOM\r\nPING\r\n').catch(() => 'reset')).toMatch(/<closed>|reset/)
  other.write('PING\r\n')
  expect(String((await once(other, 'data'))[0])).toBe('+PONG\r\n')
  expect(server.lines.at(-1)).toMatch(/^Closed client \d+ after an internal error: RangeError: Invalid string length$/)
})

test('where the memory for requests and replies runs out, the client that holds most is closed', () => {
  const closed: string[] = []
  const memory = new SharedMemory(100)
  const holder = (name: string): Holder & { held: number } => {
    const one = { held: 0, evict: () => void closed.push(name) }
    memory.add(one)
    return one
  }
  const [a, b] = [holder('a'), holder('b')]
  const take = (one: { held: number } & Holder, bytes: number): void => {
    one.held += bytes
    memory.changed(one, bytes)
  }
  take(a, 70)
  take(b, 30)
  expect(closed).toEqual([])
  take(b, 1)
  expect(closed).toEqual(['a'])
  take(b, 69)
  expect(closed).toEqual(['a'])
  take(b, 1)
  expect(closed).toEqual(['a', 'b'])
})
