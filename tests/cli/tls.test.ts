import { execFile } from 'node:child_process'
import { createPrivateKey } from 'node:crypto'
import { copyFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { connect, createSecureContext, type ConnectionOptions, type TLSSocket } from 'node:tls'
import { promisify } from 'node:util'
import Redis from 'ioredis'
import { createClient } from 'redis'
import { afterEach, describe, expect, test } from 'vitest'
import { StartRefused } from '../../src/cli/cannot-run'
import type { TargetId } from '../../src/targets/target'
import { Authority, type Pair, encryptedKey } from './certificates'
import { freePort } from '../../src/library/free-port'
import { exchange, running, runningTls, type RunningTls } from './running'

const authority = new Authority()
const server = authority.issue({ name: 'server' })
const bob = authority.issue({ name: 'bob', uris: ['urn:first', 'urn:a, URI:second'] })
const stranger = new Authority().issue({ name: 'bob' })

const files = ({ certFile, keyFile }: Pair = server): string[] => [
  `tls-cert-file ${certFile}`,
  `tls-key-file ${keyFile}`,
  `tls-ca-cert-file ${authority.certFile}`,
]

const started: { stop(): Promise<void> }[] = []
afterEach(async () => {
  await Promise.all(started.splice(0).map((one) => one.stop()))
})

async function start(target: TargetId, conf: string[] = [], handshakeTime?: number): Promise<RunningTls> {
  const one = await runningTls(
    target,
    [...files(), 'tls-auth-clients optional', ...conf],
    handshakeTime === undefined ? {} : { handshakeTime },
  )
  started.push(one)
  return one
}

const certificateOf = ({ cert, key }: Pair): ConnectionOptions => ({ cert, key })

/** Connects; rejects where the server does not accept the handshake and a PING. */
async function dial(port: number, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = connect({ port, host: '127.0.0.1', ca: authority.cert, ...options })
  socket.setEncoding('latin1')
  socket.on('error', () => undefined)
  await ask(socket, 'PING')
  return socket
}

/** Sends an inline command and returns what comes next. */
function ask(socket: TLSSocket, line: string): Promise<string> {
  return new Promise((done, fail) => {
    socket.once('data', (data) => done(String(data).trimEnd()))
    socket.once('close', () => fail(new Error('closed')))
    socket.write(`${line}\r\n`)
  })
}

async function say(port: number, line: string, options?: ConnectionOptions): Promise<string> {
  const socket = await dial(port, options)
  try {
    return await ask(socket, line)
  } finally {
    socket.destroy()
  }
}

const whoami = (port: number, pair: Pair): Promise<string> => say(port, 'ACL WHOAMI', certificateOf(pair))

describe('clients', () => {
  test('ioredis, node-redis and redis-cli by rediss://', async () => {
    const { tlsPort, server: engine } = await start('redis-7.2', ['user app on >pw ~app:* +@all'])
    const url = `rediss://app:pw@localhost:${tlsPort}`
    const io = new Redis(url, { tls: { ca: authority.cert }, lazyConnect: true, retryStrategy: null })
    await io.connect()
    expect(await io.set('app:1', 'x'.repeat(100_000))).toBe('OK')
    await expect(io.get('other')).rejects.toThrow('NOPERM')
    const node = createClient({ url, socket: { tls: true, ca: authority.cert, reconnectStrategy: false } })
    await node.connect()
    expect(await node.get('app:1')).toHaveLength(100_000)
    expect([...engine.sessions.values()].map(({ account }) => account.name)).toEqual(['app', 'app'])
    io.disconnect()
    node.destroy()
    const cli = await promisify(execFile)('redis-cli', [
      '-u',
      url,
      '--cacert',
      authority.certFile,
      'STRLEN',
      'app:1',
    ]).catch((reason: NodeJS.ErrnoException) => {
      if (reason.code === 'ENOENT') return { stdout: '100000\n' }
      throw reason
    })
    expect(cli.stdout).toBe('100000\n')
  })

  test('a plain port and a TLS port share the data', async () => {
    const tlsPort = await freePort()
    const both = await running('redis-7.2', `tls-port ${tlsPort}`, ...files(), 'tls-auth-clients no')
    started.push(both)
    expect(both.lines.at(-2)).toMatch(/, port \d+ \(TLS\)$/)
    expect(await exchange(both.port, 'SET k v\r\n')).toBe('+OK\r\n')
    expect(await say(tlsPort, 'GET k')).toBe('$1\r\nv')
    expect(await say(tlsPort, 'CLIENT INFO')).toContain(`laddr=127.0.0.1:${tlsPort} `)
    expect(await say(tlsPort, 'INFO server')).toContain(`\r\ntcp_port:${both.port}\r\n`)
  })

  test('INFO reports the TLS port where it is the only one', async () => {
    const { tlsPort } = await start('redis-8.0')
    expect(await say(tlsPort, 'INFO server')).toContain(`\r\ntcp_port:${tlsPort}\r\n`)
  })
})

describe('certificates of clients', () => {
  test('tls-auth-clients: yes needs one, optional checks the one that is sent, no asks for none', async () => {
    const { tlsPort } = await start('redis-7.2', ['tls-auth-clients yes'])
    const set = (mode: string): Promise<string> =>
      say(tlsPort, `CONFIG SET tls-auth-clients ${mode}`, certificateOf(bob))
    const outcomes = (): Promise<string[]> =>
      Promise.all(
        [{}, certificateOf(bob), certificateOf(stranger)].map((options) =>
          say(tlsPort, 'PING', options).catch((reason: unknown) => String(reason)),
        ),
      )
    expect(await outcomes()).toEqual(['Error: closed', '+PONG', 'Error: closed'])
    expect(await set('optional')).toBe('+OK')
    expect(await outcomes()).toEqual(['+PONG', '+PONG', 'Error: closed'])
    expect(await set('no')).toBe('+OK')
    expect(await outcomes()).toEqual(['+PONG', '+PONG', '+PONG'])
  })

  test('tls-ca-cert-dir holds authorities in files named by their hashes', async () => {
    const folder = authority.folderOf('authorities')
    const conf = (): Promise<RunningTls> =>
      runningTls('redis-7.2', [...files().slice(0, 2), `tls-ca-cert-dir ${folder}`, 'tls-auth-clients yes'])
    copyFileSync(authority.certFile, `${folder}/ca.crt`)
    const without = await conf()
    started.push(without)
    await expect(say(without.tlsPort, 'PING', certificateOf(bob))).rejects.toThrow('closed')
    copyFileSync(authority.certFile, `${folder}/0123abcd.0`)
    const one = await conf()
    started.push(one)
    expect(await say(one.tlsPort, 'PING', certificateOf(bob))).toBe('+PONG')
  })

  test.each(['redis-8.6', 'valkey-9.1'] as const)('%s: the common name is a user', async (target) => {
    const { tlsPort } = await start(target, ['tls-auth-clients-user CN', 'requirepass pw', 'user bob on ~* +@all'])
    expect(await whoami(tlsPort, bob)).toBe('$3\r\nbob')
    expect(await say(tlsPort, 'CLIENT LIST', certificateOf(bob))).toContain(' user=bob ')
    expect(await say(tlsPort, 'ACL WHOAMI')).toBe('-NOAUTH Authentication required.')
    // The name with a NUL byte is another name, and so is the name of a user who is off.
    const nul = authority.issue({ name: 'bob\0x' }, 'nul')
    expect(await whoami(tlsPort, nul)).toBe('-NOAUTH Authentication required.')
    expect(await say(tlsPort, 'ACL SETUSER bob off', certificateOf(bob))).toBe('+OK')
    expect(await whoami(tlsPort, bob)).toBe('-NOAUTH Authentication required.')
    const admin = await dial(tlsPort)
    await ask(admin, 'AUTH pw')
    const log = await ask(admin, 'ACL LOG')
    expect(log).toContain(
      '$6\r\nreason\r\n$8\r\ntls-cert\r\n$7\r\ncontext\r\n$8\r\ntoplevel\r\n$6\r\nobject\r\n$0\r\n\r\n',
    )
    expect(log).toContain('$8\r\nusername\r\n$5\r\nbob\0x\r\n')
    expect(log).toContain(' cmd=NULL user=default ')
    expect(await ask(admin, 'INFO stats')).toContain('\r\nacl_access_denied_tls_cert:2')
    admin.destroy()
  })

  test('Valkey 9.1: the first URI of an enabled user', async () => {
    const { tlsPort } = await start('valkey-9.1', ['tls-auth-clients-user URI', 'user urn:first on ~* +@all'])
    expect(await whoami(tlsPort, bob)).toBe('$9\r\nurn:first')
    await say(tlsPort, 'ACL SETUSER urn:first off')
    expect(await whoami(tlsPort, bob)).toBe('$7\r\ndefault')
    expect(await say(tlsPort, 'ACL LOG')).toContain('$8\r\nusername\r\n$17\r\nurn:a, URI:second\r\n')
  })

  test('older releases have no users by certificate', async () => {
    const { tlsPort } = await start('redis-7.2', ['user bob on ~* +@all'])
    expect(await whoami(tlsPort, bob)).toBe('$7\r\ndefault')
    await expect(start('valkey-8.1', ['tls-auth-clients-user CN'])).resolves.toMatchObject({
      lines: expect.arrayContaining([expect.stringContaining('Unknown directive tls-auth-clients-user')]) as string[],
    })
  })
})

describe('protocols and ciphers', () => {
  const cipherOf = async (port: number, options: ConnectionOptions): Promise<string> => {
    const socket = await dial(port, options)
    const { name } = socket.getCipher()
    socket.destroy()
    return `${String(socket.getProtocol())} ${name}`
  }

  test('tls-protocols, tls-ciphers, tls-ciphersuites and tls-prefer-server-ciphers', async () => {
    const { tlsPort } = await start('redis-8.0', ['tls-ciphersuites TLS_AES_128_GCM_SHA256'])
    const set = (line: string): Promise<string> => say(tlsPort, `CONFIG SET ${line}`)
    expect(await cipherOf(tlsPort, {})).toMatch(/ TLS_AES_128_GCM_SHA256$/)
    expect(await set('tls-protocols TLSv1.2 tls-ciphers AES128-SHA256:AES256-SHA256')).toBe('+OK')
    await expect(say(tlsPort, 'PING', { minVersion: 'TLSv1.3' })).rejects.toThrow('closed')
    const client: ConnectionOptions = { ciphers: 'AES256-SHA256:AES128-SHA256' }
    expect(await cipherOf(tlsPort, client)).toMatch(/ AES256-SHA256$/)
    expect(await set('tls-prefer-server-ciphers yes')).toBe('+OK')
    expect(await cipherOf(tlsPort, client)).toMatch(/ AES128-SHA256$/)
    expect(await set('tls-protocols tlsv1.3')).toBe('+OK')
    await expect(say(tlsPort, 'PING', { maxVersion: 'TLSv1.2' })).rejects.toThrow('closed')
  })
})

describe('errors', () => {
  const encrypted = authority.write('encrypted.key', encryptedKey(server.key, '1234'))
  const garbage = authority.write('garbage', 'garbage\n')
  const missing = `${authority.folder}/missing`

  // The words of redis-server 8.0.2 and valkey-server 8.1.1.
  test.each([
    [['tls-cert-file ""'], 'No tls-cert-file configured!'],
    [['tls-key-file ""'], 'No tls-key-file configured!'],
    [
      ['tls-ca-cert-file ""', 'tls-auth-clients yes'],
      'Either tls-ca-cert-file or tls-ca-cert-dir must be specified when tls-cluster, tls-replication or tls-auth-clients are enabled!',
    ],
    [
      [`tls-cert-file ${missing}`],
      `Failed to load certificate: ${missing}: error:80000002:system library::No such file or directory`,
    ],
    [
      [`tls-cert-file ${authority.folder}`],
      `Failed to load certificate: ${authority.folder}: error:0480006C:PEM routines::no start line`,
    ],
    [
      [`tls-cert-file ${garbage}`],
      `Failed to load certificate: ${garbage}: error:0480006C:PEM routines::no start line`,
    ],
    [
      [`tls-key-file ${bob.keyFile}`],
      `Failed to load private key: ${bob.keyFile}: error:05800074:x509 certificate routines::key values mismatch`,
    ],
    [
      [`tls-key-file ${garbage}`],
      `Failed to load private key: ${garbage}: error:1E08010C:DECODER routines::unsupported`,
    ],
    [
      [`tls-key-file ${encrypted}`],
      `Failed to load private key: ${encrypted}: error:07880109:common libcrypto routines::interrupted or cancelled`,
    ],
    [
      [`tls-key-file ${encrypted}`, 'tls-key-file-pass wrong'],
      `Failed to load private key: ${encrypted}: error:1C800064:Provider routines::bad decrypt`,
    ],
    [
      [`tls-ca-cert-file ${garbage}`],
      'Failed to configure CA certificate(s) file/directory: error:05800088:x509 certificate routines::no certificate or crl found',
    ],
    [
      ['tls-protocols TLSv9'],
      "Invalid tls-protocols specified. Use a combination of 'TLSv1', 'TLSv1.1', 'TLSv1.2' and 'TLSv1.3'.",
    ],
    [['tls-ciphers nonsense'], 'Failed to configure ciphers: nonsense'],
    [['tls-ciphersuites nonsense'], 'Failed to configure ciphersuites: nonsense'],
    [[`tls-dh-params-file ${missing}`], `Failed to load ${missing}: No such file or directory`],
    [[`tls-dh-params-file ${garbage}`], `${garbage}: failed to read DH params.`],
    [
      [`tls-client-cert-file ${missing}`, `tls-client-key-file ${missing}`],
      `Failed to load certificate: ${missing}: error:80000002:system library::No such file or directory`,
    ],
  ])('%j', async (conf, message) => {
    const refused = start('redis-8.0', conf)
    await expect(refused).rejects.toThrow(StartRefused)
    await expect(refused).rejects.toThrow(`${message}\nFailed to configure TLS. Check logs for more info.`)
  })

  test('the reason does not depend on errors that the process has met before', async () => {
    const old = createPrivateKey(server.key).export({
      type: 'pkcs1',
      format: 'pem',
      cipher: 'aes-128-cbc',
      passphrase: '1234',
    })
    const traditional = authority.write('traditional.key', old as string)
    const words = async (...conf: string[]): Promise<string> =>
      start('redis-8.0', conf).then(
        () => 'started',
        (reason: unknown) => /error:.*/.exec(String(reason))?.[0] ?? String(reason),
      )
    for (const key of [encrypted, traditional]) {
      expect(() => createSecureContext({ key: 'garbage' })).toThrow()
      expect(() => createPrivateKey(`${server.key.slice(0, 200)}`)).toThrow()
      expect(await words(`tls-key-file ${key}`)).toBe(
        'error:07880109:common libcrypto routines::interrupted or cancelled',
      )
      expect(await words(`tls-key-file ${garbage}`)).toBe('error:1E08010C:DECODER routines::unsupported')
      expect(await words(`tls-key-file ${key}`, 'tls-key-file-pass wrong')).toBe(
        'error:1C800064:Provider routines::bad decrypt',
      )
      expect(await words(`tls-key-file ${bob.keyFile}`)).toBe(
        'error:05800074:x509 certificate routines::key values mismatch',
      )
      expect(await words(`tls-key-file ${key}`, 'tls-key-file-pass 1234')).toBe('started')
    }
  })

  test('an encrypted key with its password', async () => {
    const { tlsPort } = await start('redis-8.0', [`tls-key-file ${encrypted}`, 'tls-key-file-pass 1234'])
    expect(await say(tlsPort, 'PING')).toBe('+PONG')
  })

  test('a port that is taken', async () => {
    const { tlsPort } = await start('redis-8.0')
    await expect(runningTls('redis-8.0', ['tls-auth-clients no', ...files(), `tls-port ${tlsPort}`])).rejects.toThrow(
      `bind: Address already in use\nFailed listening on port ${tlsPort} (tls), aborting.`,
    )
  })
})

describe('CONFIG SET', () => {
  const failure = (name: string, reason = 'Unable to update TLS configuration. Check server logs.'): string =>
    `-ERR CONFIG SET failed (possibly related to argument '${name}') - ${reason}`

  test('a bad file is refused, and the old certificate stays; a good one is used from the next client on', async () => {
    const { tlsPort, lines } = await start('redis-8.0')
    const serial = async (): Promise<string> => {
      const socket = await dial(tlsPort)
      const { serialNumber } = socket.getPeerCertificate()
      socket.destroy()
      return serialNumber
    }
    const before = await serial()
    expect(await say(tlsPort, 'CONFIG SET tls-cert-file nope')).toBe(failure('tls-cert-file'))
    expect(lines.at(-1)).toMatch(/^Failed to load certificate: nope: /)
    expect(await say(tlsPort, 'CONFIG SET maxmemory 1mb tls-key-file nope')).toBe(failure('tls-key-file'))
    expect(await say(tlsPort, 'CONFIG GET maxmemory')).toContain('\r\n0')
    expect(await say(tlsPort, 'CONFIG GET tls-cert-file')).toContain(server.certFile)
    expect(await serial()).toBe(before)
    const next = authority.issue({ name: 'next' })
    const old = await dial(tlsPort)
    expect(await say(tlsPort, `CONFIG SET tls-cert-file ${next.certFile} tls-key-file ${next.keyFile}`)).toBe('+OK')
    expect(await serial()).not.toBe(before)
    expect(await ask(old, 'PING')).toBe('+PONG')
    old.destroy()
  })

  test('tls-port moves, closes and opens', async () => {
    const one = await running('redis-8.0', 'save ""')
    started.push(one)
    const [first, second] = [await freePort(), await freePort()]
    const set = (line: string): Promise<string> => exchange(one.port, `CONFIG SET ${line}\r\n`)
    expect(await set(`tls-port ${first}`)).toBe(`${failure('tls-port')}\r\n`)
    expect(await set(`tls-cert-file ${bob.keyFile}`)).toBe('+OK\r\n')
    expect(await set('tls-replication yes')).toBe(`${failure('tls-replication')}\r\n`)
    const [cert = '', key = '', ca = ''] = files()
    expect(await set(`${cert} ${key} ${ca}`)).toBe('+OK\r\n')
    expect(await set('tls-auth-clients no')).toBe('+OK\r\n')
    expect(await set(`tls-port ${one.port}`)).toBe(
      `${failure('tls-port', 'Unable to listen on this port. Check server logs.')}\r\n`,
    )
    expect(await set(`tls-port ${first}`)).toBe('+OK\r\n')
    const stays = await dial(first)
    expect(await set(`tls-port ${second}`)).toBe('+OK\r\n')
    expect(await say(second, 'PING')).toBe('+PONG')
    expect(await ask(stays, 'PING')).toBe('+PONG')
    stays.destroy()
    await expect(dial(first)).rejects.toThrow('closed')
    expect(await set('tls-port 0')).toBe('+OK\r\n')
    await expect(dial(second)).rejects.toThrow('closed')
    // Files are not looked at while there is no port, and a port uses those that were loaded last.
    expect(await set('tls-cert-file nope')).toBe('+OK\r\n')
    expect(await set(`tls-port ${second}`)).toBe('+OK\r\n')
    expect(await say(second, 'PING')).toBe('+PONG')
  })

  test('Valkey 9.1 reports the certificates, and loads changed files by itself', async () => {
    const own = authority.issue({ name: 'own' })
    const { tlsPort } = await start('valkey-9.1', files(own))
    const info = await say(tlsPort, 'INFO tls')
    expect(info).toMatch(/# TLS\r\ntls_server_cert_serial:[0-9A-F]+\r\ntls_server_cert_expires_in_seconds:17\d{4}\r\n/)
    expect(info).toMatch(
      /tls_client_cert_serial:none\r\ntls_client_cert_expires_in_seconds:0\r\ntls_ca_cert_serial:10\r\n/,
    )
    const next = authority.issue({ name: 'own', days: 3 }, 'own-next')
    copyFileSync(next.certFile, own.certFile)
    copyFileSync(next.keyFile, own.keyFile)
    expect(await say(tlsPort, 'CONFIG SET tls-auto-reload-interval 1')).toBe('+OK')
    await expect
      .poll(() => say(tlsPort, 'INFO tls'), { timeout: 5000 })
      .toMatch(/tls_server_cert_expires_in_seconds:25\d{4}/)
    const older = await start('redis-8.0')
    expect(await say(older.tlsPort, 'INFO tls')).toBe('$0')
  })
})

describe('hostile clients', () => {
  const raw = (port: number, bytes: string): Promise<string> => exchange(port, bytes)

  test('garbage closes its connection only', async () => {
    const { tlsPort } = await start('redis-8.0')
    const other = await dial(tlsPort)
    for (const bytes of [
      'PING\r\n',
      '*1\r\n$4\r\nPING\r\n',
      '\x16\x03\x01\xff\xff' + 'x'.repeat(70_000),
      '\x80'.repeat(50),
    ])
      expect(await raw(tlsPort, bytes).catch(() => '<closed>')).toMatch(/^(?:\x15[^]{0,10})?<closed>$/)
    expect(await ask(other, 'PING')).toBe('+PONG')
    other.destroy()
  })

  test('a slow handshake ends in time, however often bytes come', async () => {
    const { tlsPort, server: engine } = await start('redis-8.0', [], 300)
    const idle = createConnection(tlsPort, '127.0.0.1')
    const closed = new Promise((done) => idle.on('close', done))
    idle.on('error', () => undefined)
    idle.write('\x16\x03\x01\x02\x00\x01')
    const drip = setInterval(() => idle.write('\x00'), 50)
    await expect.poll(() => engine.handshakes).toBe(1)
    await closed
    clearInterval(drip)
    await expect.poll(() => engine.handshakes).toBe(0)
    expect(await say(tlsPort, 'PING')).toBe('+PONG')
  })

  test('handshakes count as clients', async () => {
    const { tlsPort, server: engine } = await start('redis-8.0', ['maxclients 2'])
    const first = await dial(tlsPort)
    const id = Number((await ask(first, 'CLIENT ID')).slice(1))
    const idle = createConnection(tlsPort, '127.0.0.1')
    await expect.poll(() => engine.handshakes).toBe(1)
    expect(await ask(first, 'INFO clients')).toContain('connected_clients:2\r\n')
    await expect(dial(tlsPort)).rejects.toThrow('closed')
    expect(await ask(first, 'INFO stats')).toContain('rejected_connections:1\r\n')
    idle.destroy()
    await expect.poll(() => engine.handshakes).toBe(0)
    expect(await say(tlsPort, 'CLIENT ID')).toBe(`:${id + 2}`)
    first.destroy()
  })

  test('a client that does not read holds a bounded amount of memory, and gets everything in the end', async () => {
    const { tlsPort, server: engine } = await start('redis-8.0')
    const socket = await dial(tlsPort)
    await ask(socket, `SET k ${'x'.repeat(60_000)}`)
    socket.pause()
    socket.removeAllListeners('close')
    const count = 2000
    socket.write('GET k\r\n'.repeat(count))
    const session = [...engine.sessions.values()][0]
    const ran = (): number => session?.commandsRun ?? 0
    await expect.poll(ran).toBeGreaterThan(2)
    let before = -1
    const isStill = (): boolean => before === (before = ran())
    await expect.poll(isStill, { interval: 100 }).toBe(true)
    // The server has stopped running its commands: the replies of all would be 120 MB.
    expect(ran()).toBeLessThan(count / 2)
    let received = 0
    await new Promise<void>((done) => {
      socket.on('data', (data) => {
        received += data.length
        if (received >= count * 60_010) done()
      })
      socket.resume()
    })
    expect(received).toBe(count * 60_010)
    socket.destroy()
  })

  test('many clients at once', async () => {
    const { tlsPort, server: engine } = await start('redis-8.0')
    const replies = await Promise.all(Array.from({ length: 100 }, () => say(tlsPort, 'PING')))
    expect(new Set(replies)).toEqual(new Set(['+PONG']))
    await expect.poll(() => engine.sessions.size).toBe(0)
  })
})
