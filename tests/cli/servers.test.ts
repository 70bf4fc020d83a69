import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer as createTlsServer } from 'node:tls'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { withoutPasswords } from '../../src/cli/server/record'
import { findProgram } from '../../src/tools/browser'
import { files, run, type Ran } from './program'
import { exchange, running, type Running } from './running'

const folder = (): string => mkdtempSync(join(tmpdir(), 'acl-servers-'))
const servers: Running[] = []
const fakes: Server[] = []
const kept = { auth: process.env['REDISCLI_AUTH'], url: process.env['ACL_PLAYGROUND_URL'] }

beforeEach(() => {
  delete process.env['REDISCLI_AUTH']
  delete process.env['ACL_PLAYGROUND_URL']
})

afterEach(async () => {
  if (kept.auth !== undefined) process.env['REDISCLI_AUTH'] = kept.auth
  if (kept.url !== undefined) process.env['ACL_PLAYGROUND_URL'] = kept.url
  await Promise.all(servers.splice(0).map((server) => server.stop()))
  for (const fake of fakes.splice(0)) fake.close()
})

const OPS = 'ops-password'
const policy = `user default off
user ops on >${OPS} ~* &* +@all
user app on >app-password ~app:* resetchannels +@read +@write -@dangerous
user reader on >reader-password ~app:* +acl|list +info
`

async function started(
  id: Parameters<typeof running>[0] = 'redis-8.0',
  acl = policy,
  ...conf: string[]
): Promise<Running> {
  const { users } = files({ users: acl })
  const server = await running(id, `aclfile "${users}"`, ...conf)
  servers.push(server)
  return server
}

const at = ({ port }: { readonly port: number }, user = 'ops', password = OPS): string =>
  `redis://${user}:${password}@127.0.0.1:${port}`

/** Checks that nothing printed contains the password. */
function secret({ out, err }: Ran, password = OPS): void {
  expect(out).not.toContain(password)
  expect(err).not.toContain(password)
}

/** A server that answers every command with these bytes, or does as it likes with a connection. */
async function fake(answer: string | ((socket: Socket) => void)): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    if (typeof answer === 'string') socket.on('data', () => socket.write(answer, 'latin1'))
    else answer(socket)
  })
  fakes.push(server)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return `redis://127.0.0.1:${address.port}`
}

describe('drift', () => {
  test('tells which users of each server are not those of the file, and changes nothing', async () => {
    const [same, other] = [await started(), await started('valkey-8.1', policy.replace('+@write ', ''))]
    const { users } = files({ users: policy.replace(/user reader .*\n/, 'user newcomer on nopass ~n:* +get\n') })
    const { original } = files({ original: policy })
    expect(await run(['drift', original, at(same)])).toMatchObject({
      code: 0,
      out: `redis://127.0.0.1:${same.port}: as in the file\n`,
    })
    const drifted = await run(['drift', users, at(same), at(other)])
    secret(drifted)
    expect([drifted.code, drifted.out]).toEqual([
      1,
      `redis://127.0.0.1:${same.port}: 2 differences: newcomer (missing), reader (not in the file)
redis://127.0.0.1:${other.port}: 3 differences: app (different), newcomer (missing), reader (not in the file)
`,
    ])
    const json = await run(['drift', original, at(other), '--format', 'json'])
    expect(JSON.parse(json.out)).toMatchObject({
      command: 'drift',
      servers: [{ drift: true, differing: [{ of: 'user', name: 'app', state: 'different' }] }],
    })
    // A reader who could not run the commands of a plan.
    const read = await run(['drift', original, at(same, 'reader', 'reader-password')])
    expect([read.code, read.out]).toEqual([0, expect.stringContaining(': as in the file')])
  })

  test('a server that is not read is in the report, and the exit code is 2', async () => {
    const [server, closed] = [await started(), await started()]
    const { users } = files({ users: policy })
    const { code, out, err } = await run([
      'drift',
      users,
      at(server),
      at(closed, 'app', 'wrong-password'),
      '-f',
      'prometheus',
    ])
    const label = (port: number): string => `server="redis://127.0.0.1:${port}"`
    expect([code, out]).toEqual([
      2,
      `# HELP acl_playground_drift Users and roles that differ from the file.
# TYPE acl_playground_drift gauge
acl_playground_drift{${label(server.port)}} 0
# HELP acl_playground_read 1 where the users were read, else 0.
# TYPE acl_playground_read gauge
acl_playground_read{${label(server.port)}} 1
acl_playground_read{${label(closed.port)}} 0
`,
    ])
    expect(err).toContain('wrong password for app')
    expect(err).not.toContain('wrong-password')
    expect((await run(['drift', at(server), users])).err).toContain('Give the file first')
    expect((await run(['drift', users, at(server), '--map', 'nonsense'])).err).toContain('host:port=host:port')
  })
})

describe('a server in place of a file', () => {
  test('check, simplify, import and link read its users, release and configuration', async () => {
    const server = await started('valkey-8.1', policy, 'acl-pubsub-default allchannels')
    const address = at(server)
    const name = `redis://127.0.0.1:${server.port}`
    const checked = await run(['check', address, '--format', 'json', '--debug'])
    secret(checked)
    expect(checked.err).toContain(`${name}: Valkey 8.1.1, target valkey-8.1\n`)
    const {
      files: [report],
    } = JSON.parse(checked.out) as { files: Record<string, unknown>[] }
    expect(report).toMatchObject({
      file: name,
      conf: `${name} (CONFIG GET)`,
      target: { id: 'valkey-8.1' },
      accepted: true,
      users: ['app', 'default', 'ops', 'reader'],
    })
    const simplified = await run(['simplify', address, '--user', 'app'])
    expect(simplified.out).toContain(
      'Line 1, user app: 6 characters shorter; no shorter command rules allow the same commands.',
    )
    expect((await run(['simplify', address, '--write'])).err).toBe(
      `${name}: Valkey 8.1.1, target valkey-8.1\n--write needs a file.\n`,
    )
    const imported = await run(['import', address])
    expect(imported.out).toMatch(
      /^user app on sanitize-payload #[0-9a-f]{64} ~app:\* resetchannels -@all \+@read \+@write -@dangerous\n/,
    )
    const linked = await run(['link', address, '--page', 'https://acl.example.org/'])
    secret(linked)
    const again = await run(['check', linked.out.trim(), '--format', 'json'])
    expect(JSON.parse(again.out)).toMatchObject({
      files: [{ target: { id: 'valkey-8.1' }, users: ['app', 'default', 'ops', 'reader'] }],
    })
  })

  test('compare says what deploying a file would change, on the configuration of the server', async () => {
    const server = await started('redis-7.2', policy, 'acl-pubsub-default allchannels')
    const { same, other } = files({
      same: policy
        .replace(' resetchannels', ' resetchannels')
        .replace(
          '>app-password',
          `#${'f'.repeat(64)} >app-password <x`.replace(` <x`, '').replace(`#${'f'.repeat(64)} `, ''),
        ),
      other: policy.replace('+@write', '').replace('user reader', 'user newcomer'),
    })
    const equal = await run(['compare', at(server), same])
    expect([equal.code, equal.out]).toEqual([0, expect.stringContaining('No user’s rules or log-in changed')])
    const changed = await run(['compare', at(server), other])
    expect(changed.code).toBe(1)
    expect(changed.out).toContain(`redis://127.0.0.1:${server.port} → `)
    expect(changed.out).toContain('on Redis 7.2 (7.2.6)')
    expect(changed.out).toMatch(/user app\n {2}- can no longer run/)
    const back = await run(['compare', other, at(server)])
    expect(back.out).toMatch(/user app\n {2}\+ can also run/)
    // Without --target, each of two servers is compared as what it is.
    const newer = await started('redis-8.0', policy, 'acl-pubsub-default allchannels')
    const both = await run(['compare', at(server), at(newer)])
    expect(both.out).toContain(`on Redis 7.2 (7.2.6) → redis://127.0.0.1:${newer.port} on Redis 8.0 (8.0.2-3+deb13u3)`)
  })

  test('test checks sentences on its rules, and --on-server asks it', async () => {
    const server = await started()
    const {
      expect: sentences,
      failing,
      acl,
    } = files({
      expect:
        'app can GET app:1\napp cannot GET other because key\napp cannot FLUSHALL\nreader cannot log in because off\nonly ops can read keys x:*\n'.replace(
          'reader cannot log in because off\n',
          'default cannot log in because off\n',
        ),
      failing: 'app cannot write keys app:*\n',
      acl: policy,
    })
    const passed = await run(['test', at(server), sentences, '--on-server'])
    expect([passed.code, passed.out]).toEqual([
      0,
      expect.stringContaining(
        `all 5 expectations hold for redis://127.0.0.1:${server.port} on Redis 8.0 (8.0.2-3+deb13u3)\nredis://127.0.0.1:${server.port} was asked about 3 command lines by ACL DRYRUN: all answers agree; 2 sentences are about no single command line\n`,
      ),
    ])
    const failed = await run(['test', at(server), failing, '--on-server', '--format', 'json'])
    expect(failed.code).toBe(1)
    expect(JSON.parse(failed.out)).toMatchObject({ holds: false, onServer: { asked: 1, notAsked: 0, differences: [] } })
    expect((await run(['test', acl, sentences, '--on-server'])).err).toMatch(
      /^--on-server needs the address of a server/,
    )
    const old = await started('redis-6.2')
    expect((await run(['test', at(old), sentences, '--on-server'])).err).toContain('Redis 6.2 has no ACL DRYRUN')
  })

  test('a server that decides differently from the engine is reported', async () => {
    const real = await started()
    // Passes everything on, but allows what is asked by ACL DRYRUN.
    const address = await fake((socket) => {
      const upstream = connect(real.port, '127.0.0.1')
      socket.on('data', (data) => {
        if (data.includes('DRYRUN')) socket.write('+OK\r\n')
        else upstream.write(data)
      })
      upstream.on('data', (data) => socket.write(data))
      socket.on('close', () => upstream.destroy())
    })
    const { sentences } = files({ sentences: 'app can GET app:1\napp cannot GET other\n' })
    const ran = await run(['test', address.replace('//', `//ops:${OPS}@`), sentences, '--on-server'])
    expect(ran.code).toBe(1)
    expect(ran.out).toContain(
      `${address} decides differently from the engine about app: GET other: the server says "allowed", the engine "User app has no permissions to access the 'other' key".`,
    )
    expect(ran.out).toContain('by ACL DRYRUN: 1 differ')
    for (const format of ['json', 'junit', 'github'])
      expect(
        (await run(['test', address.replace('//', `//ops:${OPS}@`), sentences, '--on-server', '--format', format])).out,
      ).toContain('decides differently')
  })
})

describe('what was not read', () => {
  /** HELLO of a server that has a module of its own, and an answer to each other command. */
  const withModule = (socket: Socket, port: number): void => {
    const upstream = connect(port, '127.0.0.1')
    socket.on('data', (data) => upstream.write(data))
    upstream.on('data', (data) =>
      socket.write(
        Buffer.from(
          data
            .toString('latin1')
            .replace(/modules\r\n\*0\r\n/, 'modules\r\n*1\r\n*4\r\n$4\r\nname\r\n$5\r\ngraph\r\n$3\r\nver\r\n:1\r\n'),
          'latin1',
        ),
      ),
    )
    socket.on('close', () => upstream.destroy())
  }

  test('no change is not called proved where the configuration is not read', async () => {
    const more = '+acl|list +acl|setuser +acl|deluser +command|getkeys'
    const server = await started('redis-7.2', policy.replace('+acl|list', more))
    const reader = at(server, 'reader', 'reader-password')
    const { same } = files({ same: policy.replace('+acl|list', more) })
    const gap = 'The configuration was not read (reader lacks +config|get): the defaults of Redis 7.2 are assumed.'
    for (const words of [
      ['compare', reader, same],
      ['plan', same, reader],
      ['simplify', reader],
    ]) {
      const { out } = await run(words)
      expect(out).toContain(gap)
      expect(out).not.toContain('proved over all commands')
      if (words[0] !== 'simplify') expect(out).toContain('as far as the server was read')
    }
    const json = JSON.parse((await run(['compare', reader, same, '--format', 'json'])).out) as unknown
    expect(json).toMatchObject({ same: true, limits: [`redis://127.0.0.1:${server.port}: ${gap}`] })
    const { conf } = files({ conf: 'databases 16\n' })
    expect((await run(['compare', reader, same, '--conf', conf])).out).toContain('proved over all commands')
    expect((await run(['compare', at(server), same])).out).toContain('proved over all commands')
  })

  test('commands of modules that no target has are named as left out', async () => {
    const server = await started('redis-7.2')
    const address = (await fake((socket) => withModule(socket, server.port))).replace('//', `//ops:${OPS}@`)
    const { same, sentences } = files({ same: policy, sentences: 'app can GET app:1\n' })
    const note = 'The commands of the loaded module graph are not covered.'
    const compared = await run(['compare', address, same])
    expect([compared.code, compared.out]).toEqual([0, expect.stringContaining(note)])
    expect(compared.out).not.toContain('proved over all commands')
    const planned = await run(['plan', same, address])
    expect([planned.code, planned.out]).toEqual([0, expect.stringContaining(note)])
    expect((await run(['test', address, sentences])).out).toContain(note)
    // Vector sets are listed as a module, and are part of the target.
    const newer = await started('redis-8.0')
    expect((await run(['compare', at(newer), same])).out).toContain('proved over all commands')
  })
})

describe('the log-in', () => {
  test('takes the password from the environment, or asks for it', async () => {
    const server = await started()
    const address = `redis://ops@127.0.0.1:${server.port}`
    expect((await run(['import', address])).err).toBe(
      `redis://127.0.0.1:${server.port} needs a password. Set REDISCLI_AUTH to it, or ACL_PLAYGROUND_URL to the address with user and password.\n`,
    )
    const asked: string[] = []
    const io = {
      password: (question: string): Promise<string | null> => {
        asked.push(question)
        return Promise.resolve(OPS)
      },
    }
    expect((await run(['import', address], { io })).code).toBe(0)
    expect(asked).toEqual([`Password of ops on redis://127.0.0.1:${server.port}: `])
    process.env['REDISCLI_AUTH'] = OPS
    expect((await run(['import', address], { io })).code).toBe(0)
    process.env['REDISCLI_AUTH'] = ''
    process.env['ACL_PLAYGROUND_URL'] = at(server)
    expect((await run(['import', `redis://127.0.0.1:${server.port}`])).code).toBe(0)
    expect((await run(['import', 'redis://'])).code).toBe(0)
    expect(asked).toHaveLength(1)
  })

  test('errors name the cause, and never repeat a password', async () => {
    const server = await started()
    const name = `redis://127.0.0.1:${server.port}`
    const wrong = await run(['check', at(server, 'ops', 'wrong-password'), '--debug'])
    secret(wrong, 'wrong-password')
    expect([wrong.code, wrong.err]).toEqual([
      2,
      expect.stringContaining(`${name}: wrong password for ops, or there is no such user, or it is off.\n`),
    ])
    const open = await started('redis-8.0', 'user default on nopass ~* &* +@all\n')
    expect((await run(['check', `redis://:${OPS}@127.0.0.1:${open.port}`])).code).toBe(0)
    const echoing = await fake(`-ERR unknown command 'AUTH', with args beginning with: 'ops' '${OPS}'\r\n`)
    const echoed = await run(['check', echoing.replace('//', `//ops:${OPS}@`), '--debug'])
    secret(echoed)
    expect(echoed.err).toContain(
      `the log-in as ops failed: ERR unknown command 'AUTH', with args beginning with: 'ops' '***'`,
    )
    const option = await run(['check', 'x', '-t', at(server)])
    secret(option)
    expect(option.err).toContain('There is no target redis://***@127.0.0.1')
    for (const words of [
      ['check', `redis://ops:${OPS}@a:b:c`],
      ['test', 'x', at(server)],
      ['plan', at(server), 'x'],
      ['plan', 'x', `http://ops:x@${server.port}`],
    ]) {
      const ran = await run(words)
      secret(ran)
      expect(ran.code).toBe(2)
    }
  })

  test('a permission that is missing is named', async () => {
    const acl = policy.replace('+acl|list +info', '')
    const server = await started('redis-8.0', acl)
    const reader = at(server, 'reader', 'reader-password')
    const needs = (rule: string): string =>
      `redis://127.0.0.1:${server.port}: reader needs ${rule}. Log in as a user who has it, or run: ACL SETUSER reader ${rule}\n`
    expect((await run(['check', reader])).err).toContain(needs('+acl|list'))
    expect((await run(['watch', reader])).err).toBe(needs('+acl|log'))
    expect((await run(['record', reader, '--seconds', '1'])).err).toContain(needs('+monitor'))
    expect((await run(['pull', reader, '--out', '-'])).err).toContain(needs('+acl|list'))
    const { sentences } = files({ sentences: 'app can GET app:1\n' })
    const lists = await started()
    const asked = await run(['test', at(lists, 'reader', 'reader-password'), sentences, '--on-server'])
    expect(asked.err).toContain('reader needs +acl|dryrun')
    // Without CONFIG GET, the defaults count; without INFO, HELLO tells the release.
    const bare = await started('redis-7.2', policy.replace(' +info', ''))
    const read = await run(['import', at(bare, 'reader', 'reader-password')])
    expect([read.code, read.err]).toEqual([
      0,
      `redis://127.0.0.1:${bare.port}: Redis 7.2.6, target redis-7.2\nredis://127.0.0.1:${bare.port}: its configuration is not read (reader lacks +config|get): the defaults count.\n`,
    ])
  })
})

describe('a connection that fails', () => {
  test('says so in one line, whatever answers', async () => {
    const closed = await started()
    await closed.stop()
    servers.length = 0
    const cases: [address: string, message: RegExp][] = [
      [`redis://127.0.0.1:${closed.port}`, /: connection refused: no server listens there\.$/],
      [
        'redis://no-such-host.invalid',
        /: (?:there is no such host|the name of the host cannot be resolved at the moment)\.$/,
      ],
      ['unix:/tmp/no-such-socket.sock', /: there is no such socket\.$/],
      [
        await fake('HTTP/1.1 400 Bad Request\r\n\r\n'),
        /: the answer is not one of a Redis or Valkey server, or too long\.$/,
      ],
      [await fake('*33554431\r\n'.repeat(100)), /: the answer is not one of/],
      [await fake('$2000000000\r\n'), /: the answer is not one of/],
      [await fake('*1\r\n'.repeat(100_000)), /: the answer is not one of/],
      [await fake('$-1\r\n'), /: ACL LIST answers something else than users\.$/],
      [await fake('*1\r\n$4\r\nnone\r\n'), /: ACL LIST answers something else than users\.$/],
      [
        await fake('*1\r\n$9\r\nuser \xff (\x1b\r\n'),
        /: the users are not read completely and exactly|is not the line of a user$|user default is not listed/,
      ],
      [
        await fake('-LOADING Redis is loading the dataset in memory\r\n'),
        /: ACL LIST failed: LOADING Redis is loading the dataset in memory$/,
      ],
      [await fake(`-ERR ${'x'.repeat(5000)}\x1b[31m\r\n`), /: ACL LIST failed: ERR x{296}…$/],
      [await fake("-ERR unknown command 'ACL'\r\n"), /: ACL LIST failed: ERR unknown command 'ACL'$/],
      [
        await fake((socket) => socket.end()),
        /: the server closed the connection\. If it uses TLS, write rediss:\/\/ instead\.$/,
      ],
      [
        await fake((socket) => socket.end('-ERR max number of clients reached\r\n')),
        /: the server closed the connection: ERR max number of clients reached$/,
      ],
      [
        await fake((socket) => socket.write(Buffer.from([0x15, 3, 3, 0, 2, 2, 70]))),
        /: the server uses TLS: write rediss:\/\/ instead\.$/,
      ],
      [
        await fake((socket) => socket.once('data', () => socket.resetAndDestroy())),
        /: the server closed the connection\. If it uses TLS, write rediss:\/\/ instead\.$/,
      ],
    ]
    for (const [address, message] of cases) {
      const { code, out, err } = await run(['check', address])
      expect([address, code, out]).toEqual([address, 2, ''])
      const lines = err.split('\n').filter((line) => line !== '' && !line.includes('does not tell its release'))
      expect(lines.at(-1)).toMatch(message)
      expect(err).not.toMatch(/[\x1b\xff]/)
    }
  })

  test('TLS: an unknown authority is refused, a known one is trusted', async () => {
    const server = await started()
    const certificate = join(import.meta.dirname, 'localhost-cert.pem')
    const key = join(import.meta.dirname, 'localhost-key.pem')
    const tls = createTlsServer({ cert: readFileSync(certificate), key: readFileSync(key) }, (socket) => {
      const upstream = connect(server.port, '127.0.0.1')
      socket.on('error', () => upstream.destroy())
      socket.pipe(upstream).pipe(socket)
    })
    tls.on('tlsClientError', () => undefined)
    fakes.push(tls)
    await new Promise<void>((done) => tls.listen(0, '127.0.0.1', done))
    const address = tls.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    const url = `rediss://ops:${OPS}@localhost:${address.port}`
    expect((await run(['import', url])).err).toBe(
      `rediss://localhost:${address.port}: TLS failed: its certificate is self-signed. Name the file of the certificate authority: --cacert\n`,
    )
    const trusted = await run(['import', url, '--cacert', certificate])
    expect([trusted.code, trusted.out]).toEqual([0, expect.stringContaining('user ops on')])
    expect((await run(['import', url, '--cacert', '/no/such.pem'])).err).toBe('/no/such.pem cannot be read.\n')
    expect((await run(['import', url, '--cert', certificate])).err).toBe('--cert and --key belong together.\n')
    const plain = await run([
      'import',
      `rediss://127.0.0.1:${await portOf(await fake('-ERR\r\n'))}`,
      '--cacert',
      certificate,
    ])
    expect(plain.err).toMatch(/TLS failed: .*If that port does not use TLS, write redis:\/\/ instead\.\n$/)
    const asPlain = await run(['import', `redis://127.0.0.1:${address.port}`])
    expect([asPlain.code, asPlain.out]).toEqual([2, ''])
    expect(asPlain.err).toContain('write rediss:// instead')
  })

  test('a Sentinel is recognized, whatever is asked of it', async () => {
    const fields = ['server', 'redis', 'version', '8.0.2', 'mode', 'sentinel']
    const hello = `*${fields.length}\r\n${fields.map((field) => `$${field.length}\r\n${field}\r\n`).join('')}`
    const address = await fake(hello)
    const { acl } = files({ acl: policy })
    for (const words of [
      ['check', address],
      ['plan', acl, address],
      ['pull', address, '--out', '-'],
      ['watch', address],
    ]) {
      const { code, out, err } = await run(words)
      expect([code, out, err]).toEqual([2, '', expect.stringContaining(`${address} is a Sentinel, which has commands`)])
    }
  })

  test('a Unix socket', async () => {
    const path = join(folder(), 'r.sock')
    await started('redis-8.0', policy, `unixsocket ${path}`)
    const ran = await run(['import', `unix://ops:${OPS}@${path}`])
    expect([ran.code, ran.err]).toEqual([0, `unix:${path}: Redis 8.0.2, target redis-8.0 as 8.0.2-3+deb13u3\n`])
  })
})

const portOf = (address: string): Promise<string> => Promise.resolve(address.slice(address.lastIndexOf(':') + 1))

describe('pull', () => {
  test('writes users with hashes, and the configuration; overwrites nothing', async () => {
    const server = await started('redis-7.2', policy, 'acl-pubsub-default allchannels')
    const into = folder()
    const out = join(into, 'users.acl')
    const pulled = await run(['pull', at(server), '--out', out])
    secret(pulled)
    expect([pulled.code, pulled.out]).toEqual([0, ''])
    const text = readFileSync(out, 'utf8')
    expect(text.match(/^user /gm)).toHaveLength(4)
    expect(text).not.toMatch(/ >|password/)
    expect(readFileSync(join(into, 'redis.conf'), 'utf8')).toContain('\nacl-pubsub-default allchannels\n')
    expect(statSync(out).mode & 0o777).toBe(0o600)
    const compared = await run(['compare', at(server), out, '--to-conf', join(into, 'redis.conf')])
    expect(compared.code).toBe(0)
    expect((await run(['pull', at(server), '--out', out])).err).toBe(`${out} exists already. --force overwrites it.\n`)
    expect((await run(['pull', at(server), '--out', out, '--force'])).code).toBe(0)
    const other = folder()
    writeFileSync(join(other, 'redis.conf'), 'port 1\n')
    const refused = await run(['pull', at(server), '--out', join(other, 'users.acl')])
    expect([refused.code, readdirSync(other)]).toEqual([2, ['redis.conf']])
    expect((await run(['pull', at(server), '--out', join(other, 'no/users.acl')])).err).toContain(
      'there is no such folder',
    )
    expect((await run(['pull'])).err).toContain('Give the address of a server')
  })
})

describe('plan', () => {
  /** Runs lines by redis-cli where it is installed, else by the protocol; fails on errors. */
  async function apply(port: number, lines: string, user = 'ops', password = OPS): Promise<void> {
    if (findProgram('redis-cli') === null) {
      const out = await exchange(port, `AUTH ${user} ${password}\r\n${lines.replaceAll('\n', '\r\n')}`)
      return expect(out).not.toMatch(/^-/m)
    }
    const child = execFile('redis-cli', ['-p', String(port), '--user', user, '--no-auth-warning'], {
      env: { ...process.env, REDISCLI_AUTH: password },
    })
    let out = ''
    child.stdout?.on('data', (text: string) => {
      out += text
    })
    child.stdin?.end(lines)
    await once(child, 'close')
    expect(out.split('\n').filter((line) => line === 'OK' || line === '1')).toHaveLength(lines.split('\n').length - 1)
    expect(out).not.toMatch(/ERR|NOPERM|NOAUTH|WRONGPASS/)
  }

  const wanted = policy
    .replace('+@write', '+@write ~"q\\" (~s:* +get)'.replace('"q\\"', "it's"))
    .replace('user reader on >reader-password', 'user newcomer on nopass')
    .replace('user ops on >ops-password', `user ops on >ops-password >second`)

  test.each(['redis-8.0', 'redis-7.2', 'valkey-8.1'] as const)(
    '%s: the commands make the users of the file, and are undone',
    async (id) => {
      const server = await started(id)
      const { acl } = files({ acl: wanted })
      const before = await run(['import', at(server)])
      const text = await run(['plan', acl, at(server)])
      secret(text)
      expect(text.code).toBe(1)
      expect(text.out).toContain('Commands, for ops to run with redis-cli\nACL SETUSER app reset on ')
      expect(text.out).toContain('The passwords of ops, who runs the commands, change')
      const commands = await run(['plan', acl, at(server), '--format', 'commands'])
      const undo = await run(['plan', acl, at(server), '--format', 'undo'])
      expect(
        commands.out
          .trim()
          .split('\n')
          .map((line) => line.split(' ').slice(0, 3).join(' ')),
      ).toEqual(['ACL SETUSER app', 'ACL SETUSER newcomer', 'ACL DELUSER reader', 'ACL SETUSER ops'])
      await apply(server.port, commands.out)
      const done = await run(['plan', acl, at(server)])
      expect([done.code, done.out]).toEqual([0, expect.stringContaining('No user’s rules or log-in changed')])
      await apply(server.port, undo.out)
      expect((await run(['import', at(server)])).out).toBe(before.out)
    },
  )

  test('a plan that would lock out its user is refused', async () => {
    const server = await started()
    const { off, gone, weak, noAdmin } = files({
      off: policy.replace('user ops on', 'user ops off'),
      gone: policy.replace(/user ops .*\n/, ''),
      weak: policy.replace('~* &* +@all', '~* &* +@all -acl'),
      noAdmin: policy.replace('+@write', ''),
    })
    const name = `redis://127.0.0.1:${server.port}`
    const refusal = async (file: string, address = at(server)): Promise<string> => {
      const { code, out, err } = await run(['plan', file, address])
      expect([code, out]).toEqual([2, ''])
      return err.split('\n').at(-2) ?? ''
    }
    expect(await refusal(off)).toBe(
      `${name}: no plan: ops, who runs the commands, could not log in again: with the file it is off. Log in as another user.`,
    )
    expect(await refusal(gone)).toContain(`${name}: no plan: the file has no user ops`)
    expect(await refusal(weak)).toContain('no plan: the file takes +acl|setuser from ops')
    expect(await refusal(noAdmin, at(server, 'reader', 'reader-password'))).toContain(
      'no plan: reader may not run ACL SETUSER: it needs +acl|setuser.',
    )
    const { bad } = files({ bad: 'user x +nonsense\n' })
    expect(await refusal(bad)).toContain('acl-playground check')
  })

  test('several servers: a plan for each, a summary, and files', async () => {
    const [first, second, third] = [await started(), await started('redis-8.0', wanted), await started()]
    const { acl } = files({ acl: wanted })
    const into = join(folder(), 'plan')
    const all = await run(['plan', acl, at(first), at(second), at(third), '--save', into])
    expect(all.code).toBe(1)
    expect(all.out).toMatch(/\n3 servers: 2 to change, 1 unchanged\n$/)
    expect(readdirSync(into).sort()).toEqual(
      [first, third].flatMap(({ port }) => [`127.0.0.1-${port}.apply.txt`, `127.0.0.1-${port}.undo.txt`]).sort(),
    )
    await apply(first.port, readFileSync(join(into, `127.0.0.1-${first.port}.apply.txt`), 'utf8'))
    expect((await run(['plan', acl, at(first), at(second)])).code).toBe(0)
    expect((await run(['plan', acl, at(third), '--save', into])).err).toContain(
      'exists already. --force overwrites it.',
    )
    const failing = await run(['plan', acl, at(third), 'redis://127.0.0.1:1', '--format', 'json'])
    expect(failing.code).toBe(2)
    expect(JSON.parse(failing.out)).toMatchObject({
      servers: [
        { user: 'ops', commands: { length: 4 } },
        { problem: 'redis://127.0.0.1:1: connection refused: no server listens there.' },
      ],
    })
    // Servers that need the same are shown once.
    const fourth = await started()
    const alike = await run(['plan', acl, at(third), at(first), at(fourth)])
    const name = ({ port }: Running): string => `redis://127.0.0.1:${port}`
    expect(alike.out).toContain(`2 servers: ${name(third)}, ${name(fourth)} → ${acl} on Redis 8.0`)
    expect(alike.out.match(/^Commands, for ops/gm)).toHaveLength(1)
    expect(alike.out).toMatch(/\n3 servers: 2 to change, 1 unchanged\n$/)
    const mixed = await run(['plan', acl, at(first), at(third), '--format', 'commands'])
    expect([mixed.code, mixed.out]).toEqual([2, ''])
    expect(existsSync(into)).toBe(true)
  })
})

describe('watch', () => {
  /** Watches a server until what was printed satisfies a condition; `whenReady` runs once new entries are looked for. */
  async function watched(
    words: readonly string[],
    isEnough: (out: string) => boolean,
    whenReady: () => Promise<void> = async () => undefined,
  ): Promise<Ran> {
    const printed = { out: '', err: '' }
    let stop: () => void = () => undefined
    const interrupted = new Promise<void>((resolve) => {
      stop = resolve
    })
    const watching = run(['watch', ...words, '--interval', '0.05'], {
      io: {
        interrupted: () => interrupted,
        out: (text) => (printed.out += text),
        err: (text) => (printed.err += text),
      },
    })
    await expect.poll(() => printed.err, { interval: 10 }).toContain('watching ACL LOG')
    await whenReady()
    await expect.poll(() => isEnough(printed.out), { interval: 10 }).toBe(true)
    stop()
    return { ...printed, code: (await watching).code }
  }

  test('prints new entries with the smallest rule, and stops when it is told to', async () => {
    const server = await started()
    await exchange(server.port, 'AUTH app app-password\r\n', 'FLUSHALL\r\n')
    const { code, out, err } = await watched(
      [at(server)],
      (text) => text.includes('app could not log in'),
      async () => {
        await exchange(server.port, 'AUTH app app-password\r\n', 'GET other:1\r\n', 'KEYS *\r\n')
        await exchange(server.port, 'AUTH app wrong\r\n')
      },
    )
    expect([code, err]).toEqual([0, expect.stringContaining('watching ACL LOG; Ctrl C stops\n')])
    expect(out).toMatch(
      /app may not use the key other:1 with get from 127\.0\.0\.1:\d+\n {2}would be allowed by: ACL SETUSER app "\(\+get %R~other:1\)" \(and nothing else\)\n/,
    )
    expect(out).toMatch(/app may not run keys/)
    expect(out).toContain('would be allowed by: ACL SETUSER app +keys (and ')
    expect(out).toMatch(/app could not log in/)
    expect(out).not.toContain('flushall')
    const all = await watched([at(server), '--all', '--format', 'json'], (text) => text.split('\n').length > 4)
    const entries = all.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(entries.map(({ reason, object, rules }) => [reason, object, rules])).toEqual([
      ['command', 'flushall', ['+flushall']],
      ['key', 'other:1', ['(+get %R~other:1)']],
      ['command', 'keys', ['+keys']],
      ['auth', 'AUTH', []],
    ])
  })

  test('a rule that is not enough is not said to allow the command line', async () => {
    const server = await started('redis-8.0', policy.replace('-@dangerous', '-@dangerous -publish'))
    const denied = async (): Promise<void> =>
      void (await exchange(server.port, 'AUTH app app-password\r\n', 'PUBLISH secret x\r\n'))
    const { out } = await watched([at(server)], (text) => text.includes('may not run publish'), denied)
    expect(out).toContain(
      '  needs: ACL SETUSER app +publish (the rest of the command line, which ACL LOG does not tell, may need more)\n',
    )
    await exchange(server.port, `AUTH ops ${OPS}\r\nACL SETUSER app +publish\r\n`)
    const second = await watched([at(server)], (text) => text.includes('the channel secret'), denied)
    expect(second.out).toContain('  would be allowed by: ACL SETUSER app &secret (and nothing else)\n')
  })

  test('connects again where the server is restarted, and goes on with its new log', async () => {
    const first = await started()
    const printed = { out: '', err: '' }
    let stop: () => void = () => undefined
    const interrupted = new Promise<void>((resolve) => {
      stop = resolve
    })
    const watching = run(['watch', at(first), '--interval', '0.05'], {
      io: {
        interrupted: () => interrupted,
        out: (text) => (printed.out += text),
        err: (text) => (printed.err += text),
      },
    })
    const flush = (): Promise<string> => exchange(first.port, 'AUTH app app-password\r\n', 'FLUSHALL\r\n')
    const flushed = (): number => printed.out.match(/app may not run flushall/g)?.length ?? 0
    await expect.poll(() => printed.err, { interval: 10 }).toContain('watching ACL LOG')
    await flush()
    await expect.poll(flushed, { interval: 10 }).toBe(1)
    await first.stop()
    await expect.poll(() => printed.err, { interval: 10 }).toMatch(/ Trying again every 0\.05 seconds\.\n$/)
    const { users } = files({ users: policy })
    servers.push(await running('redis-8.0', `aclfile "${users}"`, `port ${first.port}`))
    await flush()
    await expect.poll(flushed, { interval: 10 }).toBe(2)
    expect(printed.err).toMatch(/: connected again\n$/)
    stop()
    expect((await watching).code).toBe(0)
  })

  test('stops in time, with an error where the server is not there then', async () => {
    const server = await started()
    const watching = run(['watch', at(server), '--seconds', '1', '--interval', '0.1'])
    await expect.poll(() => server.server.sessions.size, { interval: 5 }).toBe(1)
    await server.stop()
    const { code, err } = await watching
    expect([code, err]).toEqual([2, expect.stringMatching(/(?:refused|closed the connection).*\n$/)])
  })

  test('stops in time', async () => {
    const { code, out, err } = await run(['watch', at(await started()), '--seconds', '0.3', '--interval', '0.1'])
    expect([code, out, err]).toEqual([0, '', expect.stringContaining('watching ACL LOG for 0.3 seconds\n')])
  })
})

describe('record', () => {
  test('writes what the server runs, without passwords', async () => {
    const server = await started()
    const out = join(folder(), 'capture.txt')
    const recording = run(['record', at(server), '--seconds', '1.5', '--out', out])
    const clients = (): Promise<string> => exchange(server.port, `AUTH ops ${OPS}\r\nCLIENT LIST\r\n`)
    await expect.poll(clients, { interval: 20 }).toContain(' flags=O ')
    await exchange(server.port, 'AUTH app app-password\r\n', 'SET app:1 "a b"\r\n', 'GET app:1\r\n')
    const { code, err } = await recording
    expect(code).toBe(0)
    expect(err).toContain('MONITOR slows a busy server down')
    const text = readFileSync(out, 'utf8')
    expect(text).toMatch(/^\d+\.\d+ \[0 127\.0\.0\.1:\d+\] "SET" "app:1" "a b"$/m)
    expect(text).toMatch(/"GET" "app:1"/)
    expect(text).not.toContain('app-password')
    expect(statSync(out).mode & 0o777).toBe(0o600)
    expect((await run(['record', at(server), '--seconds', '1', '--out', out])).err).toContain('exists already')
    expect((await run(['record', at(server), '--seconds', '0'])).err).toContain('Give a number of seconds up to 3,600.')
  })

  test('passwords that a server shows are masked', () => {
    const start = '1700000000.000001 [0 127.0.0.1:1] '
    expect(withoutPasswords(`${start}"AUTH" "app" "s3cret"`)).toBe(
      `${start}"AUTH" "app" "password-not-shared"`.replace('"password-not-shared"', 'password-not-shared'),
    )
    for (const line of [
      '"MIGRATE" "h" "1" "k" "0" "1" "AUTH2" "app" "s3cret"',
      '"CONFIG" "SET" "requirepass" "s3cret"',
      '"ACL" "SETUSER" "x" ">s3cret"',
      '"HELLO" "3" "AUTH" "a" "s3cret"',
    ])
      expect(withoutPasswords(start + line)).not.toContain('s3cret')
    expect(withoutPasswords(`${start}"SET" "AUTH" "x"`)).toBe(`${start}"SET" "AUTH" "x"`)
  })

  test('a server that floods with lines fills a capture, and no more', async () => {
    const line = `+1700000000.000001 [0 127.0.0.1:1] "GET" "${'k'.repeat(300)}"\r\n`
    const address = await fake((socket) => {
      let isMonitor = false
      socket.on('data', (data) => {
        if (!data.includes('MONITOR')) socket.write('-ERR\r\n')
        else if (!isMonitor) {
          isMonitor = true
          socket.write(`+OK\r\n+${'x'.repeat(1_000_000)}\r\n`)
          const flood = (): void => {
            while (!socket.destroyed && socket.write(line.repeat(100)));
            if (!socket.destroyed) socket.once('drain', flood)
          }
          flood()
        }
      })
    })
    const { code, out, err } = await run(['record', address, '--seconds', '60'])
    expect(code).toBe(0)
    expect(err).toContain('stopped at the limit of a capture; 1 line too long to keep')
    expect(out.length).toBeLessThan(8_000_001)
  })
})
