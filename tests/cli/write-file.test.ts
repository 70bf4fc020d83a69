import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { DiskFiles } from '../../src/cli/files'
import { files, run } from './program'
import { running, type Running } from './running'

const servers: Running[] = []
afterEach(() => Promise.all(servers.splice(0).map((server) => server.stop())))

const folder = (): string => mkdtempSync(join(tmpdir(), 'acl-write-'))
const modeOf = (path: string): number => statSync(path).mode & 0o777
const acl = 'user default on nopass ~* &* +@all\nuser app on >x ~a +@all -@all +get\n'

/** The commands that write a file at a path, each with a server and users.acl. */
const writers: readonly (readonly [string, (path: string, server: string, acl: string) => string[]])[] = [
  ['pull --out', (path, server) => ['pull', server, '--out', path]],
  ['record --out', (path, server) => ['record', server, '--seconds', '0.05', '--out', path]],
  ['link --save', (path, _, users) => ['link', users, '--save', path]],
]

describe.each(writers)('%s', (_, words) => {
  async function given(): Promise<{
    into: string
    path: string
    write: (...more: string[]) => Promise<[number | null, string]>
  }> {
    const { users } = files({ users: acl })
    const server = await running('redis-8.0', `aclfile "${users}"`)
    servers.push(server)
    const into = folder()
    const path = join(into, 'out')
    const write = async (...more: string[]): Promise<[number | null, string]> => {
      const { code, err } = await run([...words(path, `redis://127.0.0.1:${server.port}`, users), ...more])
      return [
        code,
        err
          .split('\n')
          .filter((line) => line.includes(path))
          .join('\n'),
      ]
    }
    return { into, path, write }
  }

  test('makes a file that only its owner may read, and overwrites one only when it is told to', async () => {
    const { into, path, write } = await given()
    expect((await write())[0]).toBe(0)
    expect(modeOf(path)).toBe(0o600)
    chmodSync(path, 0o644)
    writeFileSync(path, 'old')
    expect(await write()).toEqual([2, `${path} exists already. --force overwrites it.`])
    expect(readFileSync(path, 'utf8')).toBe('old')
    expect((await write('--force'))[0]).toBe(0)
    expect([readFileSync(path, 'utf8') === 'old', modeOf(path)]).toEqual([false, 0o600])
    expect(readdirSync(into).filter((name) => !['out', 'redis.conf'].includes(name))).toEqual([])
  })

  test.each(['a file', 'nothing'])('does not write through a symbolic link to %s', async (to) => {
    const { into, path, write } = await given()
    const linked = join(into, 'linked')
    if (to === 'a file') writeFileSync(linked, 'mine', { mode: 0o644 })
    symlinkSync(linked, path)
    for (const more of [[], ['--force']])
      expect(await write(...more)).toEqual([
        2,
        `${path} is a symbolic link, which is not overwritten. Name another file.`,
      ])
    expect(existsSync(linked) && readFileSync(linked, 'utf8')).toBe(to === 'a file' && 'mine')
    expect(lstatSync(path).isSymbolicLink()).toBe(true)
  })
})

test('the commands of a plan replace files that others may read, and no link', async () => {
  const { users, wanted } = files({ users: acl, wanted: acl.replace('+get', '+set') })
  const server = await running('redis-8.0', `aclfile "${users}"`)
  servers.push(server)
  const save = join(folder(), 'plan')
  const words = ['plan', wanted, `redis://127.0.0.1:${server.port}`, '--save', save]
  expect((await run(words)).code).toBe(1)
  expect(modeOf(save)).toBe(0o700)
  const [apply = '', undo = ''] = readdirSync(save)
    .sort()
    .map((name) => join(save, name))
  for (const path of [apply, undo]) chmodSync(path, 0o644)
  expect((await run([...words, '--force'])).code).toBe(1)
  expect([modeOf(apply), modeOf(undo)]).toEqual([0o600, 0o600])
  const own = join(save, '../own')
  writeFileSync(own, 'mine')
  rmSync(undo)
  symlinkSync(own, undo)
  const refused = await run([...words, '--force'])
  expect([refused.code, refused.err]).toEqual([2, expect.stringContaining(`${undo} is a symbolic link`)])
  expect(readFileSync(own, 'utf8')).toBe('mine')
})

describe('simplify --write', () => {
  test('replaces the file at once, keeps its mode, and follows a link to it', async () => {
    const into = folder()
    const path = join(into, 'users.acl')
    const link = join(into, 'link.acl')
    writeFileSync(path, acl)
    chmodSync(path, 0o640)
    symlinkSync(path, link)
    const before = statSync(path).ino
    expect((await run(['simplify', link, '--write'])).code).toBe(0)
    expect(readFileSync(path, 'utf8')).toBe(acl.replace(' +@all -@all', ''))
    expect([modeOf(path), statSync(path).ino === before, lstatSync(link).isSymbolicLink()]).toEqual([
      0o640,
      false,
      true,
    ])
    expect(readdirSync(into).sort()).toEqual(['link.acl', 'users.acl'])
  })
})

test('a file that serve saves keeps its mode; a new one is as servers create it', () => {
  const into = folder()
  const disk = new DiskFiles(() => into)
  writeFileSync(join(into, 'users.acl'), 'old', { mode: 0o600 })
  disk.write('users.acl', 'new')
  disk.write('other.acl', 'new')
  expect([modeOf(join(into, 'users.acl')), modeOf(join(into, 'other.acl'))]).toEqual([0o600, 0o644 & ~process.umask()])
  expect(readdirSync(into).sort()).toEqual(['other.acl', 'users.acl'])
  expect(() => disk.write('none/users.acl', '')).toThrow(/ENOENT/)
})
