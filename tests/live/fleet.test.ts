import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { freePort } from '../../src/library/free-port'
import { run } from '../cli/program'
import { installedOracles, LiveServer } from './oracle'

const folder = mkdtempSync(join(tmpdir(), 'acl-fleet-'))
const kept = { ...process.env }
const servers: LiveServer[] = []
beforeEach(() => {
  delete process.env['REDISCLI_AUTH']
  delete process.env['ACL_PLAYGROUND_URL']
})
afterEach(async () => {
  Object.assign(process.env, kept)
  await Promise.all(servers.splice(0).map((server) => server.stop()))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const policy = `user default on >secret ~* &* +@all
user app on >app-password ~app:* resetchannels +@read
`
const users = join(folder, 'users.acl')
writeFileSync(users, policy)

describe.each(installedOracles())('$target', ({ program }) => {
  const client = program.replace(/-server$/, '-cli')
  const cli = ({ port }: LiveServer, ...words: string[]): string =>
    execFileSync(client, ['-p', String(port), '--no-auth-warning', ...words], {
      encoding: 'utf8',
      env: { ...process.env, REDISCLI_AUTH: 'secret' },
      stdio: ['pipe', 'pipe', 'ignore'],
    })
  async function started(...options: string[]): Promise<LiveServer> {
    const server = await LiveServer.start(program, ['--masterauth', 'secret', ...options], { acl: policy })
    servers.push(server)
    return server
  }
  const name = ({ port }: { port: number }): string => `redis://127.0.0.1:${port}`
  const at = ({ port }: { port: number }): string => `redis://:secret@127.0.0.1:${port}`

  async function replicated(): Promise<readonly [LiveServer, LiveServer, LiveServer]> {
    const primary = await started()
    const options = ['--replicaof', `127.0.0.1 ${primary.port}`, '--repl-diskless-sync-delay', '0']
    const replicas = [await started(...options), await started(...options)] as const
    await expect.poll(() => cli(primary, 'INFO', 'replication'), { timeout: 20_000 }).toContain('connected_slaves:2')
    return [primary, ...replicas]
  }
  const roles = (out: string): string[] => out.trim().split('\n').sort()

  test('a primary and its replicas are found from any of them, and plan and drift ask them all', async () => {
    const [primary, first, second] = await replicated()
    const expected = [`${name(primary)} primary`, `${name(first)} replica`, `${name(second)} replica`].sort()
    for (const server of [primary, first]) {
      const { code, out, err } = await run(['discover', at(server)])
      expect([code, roles(out), err]).toEqual([0, expected, ''])
      expect(out.trim().split('\n').at(-1)).toBe(`${name(primary)} primary`)
    }
    const byName = await run(['discover', `redis://:secret@localhost:${primary.port}`])
    expect(byName.out.trim().split('\n')).toHaveLength(3)

    const same = await run(['drift', users, at(primary), '--discover'])
    expect([same.code, roles(same.out)]).toEqual([0, expected.map((line) => line.replace(/ \w+$/, ': as in the file'))])
    cli(second, 'ACL', 'SETUSER', 'app', '+set')
    cli(second, 'ACL', 'SETUSER', 'extra')
    const drifted = await run(['drift', users, at(primary), '--discover'])
    expect([drifted.code, roles(drifted.out)]).toEqual([
      1,
      [
        `${name(primary)}: as in the file`,
        `${name(first)}: as in the file`,
        `${name(second)}: 2 differences: app (different), extra (not in the file)`,
      ].sort(),
    ])
    const planned = await run(['plan', users, at(first), '--discover'])
    expect([planned.code, planned.out]).toEqual([1, expect.stringContaining('3 servers: 1 to change, 2 unchanged')])
    expect(drifted.out + drifted.err + planned.out + planned.err).not.toContain('secret')
  })

  test('an announced address that is not reached is named, and --map translates it', async () => {
    const primary = await started()
    const nowhere = await freePort()
    const replica = await started(
      ...['--replicaof', `127.0.0.1 ${primary.port}`, '--repl-diskless-sync-delay', '0'],
      ...['--replica-announce-port', String(nowhere)],
    )
    await expect.poll(() => cli(primary, 'INFO', 'replication'), { timeout: 20_000 }).toContain('connected_slaves:1')
    const failed = await run(['drift', users, at(primary), '--discover'])
    expect([failed.code, failed.out]).toEqual([2, ''])
    expect(failed.err).toContain(`${name({ port: nowhere })}: connection refused`)
    expect(failed.err).toContain(
      `${name(primary)} announces this address. Where it is reached at another one, give --map`,
    )
    const map = `127.0.0.1:${nowhere}=127.0.0.1:${replica.port}`
    const { code, out } = await run(['drift', users, at(primary), '--discover', '--map', map])
    expect([code, roles(out)]).toEqual([0, [primary, replica].map((one) => `${name(one)}: as in the file`).sort()])
  })

  test('a wrong password on one node is an error about that node', async () => {
    const [primary, first] = await replicated()
    cli(first, 'ACL', 'SETUSER', 'default', 'resetpass', '>other')
    const { code, err } = await run(['drift', users, at(primary), '--discover'])
    expect([code, err]).toEqual([2, expect.stringContaining(`${name(first)}: wrong password for default`)])
    expect(err).not.toContain('secret')
  })

  test('watch and record follow all nodes', async () => {
    const [primary, first, second] = await replicated()
    const time = ['--discover', '--seconds', '3']
    const watching = run(['watch', at(primary), ...time, '--interval', '0.1'])
    const recording = run(['record', at(primary), ...time])
    for (const server of [primary, first, second])
      await expect
        .poll(() => cli(server, 'CLIENT', 'LIST'), { timeout: 5000 })
        .toMatch(/cmd=acl\|log[^]*cmd=monitor|cmd=monitor[^]*cmd=acl\|log/)
    for (const { port } of [first, second])
      execFileSync(client, ['-p', String(port), '--user', 'app', '--no-auth-warning', 'GET', `denied-${port}`], {
        env: { ...process.env, REDISCLI_AUTH: 'app-password' },
        stdio: 'ignore',
      })
    for (const server of [primary, first, second]) cli(server, 'GET', `app:${server.port}`)
    const watched = await watching
    expect([watched.code, watched.out]).toEqual([0, expect.stringContaining(`denied-${first.port}`)])
    expect(watched.out).toMatch(new RegExp(`${name(second)} app .*denied-${second.port}`))
    const { code, out } = await recording
    expect([code, out.match(/(?<="GET" "app:)\d+/g)?.sort()]).toEqual([
      0,
      [primary, first, second].map(({ port }) => String(port)).sort(),
    ])
  })

  test('where one of several servers cannot be watched or recorded, the others are left at once', async () => {
    const server = await started()
    const nowhere = name({ port: await freePort() })
    for (const command of [['watch'], ['record', '--seconds', '60']]) {
      const { code, err } = await run([...command, at(server), nowhere])
      expect([code, err]).toEqual([2, expect.stringContaining(`${nowhere}: connection refused`)])
    }
  })

  test('a cluster is found from any of its nodes', async () => {
    const nodes: LiveServer[] = []
    for (let i = 0; i < 3; i++)
      nodes.push(await started('--cluster-enabled', 'yes', '--cluster-port', String(await freePort())))
    const [first] = nodes
    if (first === undefined) throw new Error('no node')
    const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`)
    for (const node of nodes.slice(1)) {
      const busPort = cli(node, 'CONFIG', 'GET', 'cluster-port').trim().split('\n')[1] ?? ''
      cli(first, 'CLUSTER', 'MEET', '127.0.0.1', String(node.port), busPort)
    }
    for (const node of nodes)
      await expect
        .poll(() => addresses.filter((address) => cli(node, 'CLUSTER', 'NODES').includes(address)), { timeout: 20_000 })
        .toHaveLength(3)
    await expect.poll(() => cli(first, 'CLUSTER', 'NODES'), { timeout: 20_000 }).not.toContain('handshake')
    for (const node of nodes) {
      const { code, out, err } = await run(['discover', at(node), '--format', 'json'])
      expect([code, err]).toEqual([0, ''])
      const found = JSON.parse(out) as { nodes: { server: string; role: string }[] }
      expect(found.nodes.map(({ server }) => server).sort()).toEqual(nodes.map(name).sort())
      expect(found.nodes.every(({ role }) => role === 'primary')).toBe(true)
    }
    expect((await run(['drift', users, at(first), '--discover'])).code).toBe(0)
  })

  test('each of three Sentinels leads to the nodes that it watches, without being one', async () => {
    const [primary, first, second] = await replicated()
    for (let i = 0; i < 3; i++) {
      const conf = join(folder, `sentinel-${primary.port}-${i}.conf`)
      const lines = [
        `sentinel monitor main 127.0.0.1 ${primary.port} 2`,
        'sentinel auth-pass main secret',
        ...(i === 2 ? ['requirepass secret'] : []),
      ]
      writeFileSync(conf, lines.map((line) => `${line}\n`).join(''))
      const sentinel = await LiveServer.start(program, ['--sentinel'], { conf })
      servers.push(sentinel)
      const expected = [`${name(primary)} primary`, `${name(first)} replica`, `${name(second)} replica`].sort()
      await expect
        .poll(async () => roles((await run(['discover', at(sentinel)])).out), { timeout: 20_000 })
        .toEqual(expected)
      expect((await run(['drift', users, at(sentinel), '--discover'])).code).toBe(0)
      expect((await run(['drift', users, at(sentinel)])).err).toContain('is a Sentinel')
    }
  })

  test('5,000 users on three nodes are compared within 30 seconds', async () => {
    const many = `${policy}${Array.from({ length: 5000 }, (_, i) => `user app-${i} on >p${i} ~app-${i}:* resetchannels +@read\n`).join('')}`
    const file = join(folder, 'many.acl')
    writeFileSync(file, many)
    const nodes: LiveServer[] = []
    for (let i = 0; i < 3; i++) nodes.push(await LiveServer.start(program, [], { acl: many }))
    servers.push(...nodes)
    const startedAt = performance.now()
    const { code, out } = await run(['drift', file, ...nodes.map(at)])
    expect([code, roles(out)]).toEqual([0, nodes.map((node) => `${name(node)}: as in the file`).sort()])
    expect(performance.now() - startedAt).toBeLessThan(30_000)
  })
})
