import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { freePort } from '../../src/library/free-port'
import { run } from '../cli/program'
import { installedOracles, LiveServer } from './oracle'

const folder = mkdtempSync(join(tmpdir(), 'acl-live-'))
const kept = { ...process.env }
beforeEach(() => {
  delete process.env['REDISCLI_AUTH']
  delete process.env['ACL_PLAYGROUND_URL']
})
afterEach(() => Object.assign(process.env, kept))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Writes a file and returns its path. */
function file(name: string, content: string): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

/** Users with what is hard to quote, and an administrator. */
const before = [
  'ACL SETUSER ops on >ops-password ~* &* +@all',
  'ACL SETUSER app on >app-password ~app:* +@read +@write -@dangerous',
  'ACL SETUSER old on nopass ~old:* +get +config|get',
  'ACL SETUSER "it\'s" on >x "~a\\"b" "~\\xc3\\xa9" "(~s:* +get)" "(%R~r:* +@read)"',
  'ACL SETUSER none',
]
const wanted = `user default off
user ops on >ops-password >second ~* &* +@all
user app on >app-password ~app:* ~it's ~"q" ~a\\b ~é &news:* +@read +subscribe (~s:* +set) (%W~"w'd" +del)
user new on nopass %R~new:* +@all -@admin
user none on
`
const sentences = `app can GET app:1
app cannot GET other because key
app cannot FLUSHALL because command
app can SET s:1 x
app cannot SET app:1 x
app cannot SUBSCRIBE secret because channel
app can SUBSCRIBE news:1
app can MGET app:1 app:2
app cannot COPY app:1 s:1
new can GET new:1
new cannot SET new:1 x because key
new cannot CONFIG GET maxmemory because command
app cannot write keys s:*
`

describe.each(installedOracles())('$target', ({ program, target }) => {
  const client = program.replace(/-server$/, '-cli')
  const cli = (port: number, lines: string, user = 'ops', password = 'ops-password'): string =>
    execFileSync(client, ['-p', String(port), '--user', user, '--no-auth-warning'], {
      encoding: 'utf8',
      input: lines,
      stdio: ['pipe', 'pipe', 'ignore'],
      env: { ...process.env, REDISCLI_AUTH: password },
    })
  const listed = (port: number, password?: string): string[] =>
    cli(port, 'ACL LIST\n', 'ops', password).trim().split('\n').sort()

  async function started(...options: string[]): Promise<LiveServer> {
    const server = await LiveServer.start(program, options)
    execFileSync(client, ['-p', String(server.port)], {
      input: before.join('\n') + '\n',
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    return server
  }
  const at = ({ port }: LiveServer, user = 'ops:ops-password'): string => `redis://${user}@127.0.0.1:${port}`

  test('the server is decided as the release that it is, and other releases of its line are told apart from it', async () => {
    const server = await started()
    try {
      cli(server.port, 'ACL SETUSER u on nopass ~x +xread +georadius +sort +pfmerge\n')
      const lines = [
        'XREAD STREAMS y b 0',
        'GEORADIUS x 0 0 1 m STORE x STORE y',
        'SORT x STORE BY STORE y',
        'PFMERGE y',
      ]
      /** What the engine decides as a release, as sentences; the server is asked by ACL DRYRUN. */
      const asked = async (...version: string[]) => {
        const says = file('exact.expect', lines.map((line) => `u can ${line}\n`).join(''))
        const { out, err } = await run(['test', at(server), says, '--on-server', ...version])
        return { agrees: out.includes('all answers agree'), out, err }
      }
      const own = await asked()
      expect(own).toMatchObject({ agrees: true })
      expect(own.err).toContain(`target ${target}`)
      const isPatched = own.err.includes(' as 8.0.2-3+deb13u3')
      const others = target.startsWith('redis')
        ? isPatched
          ? ['8.0.2', '8.0.6']
          : ['8.0.2-3+deb13u3']
        : ['valkey-8.1.10']
      for (const version of others) {
        const { agrees, out } = await asked('--server-version', version)
        expect([version, agrees, out]).toEqual([version, false, expect.stringContaining('server-differs')])
      }
    } finally {
      await server.stop()
    }
  })

  test('a plan makes the users of the file, and its undo brings the old ones back', async () => {
    const server = await started()
    try {
      const old = listed(server.port)
      const acl = file(`${target}.acl`, wanted)
      const save = join(folder, `${target}-plan`)
      const planned = await run(['plan', acl, at(server), '--save', save])
      expect([planned.code, planned.err.split('\n')[0]]).toEqual([
        1,
        expect.stringMatching(/: (?:Redis|Valkey) \d+\.\d+\.\d+, target /),
      ])
      expect(planned.err).toMatch(new RegExp(`target ${target}(?: as \\S+)?\\n`))
      expect(planned.out + planned.err).not.toMatch(/ops-password|app-password/)
      const path = (kind: string): string => join(save, `127.0.0.1-${server.port}.${kind}.txt`)
      const answers = cli(server.port, readFileSync(path('apply'), 'utf8'))
      expect(answers).toMatch(/^(?:OK|1)(?:\n(?:OK|1))*\n$/)
      // The server itself loads the file to the same users.
      const loading = await LiveServer.start(program, ['--aclfile', acl])
      expect(listed(server.port)).toEqual(listed(loading.port))
      await loading.stop()
      const done = await run(['plan', acl, at(server)])
      expect([done.code, done.out]).toEqual([0, expect.stringContaining('No user’s rules or log-in changed')])
      expect((await run(['compare', at(server), acl])).code).toBe(0)
      cli(server.port, readFileSync(path('undo'), 'utf8'), 'ops', 'second')
      expect(listed(server.port)).toEqual(old)
    } finally {
      await server.stop()
    }
  })

  test.each([
    ['is turned off', /user ops on/, 'user ops off'],
    ['is deleted', /user ops .*\n/, ''],
    ['loses ACL', '~* &* +@all', '~* &* +@all -acl|setuser'],
    ['loses its passwords', '>ops-password >second', ''],
  ])('no plan where the user that runs it %s, and nothing changes', async (what, from, to) => {
    const server = await started()
    try {
      const old = listed(server.port)
      const refused = await run(['plan', file(`${target}-out.acl`, wanted.replace(from, to)), at(server)])
      expect([what, refused.code, refused.out]).toEqual([what, 2, ''])
      expect(refused.err).toContain('no plan: ')
      const app = await run(['plan', file(`${target}-app.acl`, wanted), at(server, 'app:app-password')])
      expect([app.code, app.err]).toEqual([
        2,
        expect.stringContaining('app needs +acl|list. Log in as a user who has it'),
      ])
      expect(listed(server.port)).toEqual(old)
    } finally {
      await server.stop()
    }
  })

  test.each([1, 9, 10, 100, 5000])('of %d users none is missing for any command', async (count) => {
    const patterns = Array.from({ length: 300 }, (_, i) => `~p${i}:*`).join(' ')
    const special = [
      'ACL SETUSER zz-backdoor on nopass ~* &* +@all',
      'ACL SETUSER "it\'s" on >x "~a\\"b" "~\\xc3\\xa9" "~(y" "~x)" "(~p) ~it\'s +get)" "(%R~r:* +@read)" "(%RW~* %R~z +set)"',
      `ACL SETUSER many on >x ${patterns} &a:* &b +@all -@dangerous +config|get +select|0`,
      'ACL SETUSER "caf\\xc3\\xa9" on >a >b skip-sanitize-payload %RW~* %R~x +@all',
    ]
    const names = Array.from({ length: count }, (_, i) => `ACL SETUSER app-${i} on >p${i} ~app-${i}:* +@read`)
    const server = await LiveServer.start(program)
    const list = (port: number): string[] =>
      execFileSync(client, ['-p', String(port), 'ACL', 'LIST'], { encoding: 'utf8', maxBuffer: 2 ** 26 })
        .trim()
        .split('\n')
        .sort()
    try {
      // The default user is one of them.
      const input = [...special, ...names].slice(0, count - 1).join('\n')
      execFileSync(client, ['-p', String(server.port)], { input, stdio: ['pipe', 'ignore', 'ignore'] })
      const url = `redis://127.0.0.1:${server.port}`
      expect(list(server.port)).toHaveLength(count)
      const out = join(folder, `${target}-${count}.acl`)
      const pulled = await run(['pull', url, '--out', out, '--force'])
      expect([pulled.code, pulled.err]).toEqual([0, expect.stringContaining(`${out}: ${count} user`)])
      const again = await LiveServer.start(program, ['--aclfile', out])
      expect(list(again.port)).toEqual(list(server.port))
      await again.stop()
      expect((await run(['compare', url, out])).code).toBe(0)
      const sentence = file('nobody.expect', 'nobody can log in without a password\n')
      expect((await run(['test', url, sentence])).code).toBe(1)
      if (count === 1) return
      const deployed = file(`${target}-deployed.acl`, readFileSync(out, 'utf8').replace(/user zz-backdoor .*\n/, ''))
      const compared = await run(['compare', url, deployed])
      expect([compared.code, compared.out]).toEqual([1, expect.stringContaining('zz-backdoor')])
      const planned = await run(['plan', deployed, url, '--format', 'commands'])
      expect([planned.code, planned.out]).toEqual([1, 'ACL DELUSER zz-backdoor\n'])
    } finally {
      await server.stop()
    }
  })

  test('pull, check and compare read what the server has', async () => {
    const server = await started('--acl-pubsub-default', 'allchannels')
    try {
      const out = join(folder, target, 'users.acl')
      execFileSync('mkdir', ['-p', join(folder, target)])
      const pulled = await run(['pull', at(server), '--out', out])
      expect([pulled.code, pulled.out]).toEqual([0, ''])
      expect(readFileSync(out, 'utf8')).not.toMatch(/ >/)
      expect(readFileSync(join(folder, target, 'redis.conf'), 'utf8')).toContain('acl-pubsub-default allchannels')
      const again = await LiveServer.start(program, ['--acl-pubsub-default', 'allchannels', '--aclfile', out])
      expect(listed(again.port)).toEqual(listed(server.port))
      await again.stop()
      expect((await run(['compare', at(server), out])).code).toBe(0)
      const checked = await run(['check', at(server), '--format', 'json'])
      expect(JSON.parse(checked.out)).toMatchObject({ files: [{ accepted: true, target: { id: target } }] })
      expect((await run(['check', at(server, 'ops:wrong')])).err).toContain('wrong password for ops')
      const needs = await run(['check', `redis://ops@127.0.0.1:${server.port}`])
      expect(needs.err).toContain('needs a password')
    } finally {
      await server.stop()
    }
  })

  test('the server and the engine agree about expectations', async () => {
    const server = await started()
    try {
      const acl = file(`${target}.acl`, wanted)
      cli(server.port, (await run(['plan', acl, at(server), '--format', 'commands'])).out)
      const ran = await run(['test', at(server, 'ops:second'), file('users.expect', sentences), '--on-server'])
      expect(ran.out).toContain('was asked about 13 command lines by ACL DRYRUN: all answers agree')
      expect(ran.out).toContain('1 of 13 expectations does not hold')
    } finally {
      await server.stop()
    }
  })

  test('watch explains denials, and the rules that it suggests allow them; record has what ran', async () => {
    const server = await started()
    try {
      const watching = run(['watch', at(server), '--seconds', '2.5', '--interval', '0.1', '--format', 'json'])
      const recording = run(['record', at(server), '--seconds', '2.5'])
      await new Promise((next) => setTimeout(next, 1000))
      const tries =
        'GET other\nCONFIG GET maxmemory\nMGET app:1 nope\nXREAD STREAMS secret 0\nEVAL "return 1" 1 hidden\n'
      cli(server.port, `SET app:1 x\n${tries}`, 'app', 'app-password')
      const { code, out } = await watching
      expect(code).toBe(0)
      const entries = out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { username: string; object: string; rules: string[] })
      expect(entries.map(({ object }) => object).sort()).toEqual(['config|get', 'eval', 'nope', 'other', 'secret'])
      for (const { rules } of entries) {
        expect(rules.length).toBeGreaterThan(0)
        const words = rules.map((rule) => `"${rule}"`).join(' ')
        expect(cli(server.port, `ACL SETUSER app ${words}\n`)).toBe('OK\n')
      }
      expect(
        cli(server.port, 'GET other\nCONFIG GET maxmemory\nXREAD STREAMS secret 0\n', 'app', 'app-password'),
      ).not.toContain('NOPERM')
      const recorded = await recording
      expect(recorded.code).toBe(0)
      expect(recorded.out).toMatch(/^\d+\.\d+ \[0 127\.0\.0\.1:\d+\] "SET" "app:1" "x"$/m)
      expect(recorded.out).not.toMatch(/ops-password|app-password/)
    } finally {
      await server.stop()
    }
  })

  test('a plan warns of replicas that log in as a user that it deletes', async () => {
    const primary = await started()
    const replica = await LiveServer.start(program, [
      ...['--replicaof', `127.0.0.1 ${primary.port}`, '--masteruser', 'ops', '--masterauth', 'ops-password'],
    ])
    try {
      await expect.poll(() => cli(primary.port, 'INFO replication\n'), { timeout: 10_000 }).toContain('state=online')
      cli(primary.port, 'ACL SETUSER admin on >admin ~* &* +@all\n')
      const acl = file('deleting.acl', `user admin on >admin ~* &* +@all\nuser default off\n`)
      const planned = await run(['plan', acl, at(primary, 'admin:admin')])
      expect(planned.code).toBe(1)
      expect(planned.out).toMatch(
        /Warning: The replica 127\.0\.0\.1:\d+ logs in as ops, which is deleted: replication stops\./,
      )
      const commands = await run(['plan', acl, at(primary, 'admin:admin'), '--format', 'commands'])
      expect([commands.out, commands.err]).toEqual([
        expect.not.stringContaining('arning'),
        expect.stringContaining('warning: The replica 127.0.0.1:'),
      ])
      const same = file('same.acl', (await run(['pull', at(primary), '--out', '-'])).out)
      expect((await run(['plan', same, at(primary)])).out).not.toContain('Warning')
    } finally {
      await replica.stop()
      await primary.stop()
    }
  })

  test('a Sentinel is named as one', async () => {
    const conf = file('sentinel.conf', `port ${await freePort()}\n`)
    const sentinel = await LiveServer.start(program, ['--sentinel'], { conf })
    try {
      const { code, err } = await run(['check', `redis://127.0.0.1:${sentinel.port}`])
      expect([code, err]).toEqual([2, expect.stringContaining('is a Sentinel')])
    } finally {
      await sentinel.stop()
    }
  })

  test('TLS and a Unix socket', async () => {
    const certificate = join(import.meta.dirname, '../cli/localhost-cert.pem')
    const key = join(import.meta.dirname, '../cli/localhost-key.pem')
    const socket = join(folder, `${target}.sock`)
    const port = await freePort()
    const files = ['--tls-cert-file', certificate, '--tls-key-file', key, '--tls-ca-cert-file', certificate]
    const server = await started('--unixsocket', socket, '--tls-port', String(port), ...files)
    try {
      const url = `rediss://ops:ops-password@127.0.0.1:${port}`
      // The server asks for a certificate of the client.
      const own = ['--cacert', certificate, '--cert', certificate, '--key', key]
      expect((await run(['import', url, ...own])).out).toContain('user ops on')
      const without = await run(['import', url, '--cacert', certificate])
      expect([without.code, without.out]).toEqual([2, ''])
      expect(without.err).toMatch(/TLS failed|closed the connection/)
      expect((await run(['import', url])).err).toContain('TLS failed: its certificate is self-signed.')
      expect((await run(['import', `unix://ops:ops-password@${socket}`])).out).toContain('user ops on')
      const plain = await run(['import', `redis://ops:ops-password@127.0.0.1:${port}`])
      expect([plain.code, plain.err]).toEqual([2, expect.stringContaining('write rediss:// instead')])
    } finally {
      await server.stop()
    }
  })
})
