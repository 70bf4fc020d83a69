import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SocketClient } from '../../src/cli/client'
import { SharedMemory } from '../../src/cli/memory'
import { encodeCommand } from '../../src/resp/encode'
import { start } from '../server/helper'

/** Returns what a new server answers to requests that arrive in these pieces, without a network. */
async function answers(pieces: readonly Buffer[]): Promise<string> {
  const { server } = await start('redis-8.0', ['user default on nopass ~app:* &news:* +@all -@dangerous'], {
    options: { explain: false },
  })
  const out: Buffer[] = []
  const stream = new Duplex({
    read: () => undefined,
    write(chunk: Buffer, _encoding, done) {
      out.push(chunk)
      done()
    },
  })
  const socket = Object.assign(stream, { setNoDelay: () => stream }) as unknown as Socket
  const limits = {
    maxArguments: 1024,
    maxBulkLength: 1024 * 1024,
    nulHidesLineEnd: true,
    inlineLosesFF: false,
    blankLineKeepsInline: false,
  }
  const faults: string[] = []
  const around = { server, limits, memory: new SharedMemory(2 ** 30), waiting: new Set<SocketClient>() }
  new SocketClient(socket, { origin: { kind: 'loopback' } }, { ...around, warn: (line) => faults.push(line) })
  for (const piece of pieces) socket.emit('data', piece)
  await new Promise((done) => setImmediate(done))
  stream.destroy()
  expect(faults).toEqual([])
  return Buffer.concat(out).toString('latin1')
}

const cut = (bytes: Buffer, at: number): Buffer[] => [bytes.subarray(0, at), bytes.subarray(at)]

const session = [
  encodeCommand(['SET', 'app:with-a-longer-name', 'value']),
  'GET app:with-a-longer-name\r\n',
  encodeCommand(['GET', 'app:missing']),
  encodeCommand(['GET', 'other:key']),
  encodeCommand(['FLUSHALL']),
  encodeCommand(['NO-SUCH-COMMAND', 'a\r\nb']),
  encodeCommand(['GET']),
  encodeCommand(['SUBSCRIBE', 'news:1', 'news:2']),
  encodeCommand(['PUBLISH', 'news:1', 'x']),
  encodeCommand(['UNSUBSCRIBE']),
  '\r\n*0\r\n',
  encodeCommand(['HELLO', '3']),
  encodeCommand(['MULTI']),
  encodeCommand(['INCR', 'app:n']),
  encodeCommand(['HSET', 'app:h', 'field', 'x'.repeat(40)]),
  encodeCommand(['HGETALL', 'app:h']),
  encodeCommand(['EXEC']),
  encodeCommand(['SET', 'app:\r\n$3\r\n', '*1\r\n']),
  encodeCommand(['get', 'app:\r\n$3\r\n']),
  '*2\r\n$3\r\nGET\r\n$x\r\n',
].join('')

test('cut at any byte, requests have the same replies', async () => {
  const bytes = Buffer.from(session, 'latin1')
  const whole = await answers([bytes])
  expect(whole).toContain('+OK\r\n$5\r\nvalue\r\n$-1\r\n-NOPERM')
  expect(whole).toMatch(/-ERR Protocol error: invalid bulk length\r\n$/)
  for (let at = 1; at < bytes.length; at++) expect([at, await answers(cut(bytes, at))]).toEqual([at, whole])
  const single = Array.from(bytes, (byte) => Buffer.from([byte]))
  expect(await answers(single)).toBe(whole)
})

test('cut into arbitrary pieces, arbitrary requests have the same replies', async () => {
  const word = fc.oneof(
    fc.constantFrom(
      'app:1',
      'app:a-key-of-more-than-thirteen-bytes',
      'other:key-that-is-denied',
      '1',
      'EX',
      'x'.repeat(30),
    ),
    fc.string({ maxLength: 20 }),
  )
  const name = fc.constantFrom(
    'GET',
    'set',
    'Del',
    'INCR',
    'MGET',
    'LPUSH',
    'LRANGE',
    'MULTI',
    'EXEC',
    'PING',
    'ECHO',
    'ACL',
  )
  const request = fc.oneof(
    {
      weight: 8,
      arbitrary: fc
        .tuple(name, fc.array(word, { maxLength: 4 }))
        .map(([first, rest]) => encodeCommand([first, ...rest])),
    },
    { weight: 1, arbitrary: fc.constantFrom('PING\r\n', 'GET app:1\n', '\r\n', '*0\r\n', '*-1\r\n', 'ECHO "a b"\r\n') },
  )
  await fc.assert(
    fc.asyncProperty(
      fc.array(request, { minLength: 1, maxLength: 12 }),
      fc.array(fc.nat(40), { maxLength: 20 }),
      async (requests, sizes) => {
        const bytes = Buffer.from(requests.join(''), 'latin1')
        const pieces: Buffer[] = []
        let from = 0
        for (const size of sizes) {
          pieces.push(bytes.subarray(from, from + size))
          from += size
        }
        pieces.push(bytes.subarray(from))
        expect(await answers(pieces)).toBe(await answers([bytes]))
      },
    ),
    { numRuns: 200 },
  )
})
