import { once } from 'node:events'
import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { serve } from '../../src/cli/serve'
import { freePort } from '../../src/library/free-port'
import { exchange, pour, redisCli, running, type Running } from './running'

const started: { stop(): Promise<void> }[] = []
afterEach(async () => {
  await Promise.all(started.splice(0).map((one) => one.stop()))
})

async function start(...args: Parameters<typeof running>): Promise<Running> {
  const server = await running(...args)
  started.push(server)
  return server
}

test('says what it is and when it is ready', async () => {
  const { lines, port } = await start('redis-7.2', 'nosuch x')
  expect(lines[0]).toBe(
    'ACL Playground: a simulator of Redis 7.2 (7.2.6), for trying access control. Data is in memory only.',
  )
  expect(lines[1]).toBe('Note, line 3: Unknown directive nosuch: a real Redis 7.2 may refuse to start')
  expect(lines.at(-2)).toMatch(new RegExp(`^Listening on 127\\.0\\.0\\.1.*, port ${port}$`))
  expect(lines.at(-1)).toBe('Ready to accept connections')
})

test('inline commands, arrays, pipelines and requests in pieces', async () => {
  const { port } = await start('redis-7.2')
  expect(await exchange(port, 'PING\r\nECHO "a b"\r\n*1\r\n$4\r\nPING\r\n')).toBe('+PONG\r\n$3\r\na b\r\n+PONG\r\n')
  expect(await exchange(port, '*2\r\n$4\r\nEC', 'HO\r\n$5\r', '\nhel', 'lo\r\nPI', 'NG\r\n')).toBe(
    '$5\r\nhello\r\n+PONG\r\n',
  )
  expect(await exchange(port, 'HELLO 3\r\nHSET h a 1\r\nHGETALL h\r\n')).toMatch(
    /^%7\r\n[^]*:1\r\n%1\r\n\$1\r\na\r\n\$1\r\n1\r\n$/,
  )
  expect(await exchange(port, 'SET k 1\r\n'.repeat(3000))).toBe('+OK\r\n'.repeat(3000))
})

test("malformed protocol gets the server's error, and the connection closes", async () => {
  const { port } = await start('redis-7.2')
  expect(await exchange(port, 'PING\r\n*1\r\n:4\r\nPING\r\n')).toBe(
    "+PONG\r\n-ERR Protocol error: expected '$', got ':'\r\n<closed>",
  )
  expect(await exchange(port, 'GET "a\r\n')).toBe('-ERR Protocol error: unbalanced quotes in request\r\n<closed>')
  expect(await exchange(port, '*x\r\n')).toBe('-ERR Protocol error: invalid multibulk length\r\n<closed>')
  expect(await exchange(port, 'POST / HTTP/1.1\r\nHost: localhost\r\n\r\n')).toBe('<closed>')
})

test('large values, and a reader that is slow', async () => {
  const { port } = await start('redis-7.2')
  const value = 'v'.repeat(3_000_000)
  const received = await new Promise<number>((done) => {
    const socket = createConnection(port, '127.0.0.1')
    let bytes = 0
    socket.on('data', (data) => {
      bytes += data.length
      if (bytes >= 5 + 5 * (value.length + 12)) done(bytes)
    })
    socket.write(`*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$${value.length}\r\n${value}\r\n${'GET k\r\n'.repeat(5)}`)
    socket.pause()
    setTimeout(() => socket.resume(), 100)
  })
  expect(received).toBe(5 + 5 * (value.length + 12))
})

test('what follows a command that waits, waits too', async () => {
  const { port } = await start('redis-7.2')
  const waiting = exchange(port, 'BLPOP q 0\r\nPING\r\n')
  await expect.poll(() => exchange(port, 'INFO clients\r\n'), { interval: 5 }).toContain('blocked_clients:1\r\n')
  expect(await exchange(port, 'RPUSH q a\r\n')).toBe(':1\r\n')
  expect(await waiting).toBe('*2\r\n$1\r\nq\r\n$1\r\na\r\n+PONG\r\n')
  expect(await exchange(port, 'BLPOP q 0.02\r\nPING\r\n')).toBe('*-1\r\n+PONG\r\n')
})

test('scripts run, in their place in the pipeline', async () => {
  const { port } = await start('redis-7.2')
  expect(await exchange(port, 'SET k v\r\nEVAL "return redis.call(\'get\', KEYS[1])" 1 k\r\nPING\r\n')).toBe(
    '+OK\r\n$1\r\nv\r\n+PONG\r\n',
  )
})

test('reads and writes the ACL file in its directory', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'acl-playground-'))
  writeFileSync(join(dir, 'users.acl'), 'user default on nopass ~* &* +@all\nuser bob on >pw ~app:* +@read\n')
  const { port } = await start('redis-7.2', `dir ${dir}`, 'aclfile users.acl')
  expect(await exchange(port, 'AUTH bob pw\r\nGET app:1\r\nSET app:1 x\r\n')).toBe(
    "+OK\r\n$-1\r\n-NOPERM User bob has no permissions to run the 'set' command\r\n",
  )
  expect(await exchange(port, 'ACL SETUSER eve on nopass\r\nACL SAVE\r\n')).toBe('+OK\r\n+OK\r\n')
  expect(readFileSync(join(dir, 'users.acl'), 'utf8')).toMatch(/^user eve on nopass/m)
})

test("refuses to start in the server's words", async () => {
  const port = await freePort()
  const dir = mkdtempSync(join(tmpdir(), 'acl-playground-'))
  writeFileSync(join(dir, 'users.acl'), '# users\n')
  const start = (extraConf: string) =>
    serve({
      target: 'redis-7.2',
      modules: false,
      confPath: null,
      extraConf: `port ${port}\n${extraConf}`,
      log: () => undefined,
    })
  await expect(start(`dir ${dir}\naclfile users.acl\n`)).rejects.toThrow(
    'Aborting Redis startup because of ACL errors: users.acl:1 should start with user keyword followed by the username.',
  )
  await expect(start('user bob +nosuch\n')).rejects.toThrow("Error loading ACL rule '+nosuch' for the user named 'bob'")
  await expect(start('maxclients x\n')).rejects.toThrow(
    '*** FATAL CONFIG FILE ERROR (Redis 7.2.6) ***\nReading the configuration file, at line 3',
  )
  await expect(
    serve({
      target: 'redis-7.2',
      modules: false,
      confPath: join(dir, 'none.conf'),
      extraConf: '',
      log: () => undefined,
    }),
  ).rejects.toThrow(`Fatal error, can't open config file '${join(dir, 'none.conf')}': No such file or directory`)
})

test('refuses a port that is in use', async () => {
  const { port } = await start('redis-7.2')
  await expect(
    serve({ target: 'redis-7.2', modules: false, confPath: null, extraConf: `port ${port}\n`, log: () => undefined }),
  ).rejects.toThrow(
    `Warning: Could not create server TCP listening socket 127.0.0.1:${port}: bind: Address already in use\nFailed listening on port ${port} (tcp), aborting.`,
  )
})

test('listens on a Unix socket with the mode that is asked for', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'acl-playground-')), 'redis.sock')
  const server = await start('redis-7.2', `unixsocket ${path}`, 'unixsocketperm 700')
  expect(statSync(path).mode & 0o777).toBe(0o700)
  const answer = await new Promise<string>((done) => {
    const socket = createConnection(path)
    socket.on('data', (data) => {
      done(String(data))
      socket.destroy()
    })
    socket.write('PING\r\n')
  })
  expect(answer).toBe('+PONG\r\n')
  expect(server.socketPath).toBe(path)
})

test('a user that is deleted is hung up on', async () => {
  const { port } = await start('redis-7.2', 'user bob on nopass +@all')
  const bob = createConnection(port, '127.0.0.1').setEncoding('latin1')
  const closed = once(bob, 'close')
  let received = ''
  bob.on('data', (text) => (received += String(text)))
  bob.write('AUTH bob x\r\nPING\r\n')
  await expect.poll(() => received, { interval: 5 }).toBe('+OK\r\n+PONG\r\n')
  await exchange(port, 'ACL DELUSER bob\r\n')
  await closed
  expect(received).toBe('+OK\r\n+PONG\r\n')
})

test('CONFIG SET port moves it', async () => {
  const { port } = await start('redis-7.2')
  const other = await freePort()
  expect(await exchange(port, `CONFIG SET port ${other}\r\n`)).toBe('+OK\r\n')
  await expect.poll(() => exchange(other, 'PING\r\n').catch(() => 'not yet')).toBe('+PONG\r\n')
  await expect(exchange(port, 'PING\r\n')).rejects.toThrow('ECONNREFUSED')
})

test('CONFIG SET of an address or a port that cannot be had is refused, and it goes on listening', async () => {
  const { port } = await start('redis-8.0')
  const { port: taken } = await start('redis-8.0')
  const failed = (name: string, reason: string): string =>
    `-ERR CONFIG SET failed (possibly related to argument '${name}') - ${reason}\r\n`
  const unbindable = failed('bind', 'Failed to bind to specified addresses.')
  expect(await exchange(port, 'CONFIG SET bind 203.0.113.9\r\nCONFIG GET bind\r\nPING\r\n')).toBe(
    `${unbindable}*2\r\n$4\r\nbind\r\n$6\r\n* -::*\r\n+PONG\r\n`,
  )
  expect(await exchange(port, 'CONFIG SET bind "127.0.0.1 203.0.113.9"\r\n')).toBe(unbindable)
  expect(await exchange(port, `CONFIG SET maxmemory 100 port ${taken}\r\nCONFIG GET maxmemory\r\n`)).toBe(
    `${failed('port', 'Unable to listen on this port. Check server logs.')}*2\r\n$9\r\nmaxmemory\r\n$1\r\n0\r\n`,
  )
  expect(await exchange(port, 'CONFIG SET bind "127.0.0.1 -203.0.113.9"\r\n')).toBe('+OK\r\n')
  expect(await exchange(port, 'PING\r\n')).toBe('+PONG\r\n')
})

test('SHUTDOWN hangs up and is passed on', async () => {
  const port = await freePort()
  let asked = 0
  started.push(
    await serve({
      target: 'redis-7.2',
      modules: false,
      confPath: null,
      extraConf: `port ${port}\n`,
      log: () => undefined,
      onShutdown: () => {
        asked++
      },
    }),
  )
  expect(await exchange(port, 'SHUTDOWN NOSAVE\r\n')).toBe('<closed>')
  expect(asked).toBe(1)
})

test('random bytes do not bring it down', async () => {
  const { port } = await start('redis-7.2')
  const parts = [
    '*',
    '$',
    '\r\n',
    '3',
    '-1',
    'GET',
    'SET k v\r\n',
    '"',
    '\0',
    'MULTI\r\n',
    'EXEC\r\n',
    '*1\r\n$4\r\nPING\r\n',
    'SUBSCRIBE a\r\n',
    'CLIENT KILL ID 5\r\n',
    'RESET\r\n',
    'BLPOP q 0\r\n',
    'HELLO 3\r\n',
    'QUIT\r\n',
    '\xff',
  ]
  let seed = 1
  const next = (n: number) => (seed = (seed * 48271) % 2147483647) % n
  const streams = Array.from({ length: 60 }, () =>
    Array.from({ length: 4 }, () => Array.from({ length: next(8) }, () => parts[next(parts.length)]).join('')),
  )
  await Promise.all(
    streams.map((pieces) =>
      pour(port, ...pieces).catch((reason: unknown) => expect(String(reason)).toMatch('ECONNRESET|EPIPE')),
    ),
  )
  expect(await exchange(port, 'PING\r\n')).toBe('+PONG\r\n')
})

test('redis-cli', async () => {
  const { port } = await start('redis-8.0', 'requirepass sekret')
  const answer = await redisCli(port, 'PING')
  // Without redis-cli there is nothing to try here; the other clients still are.
  if (answer === null) return
  expect(answer).toBe('NOAUTH Authentication required.\n\n')
  const cli = (...args: string[]) => redisCli(port, '--no-auth-warning', '-a', 'sekret', ...args)
  expect(await cli('ACL', 'SETUSER', 'bob', 'on', '>pw', '~app:*', '+@read')).toBe('OK\n')
  expect(await redisCli(port, '--no-auth-warning', '--user', 'bob', '--pass', 'pw', 'GET', 'other')).toBe(
    'NOPERM No permissions to access a key\n\n',
  )
  expect(await cli('-3', 'HELLO')).toContain('proto 3\n')
})
