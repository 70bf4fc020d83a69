import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { run, type Ran } from '../cli/program'
import { at, before } from './apply'
import { cleanly, Nodes, type Listening } from './nodes'
import { installedOracles, type LiveServer } from './oracle'

const { folder, stopping } = cleanly('rotate')

let count = 0
const newFile = (name: string): string => join(folder, `${count++}.${name}`)
const rotate = (user: string, file: string, servers: readonly string[], ...words: string[]): Promise<Ran> =>
  run(['rotate', user, ...servers, '--password-file', file, '--yes', '--journal', newFile('journal'), ...words])

describe.each(installedOracles())('$target', ({ program }) => {
  const nodes = stopping(new Nodes(program, before))
  const listed = (server: Listening): string[] => nodes.listed(server)

  /** Tells which of two passwords a server accepts. */
  async function accepts(server: LiveServer, user: string, ...passwords: string[]): Promise<string[]> {
    const accepted = passwords.map((password) => nodes.cli(server, 'AUTH', user, password).startsWith('OK'))
    return Promise.resolve(passwords.filter((_, i) => accepted[i] === true))
  }

  test('a user has both passwords on all nodes, and after --finish only the new one', async () => {
    const servers = await nodes.replicated()
    const file = newFile('new')
    const words = [at(servers[0]), '--discover']
    const dry = await rotate('app', file, words, '--dry-run')
    expect([dry.code, existsSync(file)]).toEqual([1, false])
    const early = await rotate('app', file, words, '--finish')
    expect([early.code, early.err]).toEqual([2, expect.stringContaining('--finish needs the new password')])

    const added = await rotate('app', file, words, '--format', 'json')
    expect([added.code, JSON.parse(added.out)]).toEqual([
      0,
      expect.objectContaining({ command: 'rotate', exitCode: 0 }),
    ])
    const fresh = readFileSync(file, 'utf8').trim()
    expect([fresh, statSync(file).mode & 0o777]).toEqual([expect.stringMatching(/^[\w-]{43}$/), 0o600])
    for (const server of servers) {
      nodes.cli(server, 'ACL', 'LOAD')
      expect(await accepts(server, 'app', 'app-password', fresh)).toEqual(['app-password', fresh])
    }
    const again = await rotate('app', file, words)
    expect([again.code, again.out]).toEqual([0, expect.not.stringContaining('pplied')])

    const finished = await rotate('app', file, words, '--finish')
    expect([finished.code, finished.out]).toEqual([0, expect.stringContaining('Applied and verified.')])
    for (const server of servers) {
      nodes.cli(server, 'ACL', 'LOAD')
      expect(await accepts(server, 'app', 'app-password', fresh)).toEqual([fresh])
    }
    expect(added.out + added.err + finished.out + finished.err).not.toContain(fresh)
  })

  test('the user that rotates may be the one that is rotated', async () => {
    const [first, second] = await nodes.two()
    const file = newFile('new')
    writeFileSync(file, 'fresh\n')
    expect((await rotate('ops', file, [at(first), at(second)])).code).toBe(0)
    expect((await rotate('ops', file, [at(first), at(second).replace('secret', 'fresh')], '--finish')).code).toBe(0)
    for (const server of [first, second]) expect(await accepts(server, 'ops', 'secret', 'fresh')).toEqual(['fresh'])
  })

  test('where it fails no node has the new password, and no file of it is left', async () => {
    const [first, second] = await nodes.two()
    const old = listed(first)
    const file = newFile('new')
    for (const [user, why] of [
      ['nobody', 'there is no user nobody'],
      ['open', 'open needs no password (nopass)'],
    ] as const) {
      nodes.cli(second, 'ACL', 'SETUSER', 'open', 'nopass')
      const refused = await rotate(user, file, [at(second)])
      expect([refused.code, refused.err]).toEqual([2, expect.stringContaining(why)])
    }
    const unknown = newFile('new')
    writeFileSync(unknown, 'fresh\n')
    const early = await rotate('app', unknown, [at(first)], '--finish')
    expect([early.code, early.err]).toEqual([2, expect.stringContaining('does not have the new password')])
    const node = await nodes.proxied(first, (line) => {
      if (line === 'SETUSER app') nodes.cli(second, 'ACL', 'SETUSER', 'guest')
    })
    const { code, err } = await rotate('app', file, [at(node), at(second)])
    expect([code, err]).toEqual([2, expect.stringContaining('somebody else changed users in the meantime')])
    expect([listed(first), existsSync(file), existsSync(unknown)]).toEqual([old, false, true])
  })
})
