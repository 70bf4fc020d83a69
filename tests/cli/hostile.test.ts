import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { StartRefused } from '../../src/cli/cannot-run'
import { serve } from '../../src/cli/serve'
import { encodeFile } from '../../src/workspace/codec'
import { localPage, site } from '../../src/workspace/site'
import { blankState } from '../../src/workspace/state'
import { builtProgram } from './built'
import { files, plainChapter, run } from './program'
import { runInShell, shells } from '../shell'
import { freePort } from '../../src/library/free-port'

const program = `'${process.execPath}' '${builtProgram()}'`

/** Runs the program itself in a shell, where `$A` stands for it. */
function shell(
  command: string,
  env: NodeJS.ProcessEnv = {},
): { readonly code: number | null; readonly out: string; readonly err: string } {
  const { status, stdout, stderr } = spawnSync('bash', ['--norc', '-c', command.replaceAll('$A', program)], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], ...env },
  })
  return { code: status, out: stdout, err: stderr }
}

const folder = mkdtempSync(join(tmpdir(), 'acl-playground-'))

test('what cannot be read says what it is', async () => {
  symlinkSync('nowhere', join(folder, 'dangling.acl'))
  symlinkSync('round.acl', join(folder, 'round.acl'))
  writeFileSync(join(folder, 'plain'), '')
  for (const [argument, reason] of [
    [join(folder, 'dangling.acl'), 'it is a symbolic link to a file that is not there.'],
    [join(folder, 'round.acl'), 'its symbolic links lead in a circle.'],
    [join(folder, 'plain/users.acl'), 'a part of its path is no directory.'],
    ['/dev/zero', 'it is longer than 16 MB, the most that is read.'],
    ['bad\x1b[31m\n::error::name', 'bad\\u{1b}[31m\\n::error::name cannot be read: there is no such file.'],
    ['https://acl.example.org/', 'nothing is downloaded. Copy the whole playground link'],
    ['#v9.abc', 'This link was made by a newer ACL Playground. Build the command line from that release.'],
    ['https://acl.example.org/#v1.abc', 'This link is cut off or damaged.'],
    ['#new', 'This link holds no workspace'],
  ] as const) {
    const { code, out, err } = await run(['check', argument])
    expect({ argument, code, out, err }).toEqual({ argument, code: 2, out: '', err: expect.stringContaining(reason) })
    expect(err).not.toContain('\x1b')
    expect(err.split('\n').length).toBe(2)
  }
})

test('an empty file is said to be one, and fails where errors do', async () => {
  const empty = await run(['check', '-'], { stdin: '' })
  expect(empty.code).toBe(0)
  expect(empty.out).toContain('users.acl: error: The file is empty: the server has one user, default')
  expect((await run(['check', '-', '--fail-on', 'error'], { stdin: '\n\n' })).code).toBe(1)
  expect((await run(['check', '-', '--fail-on', 'error', '--ignore', 'missing-default'], { stdin: '' })).code).toBe(0)
})

test('CRLF line ends and a byte order mark: the one is accepted, the other refused, as servers do', async () => {
  expect((await run(['check', '-', '--no-diagnostics'], { stdin: plainChapter.replaceAll('\n', '\r\n') })).code).toBe(0)
  expect((await run(['check', '-', '--no-diagnostics'], { stdin: `\ufeff${plainChapter}` })).code).toBe(1)
  const { 'users.acl': acl } = files({ 'users.acl': plainChapter })
  expect((await run(['test', acl, '-'], { stdin: '\ufeffapp can GET app:1\r\nmonitor can INFO\r\n' })).out).toContain(
    'all 2 expectations hold',
  )
})

test('a file of refused rules only: the text format shows the most severe, the others all', async () => {
  const stdin = `user default off\n${'user app on nopass ~* +@all\n'.repeat(300)}`
  const { code, out } = await run(['check', '-'], { stdin })
  expect(code).toBe(1)
  expect(out.match(/^users\.acl:\d+:\d+: /gm)?.length).toBe(200)
  expect(out.match(/: refused: /g)?.length).toBe(200)
  expect(out).toMatch(
    /\n\n… and [\d,]+ more, none more severe than these: --format json lists all\.\n\nusers\.acl: refused by [^\n]*: 299 refusals; /,
  )
  const [{ diagnostics } = { diagnostics: [] }] = (
    JSON.parse((await run(['check', '-', '-f', 'json'], { stdin })).out) as {
      files: { diagnostics: { severity: string }[] }[]
    }
  ).files
  expect(diagnostics.filter(({ severity }) => severity === 'refused').length).toBe(299)
  const paths = files({ 'users.acl': stdin, 'good.acl': plainChapter, 'users.expect': 'app can PING\n' })
  for (const words of [
    ['test', paths['users.acl'], paths['users.expect']],
    ['compare', paths['users.acl'], paths['good.acl']],
  ]) {
    const { code: failed, err } = await run([...words, '-t', 'redis-7.2'])
    expect(failed).toBe(2)
    expect(err.length).toBeLessThan(3_000)
    expect(err).toMatch(/… \([\d,]+ more characters\)/)
    expect(err).toContain(
      `For the places and fixes, run: acl-playground check ${paths['users.acl']} --target redis-7.2\n`,
    )
  }
})

test('hundreds of failures, and hundreds of users that change: some, and how many more', async () => {
  const { 'users.acl': acl } = files({ 'users.acl': plainChapter })
  const failing = await run(['test', acl, '-'], { stdin: 'app can GET secret\n'.repeat(1_234) })
  expect(failing.out.match(/\[expectation\]/g)?.length).toBe(200)
  expect(failing.out).toMatch(
    /\n\n… and 1,034 more: --format json lists all\.\n\nusers\.expect: 1234 of 1234 expectations do not hold/,
  )
  // Each user has a pattern that no other has, so that none changes like another.
  const patternOf = (i: number) => [...String(i)].map((digit) => 'abcdefghij'.charAt(Number(digit))).join('')
  const many = plainChapter + Array.from({ length: 300 }, (_, i) => `user u${i} on +get ~${patternOf(i)}\n`).join('')
  for (const format of ['text', 'markdown']) {
    const { code, out } = await run(['compare', acl, '-', '-f', format], { stdin: many })
    expect([code, out.match(/\buser\W+u\d+/g)?.length]).toEqual([1, 200])
    expect(out).toContain('… and 100 more users or groups of users change: --')
  }
})

test('a file of another kind for expectations: some lines, and how many more', async () => {
  const { 'users.acl': acl } = files({ 'users.acl': plainChapter })
  const { code, err } = await run(['test', acl, '-'], { stdin: 'what is this\n'.repeat(1_234) })
  expect(code).toBe(2)
  expect(err).toMatch(/^users\.expect was not checked: 1,234 lines are not valid\.\n/)
  expect(err.match(/\[no-expectation\]/g)?.length).toBe(20)
  expect(err).toMatch(/\n\n… and 1,214 more\.\n$/)
})

test('ten thousand expectations', async () => {
  const { 'users.acl': acl } = files({ 'users.acl': plainChapter })
  const stdin = Array.from({ length: 10_000 }, (_, i) => `app can GET app:${i}\n`).join('')
  expect((await run(['test', acl, '-'], { stdin })).out).toContain('all 10000 expectations hold')
})

test('a link says who can open it, and how long it is', async () => {
  const { 'users.acl': acl } = files({ 'users.acl': plainChapter })
  const here = await run(['link', acl])
  expect(here.out.startsWith(`${site.page ?? localPage}#v1.`)).toBe(true)
  expect(here.err).toBe(
    site.page === null
      ? 'This link opens only on a computer that runs the page (npm start). For a link that others can open, give the address of your page: --page https://acl.example.org/, or ACL_PLAYGROUND_PAGE.\n'
      : '',
  )
  expect(await run(['link', acl, '--page', 'https://acl.example.org/?embed#old'])).toEqual({
    code: 0,
    out: expect.stringMatching(/^https:\/\/acl\.example\.org\/#v1\.[\w-]+\n$/),
    err: '',
  })
  for (const page of ['acl.example.org', 'javascript:alert(1)//', 'https://', 'https://a b/']) {
    expect(await run(['link', acl, '--page', page])).toEqual({
      code: 2,
      out: '',
      err: `${page} is not the address of a page. Give a full URL, such as https://acl.example.org/\n`,
    })
  }
  const odd = Array.from(
    { length: 300 },
    (_, i) => `user u${i} on #${((i * 2654435761) % 2 ** 32).toString(16).padStart(64, '0')}\n`,
  ).join('')
  expect((await run(['link', '-', '--page', 'https://acl.example.org/'], { stdin: odd })).err).toMatch(
    /^This link has [\d,]+ characters\. Beyond 2,000, .* --save acl-playground\.json writes one that the page opens\.\n$/,
  )
})

test('the address of the page from the environment; an empty one is none', () => {
  const { 'users.acl': acl } = files({ 'users.acl': plainChapter })
  expect(shell(`$A link '${acl}'`, { ACL_PLAYGROUND_PAGE: 'https://acl.example.org/' })).toMatchObject({
    code: 0,
    err: '',
    out: expect.stringMatching(/^https:\/\/acl\.example\.org\/#v1\./),
  })
  expect(shell(`$A link '${acl}'`, { ACL_PLAYGROUND_PAGE: '' })).toMatchObject({
    code: 0,
    out: expect.stringContaining(`${site.page ?? localPage}#v1.`),
  })
})

test('a saved playground stands for its files, as the page writes it and as link does', async () => {
  const paths = files({
    'users.acl': plainChapter,
    'users.expect': 'app can GET app:1\n',
    'page.json': encodeFile({
      ...blankState('redis-7.2'),
      files: { acl: plainChapter, conf: '', expect: 'app can PING\n' },
    }),
    'other.json': '{"Users": []}',
    'cut.json': '{ "kind": "acl-playground"',
  })
  const saved = join(folder, 'saved.json')
  expect(await run(['link', paths['users.acl'], paths['users.expect'], '-t', 'redis-7.2', '--save', saved])).toEqual({
    code: 0,
    out: '',
    err: '',
  })
  expect((await run(['test', saved])).out).toBe(
    'users.expect: the expectation holds for users.acl on Redis 7.2 (7.2.6)\n',
  )
  expect((await run(['test', paths['page.json']])).out).toContain('users.expect: 1 of 1 expectation does not hold')
  const { out } = await run(['link', paths['users.acl'], '--save', '-'])
  expect(out).not.toContain('app_password')
  expect((await run(['check', '-', '--no-diagnostics'], { stdin: out })).code).toBe(0)
  expect(await run(['check', paths['other.json'], '--no-diagnostics'])).toMatchObject({
    code: 2,
    err: expect.stringContaining('is not a users.acl file; it looks like JSON.'),
  })
  expect(await run(['check', paths['cut.json']])).toEqual({
    code: 2,
    out: '',
    err: `${paths['cut.json']}: This file is cut off or damaged. Download it again.\n`,
  })
  expect(await run(['link', paths['users.acl'], '--save', join(folder, 'none/x.json')])).toEqual({
    code: 2,
    out: '',
    err: expect.stringContaining('x.json cannot be written: there is no such folder'),
  })
})

test('a reader that has seen enough changes no exit code; output that cannot be written is exit code 2', () => {
  const { 'bad.acl': bad, 'good.acl': good } = files({
    'bad.acl': `user default off\n${'nonsense\n'.repeat(5_000)}`,
    'good.acl': plainChapter,
  })
  expect(shell(`$A check '${bad}' --format json | head -n 1; exit \${PIPESTATUS[0]}`)).toEqual({
    code: 1,
    out: '{\n',
    err: '',
  })
  expect(shell(`$A check '${good}' --format json | head -n 1; exit \${PIPESTATUS[0]}`)).toEqual({
    code: 0,
    out: '{\n',
    err: '',
  })
  expect(shell(`$A check '${good}' > /dev/full`)).toEqual({
    code: 2,
    out: '',
    err: expect.stringMatching(/^Standard output cannot be written: ENOSPC[^\n]*\n$/),
  })
  expect(shell(`$A check none.acl 2> /dev/full`)).toMatchObject({ code: 2, out: '' })
})

test('colours: on a terminal, unless NO_COLOR says otherwise, or where FORCE_COLOR does', () => {
  const { 'bad.acl': bad } = files({ 'bad.acl': 'nonsense\n' })
  const isColored = (env: NodeJS.ProcessEnv): boolean => shell(`$A check '${bad}'`, env).out.includes('\x1b[')
  expect(isColored({})).toBe(false)
  expect(isColored({ FORCE_COLOR: '1' })).toBe(true)
  expect(isColored({ FORCE_COLOR: '0' })).toBe(false)
  expect(isColored({ FORCE_COLOR: 'false' })).toBe(false)
  expect(isColored({ FORCE_COLOR: '1', NO_COLOR: '1' })).toBe(false)
})

test('standard input may come late', () => {
  expect(shell(`(sleep 0.5; echo user default off) | $A check - --no-diagnostics`)).toEqual({
    code: 0,
    out: 'users.acl: accepted by Redis 8.0 (8.0.2-3+deb13u3): 1 user\n',
    err: '',
  })
})

test('a server that could not be reached, or has nowhere to listen, does not start', async () => {
  const start = (...conf: string[]): Promise<unknown> =>
    serve({
      target: 'redis-7.2',
      modules: false,
      confPath: null,
      extraConf: conf.map((line) => `${line}\n`).join(''),
      log: () => undefined,
    })
  await expect(start('port 0')).rejects.toThrow(new StartRefused('Configured to not listen anywhere, exiting.'))
  await expect(
    start('port 0', 'tls-port 1', 'tls-cert-file a', 'tls-key-file b', 'tls-auth-clients no'),
  ).rejects.toThrow('Failed to load certificate: a: error:80000002:system library::No such file or directory')
  await expect(start('port 0', 'unixsocket /none/redis.sock')).rejects.toThrow(
    new StartRefused('Failed opening Unix socket: bind: No such file or directory', 'ENOENT'),
  )
  const busy = createServer()
  const port = await freePort()
  await new Promise<void>((done) => busy.listen(port, '127.0.0.1', done))
  await expect(start(`port ${port}`, 'bind 127.0.0.1')).rejects.toThrow(
    new StartRefused(
      `Warning: Could not create server TCP listening socket 127.0.0.1:${port}: bind: Address already in use\nFailed listening on port ${port} (tcp), aborting.`,
      'EADDRINUSE',
    ),
  )
  await new Promise((done) => busy.close(done))
  // An address that this host does not have: the one beside it that it has is let go.
  await expect(start(`port ${port}`, 'bind 127.0.0.1 203.0.113.250')).rejects.toThrow(
    `socket 203.0.113.250:${port}: bind: Cannot assign requested address`,
  )
  const free = createServer()
  await new Promise<void>((done, fail) => free.once('error', fail).listen(port, '127.0.0.1', done))
  await new Promise((done) => free.close(done))
  await expect(
    serve({ target: 'redis-7.2', modules: false, confPath: folder, extraConf: '', log: () => undefined }),
  ).rejects.toThrow(new StartRefused(`Fatal error, can't open config file '${folder}': Is a directory`))
})

test('a file that stands where the Unix socket is to be is not removed', async () => {
  const path = join(folder, 'precious.txt')
  writeFileSync(path, 'mine')
  await expect(
    serve({
      target: 'redis-7.2',
      modules: false,
      confPath: null,
      extraConf: `port 0\nunixsocket ${path}\n`,
      log: () => undefined,
    }),
  ).rejects.toThrow('Failed opening Unix socket: bind: Address already in use')
  mkdirSync(join(folder, 'directory'))
  await expect(
    serve({
      target: 'redis-7.2',
      modules: false,
      confPath: null,
      extraConf: `port 0\nunixsocket ${join(folder, 'directory')}\n`,
      log: () => undefined,
    }),
  ).rejects.toThrow('Address already in use')
})

test.each(shells)(
  'the command of a hint, pasted into %s, names the same file and starts nothing else',
  async (shell) => {
    for (const name of ["a'; touch x; '.acl", '$(touch x).acl', '-c.acl', 'a b`touch x`.acl', '*']) {
      const { [name]: acl } = files({ [name]: 'user app on +@raed\n' })
      const { err } = await run(['compare', acl ?? '', acl ?? ''])
      const hint = /run: (.*)\n/.exec(err)?.[1] ?? ''
      const program = 'program() { printf "<%s>" "$@"; }\ntouch() { echo injected; }\n'
      const printed = runInShell(shell, program + hint.replace('acl-playground', 'program'))
      expect(printed).toBe(`<check><${acl ?? ''}><--target><redis-8.0>`)
    }
  },
)
