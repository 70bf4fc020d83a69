import { spawn } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readServeArguments } from '../../src/cli/serve-arguments'
import { builtProgram } from './built'
import { freePort } from '../../src/library/free-port'
import { exchange } from './running'

/** Runs the command line; `whenReady` is called at `Ready to accept connections`, and the process ended after it. */
function run(
  args: string[],
  whenReady: () => Promise<void> = async () => undefined,
): Promise<{ code: number | null; out: string; err: string }> {
  return new Promise((done) => {
    const child = spawn(process.execPath, [builtProgram(), ...args])
    let out = ''
    let err = ''
    child.stdout.on('data', (data) => {
      out += String(data)
      if (String(data).includes('Ready to accept connections')) void whenReady().finally(() => child.kill('SIGTERM'))
    })
    child.stderr.on('data', (data) => {
      err += String(data)
    })
    child.on('close', (code) => done({ code, out, err }))
  })
}

test('--port before the configuration file, directives after it', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'acl-playground-'))
  const port = await freePort()
  writeFileSync(join(dir, 'redis.conf'), 'port 1\nrequirepass old\n')
  const { code, out } = await run(
    ['serve', '--target', 'redis-6.2', '--port', String(port), join(dir, 'redis.conf'), '--requirepass', 'new one'],
    async () => {
      expect(await exchange(port, 'AUTH old\r\nAUTH "new one"\r\n')).toBe(
        '-WRONGPASS invalid username-password pair or user is disabled.\r\n+OK\r\n',
      )
    },
  )
  expect(out).toContain(`a simulator of Redis 6.2`)
  expect(code).toBe(0)
})

test("a bad ACL: the server's words, and an exit code", async () => {
  const dir = mkdtempSync(join(tmpdir(), 'acl-playground-'))
  writeFileSync(join(dir, 'users.acl'), 'user bob +nosuch\n')
  const { code, err } = await run(['serve', '--port', String(await freePort()), '--dir', dir, '--aclfile', 'users.acl'])
  expect(err).toContain("users.acl:1: Error in applying operation '+nosuch': Unknown command or category name in ACL.")
  expect(code).toBe(1)
})

test('a target that there is not', async () => {
  const { code, err } = await run(['serve', '--target', 'redis-5'])
  expect(err).toContain('There is no target redis-5. Choose one of: redis-6.0,')
  expect(code).toBe(2)
})

test('words of the command line', () => {
  expect(
    readServeArguments(['a.conf', '--maxclients', '5', '--save', '', '--user', 'bob', 'on', '>a b'], [['port', '7']]),
  ).toEqual({ confPath: 'a.conf', extraConf: 'maxclients "5"\nsave ""\nuser "bob" "on" ">a b"\nport "7"\n' })
  expect(readServeArguments([])).toEqual({ confPath: null, extraConf: '' })
  expect(readServeArguments(['-', '--port', '5'])).toEqual({ confPath: '-', extraConf: 'port "5"\n' })
  expect(() => readServeArguments(['a.conf', 'b.conf'])).toThrow("Unexpected 'b.conf'")
})

test('exit codes and streams of the program itself', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'acl-playground-'))
  const acl = join(dir, 'users.acl')
  writeFileSync(acl, 'user default off\n')
  expect(await run(['check', acl, '--no-diagnostics'])).toEqual({
    code: 0,
    out: `${acl}: accepted by Redis 8.0 (8.0.2-3+deb13u3): 1 user\n`,
    err: '',
  })
  writeFileSync(acl, 'nonsense\n')
  expect((await run(['check', acl])).code).toBe(1)
  expect(await run(['check', join(dir, 'none.acl')])).toEqual({
    code: 2,
    out: '',
    err: `${join(dir, 'none.acl')} cannot be read: there is no such file.\n`,
  })
})

test('a client that sends SHUTDOWN ends it', async () => {
  const port = await freePort()
  let reply = ''
  const { code } = await run(['serve', '--port', String(port)], async () => {
    reply = await exchange(port, 'SHUTDOWN NOSAVE\r\n')
    // It ends by itself: nothing else ends it.
    if (reply === '<closed>') await new Promise(() => undefined)
  })
  expect([code, reply]).toEqual([0, '<closed>'])
})
