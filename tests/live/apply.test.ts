import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { freePort } from '../../src/library/free-port'
import { run } from '../cli/program'
import { cleanly, nameOf, Nodes, type Listening } from './nodes'
import { installedOracles } from './oracle'
import { after, at, before } from './apply'

const { folder, stopping } = cleanly('apply')
const users = join(folder, 'users.acl')
writeFileSync(users, after)

let count = 0
const newJournal = (): string => join(folder, `${count++}.journal`)
const exists = (path: string): boolean => readdirSync(folder).includes(basename(path))
const apply = (words: readonly string[], io = {}) =>
  run(['apply', ...words, '--yes', '--journal', newJournal()], { io })

describe.each(installedOracles())('$target', ({ program }) => {
  const nodes = stopping(new Nodes(program, before))
  const listed = (server: Listening): string[] => nodes.listed(server)

  test('all nodes get the users of the file, which outlive a restart, and a second run has nothing to do', async () => {
    const servers = await nodes.replicated()
    const [primary] = servers
    const expected = await nodes.listOf(after)
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
    for (const server of servers) {
      expect(listed(server)).toEqual(expected)
      expect(out).toContain(`${nameOf(server)}: applied, saved by ACL SAVE`)
      nodes.cli(server, 'ACL', 'LOAD')
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

  test('the nodes of a cluster get the users of the file', async () => {
    const servers = await nodes.cluster()
    const expected = await nodes.listOf(after)
    const { code, out } = await apply([users, ...servers.slice(1, 2).map(at), '--discover'])
    expect([code, out]).toEqual([0, expect.stringContaining('3 servers: 3 to change')])
    for (const server of servers) expect(listed(server)).toEqual(expected)
  })

  test('the nodes that Sentinels watch get the users of the file, at the addresses where they are reached', async () => {
    const primary = await nodes.start()
    const announced = await freePort()
    const replica = await nodes.start(
      before,
      ...['--replicaof', `127.0.0.1 ${primary.port}`, '--repl-diskless-sync-delay', '0'],
      ...['--replica-announce-port', String(announced)],
    )
    await expect
      .poll(() => nodes.cli(primary, 'INFO', 'replication'), { timeout: 20_000 })
      .toContain('connected_slaves:1')
    const sentinels: Listening[] = []
    for (let i = 0; i < 3; i++) {
      const conf = join(folder, `sentinel-${primary.port}-${i}.conf`)
      writeFileSync(conf, `sentinel monitor main 127.0.0.1 ${primary.port} 2\nsentinel auth-pass main secret\n`)
      sentinels.push(await nodes.other(['--sentinel'], { conf }))
    }
    for (const sentinel of sentinels)
      await expect
        .poll(() => nodes.cli(sentinel, 'SENTINEL', 'REPLICAS', 'main'), { timeout: 20_000 })
        .toContain(String(announced))
    const [sentinel = primary] = sentinels
    expect((await apply([users, nameOf(sentinel)])).err).toContain('is a Sentinel')
    const map = `127.0.0.1:${announced}=127.0.0.1:${replica.port}`
    const { code } = await apply([users, ...sentinels.map(at), '--discover', '--map', map])
    const expected = await nodes.listOf(after)
    expect([code, listed(primary), listed(replica)]).toEqual([0, expected, expected])
  })

  test('nobody loses in between what both versions allow, and all nodes grant before one takes away', async () => {
    const lines: string[] = []
    const proxies: Listening[] = []
    for (const [i, server] of (await nodes.two()).entries())
      proxies.push(await nodes.proxied(server, (line) => void lines.push(`${i} ${line}`)))
    expect((await apply([users, ...proxies.map(at), '--no-save'])).code).toBe(0)
    const grants = ['SETUSER app', 'SETUSER new']
    const takes = ['SETUSER app', 'DELUSER old']
    expect(lines).toEqual([
      ...[0, 1].flatMap((i) => grants.map((line) => `${i} ${line}`)),
      ...[0, 1].flatMap((i) => takes.map((line) => `${i} ${line}`)),
    ])
  })

  test('a server that is named twice is changed once, and --no-save leaves its file alone', async () => {
    const server = await nodes.start()
    const old = listed(server)
    const { code, out } = await apply([users, at(server), at(server), '--no-save'])
    expect([code, out.match(/: applied/g)]).toEqual([0, [': applied']])
    expect(listed(server)).toEqual(await nodes.listOf(after))
    nodes.cli(server, 'ACL', 'LOAD')
    expect(listed(server)).toEqual(old)
  })

  test('what becomes of the clients that are connected is told before, and comes true', async () => {
    const server = await nodes.start(
      before.replace('~app:* resetchannels +@read', '~app:* &news +@read +subscribe +client|setname'),
    )
    /** Opens a connection, runs commands one by one, and tells whether the server has closed it. */
    async function client(...lines: string[]) {
      const socket = await server.open()
      const found = { isClosed: false, said: '' }
      socket.on('close', () => (found.isClosed = true))
      socket.on('data', (chunk) => (found.said += chunk.toString()))
      for (const [i, line] of lines.entries()) {
        socket.write(`${line}\r\n`)
        await expect.poll(() => found.said.split('\r\n').length).toBeGreaterThan(i + 1)
      }
      return { found, socket }
    }
    const deleted = await client('AUTH old old-password', 'GET old:1')
    const reader = await client('AUTH app app-password', 'CLIENT SETNAME reader', 'GET app:1')
    const subscriber = await client('AUTH app app-password', 'SUBSCRIBE news')
    const dry = await run(['apply', users, at(server), '--dry-run'])
    expect(dry.out).toMatch(/^ {2}old: 1 connection is closed \(127\.0\.0\.1:\d+\)$/m)
    expect(dry.out).toMatch(/^ {2}app: 1 connection last ran GET, which it may no longer run \(reader 127/m)
    expect(dry.out).toMatch(/^ {2}app: 1 connection last ran SUBSCRIBE, which it may no longer run \(127/m)
    expect(dry.out).toMatch(/^ {2}app: 1 connection is closed if subscribed to a channel that is no longer granted/m)
    expect((await apply([users, at(server)])).code).toBe(0)
    await expect.poll(() => [deleted, subscriber].map(({ found }) => found.isClosed)).toEqual([true, true])
    reader.socket.write('GET app:1\r\n')
    await expect.poll(() => reader.found.said).toContain('NOPERM')
    expect(reader.found.isClosed).toBe(false)
    reader.socket.destroy()
  })

  test('the user that applies may change its own password and rules', async () => {
    const server = await nodes.start()
    const file = join(folder, `self-${server.port}.acl`)
    writeFileSync(
      file,
      after.replace('user ops on >secret ~* &* +@all', 'user ops on >fresh ~* &* +@admin +@connection +info'),
    )
    const { code } = await apply([file, at(server)])
    const expected = await nodes.listOf(readFileSync(file, 'utf8'))
    expect([code, listed(server)]).toEqual([0, expected])
    const fresh = at(server).replace('secret', 'fresh')
    expect((await run(['drift', file, fresh])).code).toBe(0)
    const locked = join(folder, `locked-${server.port}.acl`)
    for (const [rights, why] of [
      ['+ping', 'takes +acl|setuser from ops'],
      ['+@admin -acl|list', 'takes +acl|list from ops'],
    ] as const) {
      writeFileSync(locked, readFileSync(file, 'utf8').replace('+@admin', rights))
      const refused = await apply([locked, fresh])
      expect([refused.code, refused.err]).toEqual([2, expect.stringContaining(why)])
      expect(listed(server)).toEqual(expected)
    }
  })

  test('where the users cannot be saved, it is said', async () => {
    const withFile = await nodes.start()
    rmSync(withFile.folder, { recursive: true })
    const without = await nodes.other([], {})
    const { code, out } = await apply([users, at(withFile), nameOf(without)])
    const expected = await nodes.listOf(after)
    expect(code).toBe(0)
    expect(out).toMatch(
      new RegExp(`:${withFile.port}: applied, not saved \\(ACL SAVE: ERR .*Deploy the users there too`),
    )
    expect(out).toMatch(new RegExp(`:${without.port}: applied, not saved \\(CONFIG REWRITE: ERR .*config file`))
    expect([listed(withFile), listed(without)]).toEqual([expected, expected])
  })
})
