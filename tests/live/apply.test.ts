import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { freePort } from '../../src/library/free-port'
import { run } from '../cli/program'
import { installedOracles, LiveServer } from './oracle'

const folder = mkdtempSync(join(tmpdir(), 'acl-apply-'))
const kept = { ...process.env }
const servers: LiveServer[] = []
const proxies: Server[] = []
beforeEach(() => {
  delete process.env['REDISCLI_AUTH']
  delete process.env['ACL_PLAYGROUND_URL']
})
afterEach(async () => {
  Object.assign(process.env, kept)
  for (const proxy of proxies.splice(0)) proxy.close()
  await Promise.all(servers.splice(0).map((server) => server.stop()))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const before = `user default on >secret ~* &* +@all
user ops on >secret ~* &* +@all
user app on >app-password ~app:* resetchannels +@read
user old on >old-password ~old:* resetchannels +@all
`
/** Grants and takes away: `app` changes in both phases, `new` in the first one, `old` in the second one. */
const after = `user default on >secret ~* &* +@all
user ops on >secret ~* &* +@all
user app on >app-password ~other:* resetchannels +@write
user new on >new-password ~new:* resetchannels +get
`
const users = join(folder, 'users.acl')
writeFileSync(users, after)

let count = 0
const newJournal = (): string => join(folder, `${count++}.journal`)
const exists = (path: string): boolean => readdirSync(folder).some((name) => join(folder, name) === path)

describe.each(installedOracles())('$target', ({ program }) => {
  const client = program.replace(/-server$/, '-cli')
  const cli = ({ port }: LiveServer, ...words: string[]): string =>
    execFileSync(client, ['-p', String(port), '--no-auth-warning', ...words], {
      encoding: 'utf8',
      env: { ...process.env, REDISCLI_AUTH: 'secret' },
      stdio: ['pipe', 'pipe', 'ignore'],
    })
  async function started(acl = before, ...options: string[]): Promise<LiveServer> {
    const server = await LiveServer.start(program, ['--masterauth', 'secret', ...options], { acl })
    servers.push(server)
    return server
  }
  const at = ({ port }: { port: number }): string => `redis://ops:secret@127.0.0.1:${port}`
  const listed = (server: LiveServer): string[] => cli(server, 'ACL', 'LIST').trim().split('\n').sort()
  const apply = (words: readonly string[], io = {}) =>
    run(['apply', ...words, '--yes', '--journal', newJournal()], { io })

  /** The users of a server that starts with the file. */
  async function listOf(acl: string): Promise<string[]> {
    const server = await started(acl)
    const list = listed(server)
    await server.stop()
    return list
  }

  /** Forwards connections to a server, and calls back with each ACL SETUSER and DELUSER before it is forwarded. */
  async function proxied(server: LiveServer, on: (line: string) => Promise<void> | void): Promise<{ port: number }> {
    const proxy = createServer((socket) => {
      const other = connect({ port: server.port, host: '127.0.0.1' })
      let last = Promise.resolve()
      socket.on('data', (chunk) => {
        last = last.then(async () => {
          const lines = chunk.toString('latin1').replaceAll('\r\n', ' ')
          for (const [line] of lines.matchAll(/(?:SETUSER|DELUSER) \$\d+ \w+/g)) await on(line)
          other.write(chunk)
        })
      })
      other.on('data', (chunk) => socket.write(chunk))
      for (const [a, b] of [
        [socket, other],
        [other, socket],
      ] as const) {
        a.on('error', () => b.destroy())
        a.on('close', () => b.destroy())
      }
    })
    const port = await freePort()
    await new Promise<void>((resolve) => proxy.listen(port, '127.0.0.1', resolve))
    proxies.push(proxy)
    return { port }
  }

  async function replicated(): Promise<readonly [LiveServer, LiveServer, LiveServer]> {
    const primary = await started()
    const options = ['--replicaof', `127.0.0.1 ${primary.port}`, '--repl-diskless-sync-delay', '0']
    const replicas = [await started(before, ...options), await started(before, ...options)] as const
    await expect.poll(() => cli(primary, 'INFO', 'replication'), { timeout: 20_000 }).toContain('connected_slaves:2')
    return [primary, ...replicas]
  }

  test('all nodes get the users of the file, which outlive a restart, and a second run has nothing to do', async () => {
    const [primary, ...replicas] = await replicated()
    const expected = await listOf(after)
    const journal = newJournal()
    const dry = await run(['apply', users, at(primary), '--discover', '--dry-run'])
    expect([dry.code, dry.out]).toEqual([1, expect.stringContaining('3 servers: 3 to change')])
    const words = ['apply', users, at(primary), '--discover', '--journal', journal]
    const refused = await run(words)
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('without a terminal, apply needs --yes')])
    const declined = await run(words, { io: { answer: () => Promise.resolve('y') } })
    expect([declined.code, declined.out]).toEqual([1, expect.stringContaining('Declined: nothing was changed.')])
    expect(listed(primary)).not.toEqual(expected)

    const { code, out, err } = await run(words, { io: { answer: () => Promise.resolve('yes') } })
    expect([code, out]).toEqual([0, expect.stringContaining('Applied and verified.')])
    for (const server of [primary, ...replicas]) {
      expect(listed(server)).toEqual(expected)
      expect(out).toContain(`redis://127.0.0.1:${server.port}: applied, saved by ACL SAVE`)
      cli(server, 'ACL', 'LOAD')
      expect(listed(server)).toEqual(expected)
    }
    expect(out + err).not.toMatch(/secret|app-password|new-password/)
    expect(exists(journal)).toBe(false)
    const again = await apply([users, at(primary), '--discover', '--format', 'json'])
    expect([again.code, again.err]).toEqual([0, expect.not.stringContaining('verified')])
    expect(JSON.parse(again.out)).toMatchObject({
      exitCode: 0,
      servers: [0, 1, 2].map(() => ({ outcome: 'unchanged' })),
    })
  })

  test('nobody loses in between what both versions allow, and all nodes grant before one takes away', async () => {
    const servers = [await started(), await started()]
    const lines: string[] = []
    const seen: string[] = []
    const nodes = []
    for (const [i, server] of servers.entries())
      nodes.push(
        await proxied(server, (line) => {
          lines.push(`${i} ${line.replace(/\$\d+ /, '')}`)
          if (line.startsWith('DELUSER')) seen.push(cli(server, 'ACL', 'LIST'))
        }),
      )
    expect((await apply([users, ...nodes.map(at)])).code).toBe(0)
    const grants = ['SETUSER app', 'SETUSER new']
    const takes = ['SETUSER app', 'DELUSER old']
    expect(lines).toEqual([
      ...[0, 1].flatMap((i) => grants.map((line) => `${i} ${line}`)),
      ...[0, 1].flatMap((i) => takes.map((line) => `${i} ${line}`)),
    ])
  })

  test.each([
    ['the first phase', 'SETUSER new'],
    ['the second phase', 'DELUSER old'],
  ])(
    'a node that dies in %s: the others are as before, and the exit code says that it is not known',
    async (_, at_) => {
      const [first, second] = [await started(), await started()]
      const old = listed(first)
      const dying = await proxied(second, async (line) => {
        if (line.replace(/\$\d+ /, '') === at_) await second.stop()
      })
      const journal = newJournal()
      const { code, out } = await run(['apply', users, at(first), at(dying), '--yes', '--journal', journal])
      expect([code, out]).toEqual([3, expect.stringContaining(`redis://127.0.0.1:${first.port}: undone`)])
      expect(out).toMatch(new RegExp(`redis://127.0.0.1:${dying.port}: not undone: .*`))
      expect(out).not.toContain('pplied')
      expect(listed(first)).toEqual(old)
      expect(statSync(journal).mode & 0o777).toBe(0o600)
      expect(readFileSync(journal, 'utf8')).not.toMatch(/secret|password/)
    },
  )

  test('a change by somebody else stops it, stays, and all else is undone', async () => {
    const [first, second] = [await started(), await started()]
    const old = listed(first)
    const node = await proxied(first, (line) => {
      if (line.includes('new')) cli(second, 'ACL', 'SETUSER', 'guest', 'on')
    })
    const { code, out, err } = await apply([users, at(node), at(second)])
    expect([code, err]).toEqual([2, expect.stringContaining('somebody else changed users in the meantime')])
    expect(out).toContain(`redis://127.0.0.1:${second.port}: not changed`)
    expect(listed(first)).toEqual(old)
    expect(listed(second).filter((line) => !line.startsWith('user guest '))).toEqual(old)

    const late = await proxied(first, (line) => {
      if (line.startsWith('DELUSER')) cli(second, 'ACL', 'SETUSER', 'app', '+ping')
    })
    cli(second, 'ACL', 'DELUSER', 'guest')
    const mixed = await apply([users, at(late), at(second)])
    expect([mixed.code, mixed.out]).toEqual([3, expect.stringContaining('somebody else changed app in the meantime')])
    expect(listed(first)).toEqual(old)
    expect(listed(second).filter((line) => !line.startsWith('user app '))).toEqual(
      old.filter((line) => !line.startsWith('user app ')),
    )
  })

  test('with a wrong password on the second node nothing is changed', async () => {
    const [first, second] = [await started(), await started(before.replaceAll('>secret', '>other'))]
    const old = listed(first)
    const { code, out, err } = await apply([users, at(first), at(second)])
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain(`redis://127.0.0.1:${second.port}: wrong password for ops`)
    expect(err).toContain('Nothing was changed.')
    expect(listed(first)).toEqual(old)
  })

  test('Ctrl C undoes what was done', async () => {
    const [first, second] = [await started(), await started()]
    const old = listed(first)
    let end = (): void => undefined
    const interrupted = new Promise<void>((resolve) => (end = resolve))
    const node = await proxied(second, (line) => {
      if (line.startsWith('DELUSER')) end()
    })
    const { code, out } = await apply([users, at(node), at(first)], { interrupted: () => interrupted })
    expect([code, out]).toEqual([2, expect.stringContaining('Stopped.')])
    expect([listed(first), listed(second)]).toEqual([old, old])
  })

  test('the user that applies may change its own password and rules', async () => {
    const server = await started()
    const file = join(folder, `self-${server.port}.acl`)
    writeFileSync(
      file,
      after.replace('user ops on >secret ~* &* +@all', 'user ops on >fresh ~* &* +@admin +@connection +info'),
    )
    const { code } = await apply([file, at(server)])
    expect([code, listed(server)]).toEqual([0, await listOf(readFileSync(file, 'utf8'))])
    expect((await run(['drift', file, at(server).replace('secret', 'fresh')])).code).toBe(0)
    const locked = join(folder, `locked-${server.port}.acl`)
    writeFileSync(locked, readFileSync(file, 'utf8').replace('+@admin', '+ping'))
    const refused = await apply([locked, at(server).replace('secret', 'fresh')])
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('ops, who runs the commands')])
    expect(listed(server)).toEqual(await listOf(readFileSync(file, 'utf8')))
  })

  test('where the users cannot be saved, it is said', async () => {
    const withFile = await started()
    rmSync(withFile.folder, { recursive: true })
    const without = await LiveServer.start(program)
    servers.push(without)
    const { code, out } = await apply([users, at(withFile), `redis://127.0.0.1:${without.port}`])
    const expected = await listOf(after)
    expect(code).toBe(0)
    expect(out).toMatch(
      new RegExp(`:${withFile.port}: applied, not saved \\(ACL SAVE: ERR .*Deploy the users there too`),
    )
    expect(out).toMatch(new RegExp(`:${without.port}: applied, not saved \\(CONFIG REWRITE: ERR .*config file`))
    expect([listed(withFile), listed(without)]).toEqual([expected, expected])
  })

  test('a node that is changed by 5,000 users on three nodes is done within 30 seconds', async () => {
    const many = (rule: string): string =>
      `${before}${Array.from({ length: 5000 }, (_, i) => `user app-${i} on >p${i} ~app-${i}:* resetchannels ${rule}\n`).join('')}`
    const file = join(folder, 'many.acl')
    writeFileSync(file, many('+@write'))
    const nodes: LiveServer[] = []
    for (let i = 0; i < 3; i++) nodes.push(await started(many('+@read')))
    const startedAt = performance.now()
    const { code, out } = await apply([file, ...nodes.map(at)])
    const time = performance.now() - startedAt
    expect([code, out]).toEqual([0, expect.stringContaining('Applied and verified.')])
    expect(time).toBeLessThan(30_000)
  })
})
