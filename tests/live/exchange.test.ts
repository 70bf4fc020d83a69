import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { fromText } from '../../src/acl/bytes'
import { Users } from '../../src/acl/users'
import { loadTarget } from '../../src/targets/load'
import type { Target } from '../../src/targets/target'
import { exportUsers, type ExportFormat } from '../../src/workspace/export'
import { importText } from '../../src/workspace/import'
import { installedOracles, LiveServer } from './oracle'

const folder = mkdtempSync(join(tmpdir(), 'acl-exchange-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Users with what is hard to write down: quotes, white space, other alphabets, selectors that hold parentheses. */
function policy(target: Target): Users {
  const users = new Users(target.table, target.behaviours)
  const set = (name: string, ...rules: readonly string[]): void =>
    expect(users.setUser(fromText(name), rules.map(fromText))).toBe(null)
  set('app', 'on', '>p w', '~app:*', '~a"b', "~it's", '~é', '~a\\b', '~$HOME', '~x)', '+@read', '-get', '+config|get')
  set("a'b", 'on', 'nopass', 'allkeys', '+@all')
  if (target.behaviours.hasSelectors) set('app', '%R~r:*', '(~b) +set)', '(%W~c"d\\ &x +del)')
  set('default', '>adm')
  return users
}

const lines = (text: string): string[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('user '))
    .sort()

describe.each(installedOracles())('$target', ({ program, target: id }) => {
  const client = program.replace(/-server$/, '-cli')
  const cli = (port: number, args: readonly string[], input = ''): string =>
    execFileSync(client, ['-p', String(port), ...args], {
      encoding: 'latin1',
      input: Buffer.from(input),
      stdio: ['pipe', 'pipe', 'ignore'],
    })
  const listed = (port: number): string[] => lines(cli(port, [], 'AUTH adm\nACL LIST\n'))
  async function made(
    format: ExportFormat,
  ): Promise<{ target: Target; users: Users; text: string; expected: string[] }> {
    const target = await loadTarget(id)
    const users = policy(target)
    const { text } = await exportUsers(format, { target, users, roles: users.roles.values() })
    return { target, users, text, expected: [...users].map((user) => user.describe()).sort() }
  }

  test('ACL SETUSER commands, twice', async () => {
    const { text, expected } = await made('acl-setuser')
    const server = await LiveServer.start(program)
    try {
      cli(server.port, [], text)
      expect(listed(server.port)).toEqual(expected)
      cli(server.port, [], `AUTH adm\n${text}`)
      expect(listed(server.port)).toEqual(expected)
    } finally {
      await server.stop()
    }
  })

  test.each([
    ['acl-file', '--aclfile'],
    ['redis-conf', '--include'],
  ] as const)('%s', async (format, option) => {
    const { text, expected } = await made(format)
    const file = join(folder, `${id}.${format}`)
    writeFileSync(file, text)
    const server = await LiveServer.start(program, [option, file])
    try {
      expect(listed(server.port)).toEqual(expected)
    } finally {
      await server.stop()
    }
  })

  test('the script for every node of a cluster', async () => {
    const { text, expected } = await made('acl-setuser-cluster')
    const server = await LiveServer.start(program, ['--cluster-enabled', 'yes'])
    try {
      cli(server.port, ['CLUSTER', 'ADDSLOTS', '0'])
      const file = join(folder, `${id}.sh`)
      writeFileSync(file, text)
      const run = (password: string): string =>
        execFileSync('sh', [file, '127.0.0.1', String(server.port)], {
          encoding: 'utf8',
          env: { ...process.env, REDISCLI_AUTH: password },
          stdio: ['ignore', 'pipe', 'ignore'],
        })
      expect(run('')).toMatch(/: done\n$/)
      expect(listed(server.port)).toEqual(expected)
      expect(run('adm')).toMatch(/: done\n$/)
      expect(listed(server.port)).toEqual(expected)
    } finally {
      await server.stop()
    }
  })

  test('the script for a cluster says so where the server is no cluster', async () => {
    const { text } = await made('acl-setuser-cluster')
    const server = await LiveServer.start(program)
    try {
      const file = join(folder, `${id}-alone.sh`)
      writeFileSync(file, text)
      const { status, stdout, stderr } = spawnSync('sh', [file, '127.0.0.1', String(server.port)], { encoding: 'utf8' })
      expect([status, stdout]).toEqual([1, ''])
      expect(stderr).toMatch(
        /^127\.0\.0\.1:\d+ is not a node of a cluster, or default may not ask it\. It answered: ERR This instance has cluster support disabled\n+$/,
      )
    } finally {
      await server.stop()
    }
  })

  test('what redis-cli prints of a user is read as that user', async () => {
    const { target, users, text } = await made('acl-setuser')
    const server = await LiveServer.start(program)
    try {
      cli(server.port, [], text)
      for (const options of [[], ['-3']]) {
        const printed = cli(server.port, [...options, '-a', 'adm', '--no-auth-warning', 'ACL', 'GETUSER', 'app'])
        const read = await importText(Buffer.from(printed, 'latin1').toString(), { behaviours: target.behaviours })
        if (!read.ok) throw new Error(read.message)
        const again = new Users(target.table, target.behaviours)
        expect(again.setUser('app', read.result.users[0]?.rules ?? [])).toBe(null)
        expect(again.get('app')?.describe()).toBe(users.get('app')?.describe())
      }
    } finally {
      await server.stop()
    }
  })
})
