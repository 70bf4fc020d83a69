import fc from 'fast-check'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { runs } from '../runs'
import { files, run } from './program'

const kept = { ...process.env }
beforeEach(() => {
  for (const name of ['ACL_PLAYGROUND_URL', 'ACL_PLAYGROUND_PAGE', 'REDISCLI_AUTH']) delete process.env[name]
})
afterEach(() => Object.assign(process.env, kept))

/** A password that stands in no message by chance. */
const SECRET = 'Zq9-hunter2'
const { acl, expect: sentences } = files({ acl: 'user default off\n', expect: 'default cannot PING\n' })

const schemes = [
  'redis://',
  'rediss://',
  'redis:/',
  'redis:',
  'redis//',
  'redis;//',
  'redis+tls://',
  'REDIS:///',
  'rdis://',
]
const others = ['http://', 'https://', 'tcp://', 'unix:', 'unix://', 'valkey:/', '//', '']
const password = fc.oneof(
  fc.constant(SECRET),
  fc
    .tuple(fc.constantFrom('', 'a:', 'a/', 'a@', 'a//', '%', '%2F', ' ', '#', '?'), fc.constant(SECRET))
    .map((parts) => parts.join('')),
)
const address = fc
  .tuple(
    fc.constantFrom(...schemes, ...others),
    fc.constantFrom('ops:', ':', 'o p:', 'ops::', 'a/b:'),
    password,
    fc.constantFrom('@', '%40', ' @ '),
    fc.constantFrom('127.0.0.1:1', '127.0.0.1:x', '[::1', '127.0.0.1:99999', '/none.sock', ''),
  )
  .filter(([scheme, , , at]) => at.includes('@') || /^(?:redis|valkey)/i.test(scheme))
  .map((parts) => parts.join(''))

const commands: readonly ((address: string) => string[])[] = [
  (at) => ['check', at],
  (at) => ['check', acl, '--conf', at],
  (at) => ['check', acl, `--conf=${at}`],
  (at) => ['check', acl, `-c${at}`],
  (at) => ['check', acl, '--target', at],
  (at) => ['check', acl, `-t${at}`],
  (at) => ['test', at, sentences],
  (at) => ['test', acl, at],
  (at) => ['compare', at, acl],
  (at) => ['compare', acl, at],
  (at) => ['plan', acl, at],
  (at) => ['plan', at, 'redis://127.0.0.1:1'],
  (at) => ['plan', acl, 'redis://127.0.0.1:1', at],
  (at) => ['pull', at, '--out', '-'],
  (at) => ['watch', at],
  (at) => ['record', at, '--seconds', '0.1'],
  (at) => ['simplify', at, '--write'],
  (at) => ['import', at],
  (at) => ['link', at],
  (at) => ['link', acl, '--page', at],
  (at) => ['serve', at],
  (at) => ['check', acl, '--cacert', at, '--debug'],
  (at) => [at],
]

test('whatever is wrong with an address, and wherever it stands, its password is not printed', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...commands), address, async (words, at) => {
      const { out, err } = await run(words(at))
      expect({ words: words(at), printed: out + err }).toMatchObject({
        printed: expect.not.stringContaining(SECRET) as string,
      })
    }),
    { numRuns: runs(400) },
  )
})

test.each([`https://a/b:${SECRET}@h`, `https://ops:#${SECRET}@h`, `http://ops:?${SECRET}@h/page`, `https://a/b:1@h`])(
  'the address of a page with a password behind its host is refused: %s',
  async (at) => {
    const { code, out, err } = await run(['link', acl, '--page', at])
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain('contains a user or a password')
    expect(err).not.toContain(SECRET)
  },
)

test.each(['https://example.org:8443/@me/acl/', 'http://localhost:5173/', 'https://example.org/@me/'])(
  'the address of a page may have a port, and an @ in its path: %s',
  async (at) => {
    const { code, out } = await run(['link', acl, '--page', at])
    expect(code).toBe(0)
    expect(out).toMatch(/#v1\./)
  },
)

test('nor are those in the environment', async () => {
  for (const at of [
    `redis:/ops:${SECRET}@h`,
    `redis://ops:${SECRET}@a:b`,
    `redis://ops:${SECRET}`,
    `http://ops:${SECRET}@h`,
  ]) {
    process.env['ACL_PLAYGROUND_URL'] = at
    process.env['ACL_PLAYGROUND_PAGE'] = at
    for (const words of [['pull'], ['watch'], ['link', acl], ['check', 'redis://']]) {
      const { code, out, err } = await run(words)
      expect([code, out + err]).toEqual([2, expect.not.stringContaining(SECRET)])
    }
  }
})

test('a server that repeats the password in any reply does not get it printed', async () => {
  const replies = [`+${SECRET}\r\n`, `-ERR ${SECRET}\r\n`, `$${SECRET.length + 14}\r\nredis_version:${SECRET}\r\n`]
  for (const reply of replies) {
    const server = createServer((socket: Socket) => {
      socket.on('error', () => undefined)
      socket.on('data', (data) => socket.write(data.includes('AUTH') ? '+OK\r\n' : reply))
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const at = `redis://ops:${SECRET}@127.0.0.1:${(server.address() as AddressInfo).port}`
    for (const words of [
      ['check', at, '--debug'],
      ['pull', at, '--debug', '--out', '-'],
      ['watch', at, '--debug'],
    ]) {
      const { code, out, err } = await run(words)
      expect([code, out + err]).toEqual([2, expect.not.stringContaining(SECRET)])
    }
    server.close()
  }
})
