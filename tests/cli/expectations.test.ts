import { expect, test } from 'vitest'
import { files, plainChapter, run } from './program'

const good = `# what must hold
app can GET app:1
app cannot SET secret:1 x because key
app cannot FLUSHALL because command
monitor can INFO
`
const bad = `app can SET secret:1 "a & b <c>"
ap can PING
app cannot GET app:1
`

test('expectations that hold', async () => {
  const paths = files({ 'users.acl': plainChapter, 'users.expect': good })
  const { code, out } = await run(['test', paths['users.acl'], paths['users.expect'], '-t', 'redis-7.2'])
  expect([code, out]).toEqual([
    0,
    `${paths['users.expect']}: all 4 expectations hold for ${paths['users.acl']} on Redis 7.2 (7.2.6)\n`,
  ])
})

test("one that does not: the line, the reason, the rules that decided, the server's words", async () => {
  const paths = files({ 'users.acl': plainChapter })
  const { code, out } = await run(['test', paths['users.acl'], '-', '-t', 'redis-7.2'], { stdin: bad })
  expect(code).toBe(1)
  expect(out).toBe(`users.expect:1:9: error: Denied because key: no rule lets app write secret:1. [expectation]
    1 | app can SET secret:1 "a & b <c>"
      |         ^^^^^^^^^^^^^^^^^^^^^^^^
      = the server answers: NOPERM No permissions to access a key

users.expect:2:1: error: There is no user ap. [invalid-expectation]
    2 | ap can PING
      | ^^
      = If there must be none, write: ap cannot log in because no-user

users.expect:3:12: error: Allowed: +@read lets app run GET, ~app:* gives app:1. [expectation]
    3 | app cannot GET app:1
      |            ^^^^^^^^^
      = decided by ${paths['users.acl']}:3: +@read, ${paths['users.acl']}:3: ~app:*

users.expect: 3 of 3 expectations do not hold for ${paths['users.acl']} on Redis 7.2 (7.2.6)
`)
})

test('redis.conf decides where connections come from', async () => {
  const paths = files({
    'users.acl': plainChapter,
    'open.conf': 'bind *\nprotected-mode no\n',
    'closed.conf': 'bind *\n',
  })
  const words = (conf: string): string[] => ['test', paths['users.acl'], '-', '--conf', conf]
  expect((await run(words(paths['open.conf']), { stdin: 'app can GET app:1 from 203.0.113.5\n' })).code).toBe(0)
  expect(
    (
      await run(words(paths['closed.conf']), {
        stdin: 'app cannot GET app:1 from 203.0.113.5 because protected-mode\n',
      })
    ).code,
  ).toBe(0)
  expect((await run(words(paths['closed.conf']), { stdin: 'app can GET app:1 from 203.0.113.5\n' })).code).toBe(1)
})

test('JSON, GitHub annotations', async () => {
  const paths = files({ 'users.acl': plainChapter })
  const json = JSON.parse((await run(['test', paths['users.acl'], '-', '-f', 'json'], { stdin: bad + good })).out) as {
    total: number
    failed: number
    holds: boolean
    results: unknown[]
  }
  expect(json).toMatchObject({ command: 'test', holds: false, total: 7, failed: 3 })
  expect(json.results[0]).toEqual({
    line: 1,
    text: 'app can SET secret:1 "a & b <c>"',
    state: 'fails',
    verdict: 'refused',
    reason: 'key',
    reply: 'NOPERM No permissions to access a key',
    message: 'Denied because key: no rule lets app write secret:1.',
    notes: ['the server answers: NOPERM No permissions to access a key'],
    place: { line: 1, column: 9, endLine: 1, endColumn: 33 },
  })
  expect((await run(['test', paths['users.acl'], '-', '-f', 'github'], { stdin: bad })).out.split('\n')).toEqual([
    expect.stringMatching(
      /^::error file=users\.expect,line=1,endLine=1,col=9,endColumn=33,title=ACL Playground%3A expectation::Denied because key/,
    ),
    expect.stringMatching(/^::error file=users\.expect,line=2,/),
    expect.stringMatching(/^::error file=users\.expect,line=3,/),
    '',
  ])
})

test('what cannot be run exits with 2', async () => {
  const paths = files({ 'users.acl': plainChapter, 'broken.acl': 'nonsense\n', 'users.expect': good })
  const sentence = await run(['test', paths['users.acl'], '-'], { stdin: 'app can GET a\napp cant GET a\n' })
  expect(sentence).toEqual({
    code: 2,
    out: '',
    err: `users.expect was not checked: 1 line is not valid.

users.expect:2:5: error: After the user comes 'can' or 'cannot', not 'cant'. [no-expectation]
    2 | app cant GET a
      |     ^^^^
      = Write it as: app can GET some:key. A user whose name has spaces goes in quotes.
`,
  })
  const broken = await run(['test', paths['broken.acl'], paths['users.expect']])
  expect(broken.code).toBe(2)
  expect(broken.err).toContain(`${paths['broken.acl']}:1 should start with user keyword followed by the username.`)
  expect((await run(['test', paths['users.acl'], '-'], { stdin: '# nothing\n' })).err).toContain(
    'contains no expectations',
  )
  expect((await run(['test', paths['users.acl']])).err).toContain('Name the expectations file too')
})

test('a link stands for the files in it, and keeps no password', async () => {
  const paths = files({ 'users.acl': plainChapter, 'users.expect': good })
  const { code, out, err } = await run([
    'link',
    paths['users.acl'],
    paths['users.expect'],
    '-t',
    'redis-7.2',
    '--page',
    'https://acl.example.org/',
  ])
  const address = out.trim()
  expect([code, err, address.startsWith('https://acl.example.org/#v1.')]).toEqual([0, '', true])
  expect((await run(['test', address])).out).toBe(
    'users.expect: all 4 expectations hold for users.acl on Redis 7.2 (7.2.6)\n',
  )
  expect((await run(['check', address.slice(address.indexOf('#')), '--no-diagnostics'])).code).toBe(0)
  expect((await run(['compare', paths['users.acl'], address])).code).toBe(0)
  expect((await run(['check', address, '-f', 'json'])).out).not.toContain('app_password')
})

test('coverage: rules that no expectation depends on, which make nothing fail', async () => {
  const paths = files({ 'users.acl': 'user default off\nuser app on >pw ~app:* ~jobs:* +get +set +get\n' })
  const words = (format: string): string[] => ['test', paths['users.acl'], '-', '--coverage', '-f', format]
  const { code, out } = await run(words('text'), { stdin: 'app can GET app:1\n' })
  expect(code).toBe(0)
  expect(out).toContain(
    `${paths['users.acl']}:2:25: info: No expectation depends on ~jobs:*. [unused-rule]\n    2 | user app on >** ~app:* ~jobs:* +get +set +get\n      |                        ^^^^^^^\n`.replace(
      ':2:25:',
      ':2:24:',
    ),
  )
  expect(out).toContain('[dead-rule]')
  expect(out).toMatch(/: 2 of 5 rules are used by an expectation, 2 unused, 1 dead\n$/)
  expect(JSON.parse((await run(words('json'), { stdin: 'app can GET app:1\n' })).out)).toMatchObject({
    coverage: { counts: { used: 2, unused: 2, dead: 1 } },
  })
  expect((await run(words('github'), { stdin: 'app can GET app:1\n' })).out).toMatch(/^::(notice|warning) file=/m)
  expect((await run(words('junit'), { stdin: 'app can GET app:1\n' })).out).toContain(
    'rules are used by an expectation',
  )
})
