import { expect, test } from 'vitest'
import { Users } from '../../../src/acl/users'
import { Checker } from '../../../src/analysis/diagnostics/checker'
import { allDiagnostics } from '../../../src/analysis/diagnostics/settings'
import { loadTarget } from '../../../src/targets/load'
import { found, hash, usersOf } from './found'

test('missing-default', async () => {
  expect(await found('missing-default', 'user app on #… ~app:* +get')).toMatchInlineSnapshot(`
    "error 1:1 user app on #… ~app:* +get
    There is no line for default: the server leaves this user on, without a password, with every command and key, even where requirepass is set.
    Turn default off → user app on #… ~app:* +get
    user default off"
  `)
  const user = (await usersOf('user app on #… ~app:* +get', 'redis-6.2')).get('default')
  expect(user?.describe()).toMatchInlineSnapshot(`"user default on nopass ~* &* +@all"`)
  expect(await found('missing-default', '')).toBe('')
  expect(await found('missing-default', 'user default off\n')).toBe('')
})

test('repeated-user: the last line counts alone on Redis 6', async () => {
  const file = 'user app on #… +get\nuser app on #… +set\n'
  expect(await found('repeated-user', file, 'redis-6.2')).toMatchInlineSnapshot(`
    "warning 1:6 app
    Line 2 defines app again and replaces this line.
    (Redis 7.0 and newer refuse to load a file that names a user twice.)
    Remove this line → user app on #… +set"
  `)
  expect((await usersOf(file, 'redis-6.2')).get('app')?.describe()).toMatchInlineSnapshot(
    `"user app on sanitize-payload #0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef &* -@all +set"`,
  )
  expect(await found('repeated-user', file, 'redis-7.0')).toBe('')
})

test('dropped-comments', async () => {
  const file = '# who may what\nuser default off\n'
  expect(await found('dropped-comments', file, 'redis-8.8')).toMatchInlineSnapshot(`
    "info 1:1 # who may what
    Redis 8.8 skips comment lines: ACL SAVE writes the file without them.
    (Servers before Redis 8.8, and Valkey, refuse to load a file with comments.)"
  `)
  expect(await found('dropped-comments', file)).toBe('')
})

test('load-disconnects', async () => {
  expect(await found('load-disconnects', 'user default off\nuser app on #… +get', 'redis-7.2')).toMatchInlineSnapshot(`
    "info 2:6 app
    On Redis 7.2, ACL LOAD of this file closes every connection except those of default, even where the user did not change.
    (ACL SETUSER changes one user and keeps connections. Redis 7.4 and Valkey 8.0 close only connections of users that were removed or that lost a channel they are subscribed to.)"
  `)
  expect(await found('load-disconnects', 'user default off\nuser app on #… +get', 'redis-7.4')).toBe('')
})

test('save-would-rewrite', async () => {
  expect(await found('save-would-rewrite', 'user default off\nuser app on #… ~app:* +get')).toBe('')
  const saved =
    'user app on sanitize-payload #… ~app:* resetchannels -@all +get\nuser default off sanitize-payload resetchannels -@all\n'
  expect(await found('save-would-rewrite', saved)).toBe('')
  expect(await found('save-would-rewrite', saved.replace('default off sanitize-payload', 'default off')))
    .toMatchInlineSnapshot(`
      "info 2:1 user default off resetchannels -@all
      ACL SAVE would rewrite this line.
      (It sorts users by name, hashes passwords, and writes every rule out in full, resetchannels included. Keep the file that people edit elsewhere, or write it in that form.)"
    `)
  expect(await found('save-would-rewrite', saved.split('\n').reverse().join('\n'))).toMatchInlineSnapshot(`
    "info 3:1 user app on sanitize-payload #… ~app:* resetchannels -@all +get
    ACL SAVE would move this line.
    (It sorts users by name, hashes passwords, and writes every rule out in full, resetchannels included. Keep the file that people edit elsewhere, or write it in that form.)"
  `)
})

test.each([
  ['redis-6.0', 'user app on #… &news:* +get'],
  ['redis-6.2', 'user app on #… %R~app:* +get'],
  ['redis-6.2', 'user app on #… (~app:* +get)'],
  ['redis-6.2', 'user app on #… +@all -config|set'],
  ['redis-8.0', 'user app on #… db=1 +get'],
  ['redis-8.0', 'user app on #… +sentinel|get-master-addr-by-name'],
  ['redis-8.0', 'user app on #… +@search'],
  ['valkey-9.1', 'user app on #… +ft.search'],
  ['redis-8.0', 'user app on #… +@array'],
  ['redis-7.2', 'user app on #… +hexpire'],
  ['redis-7.0', 'user app on #… +stralgo'],
  ['redis-8.0', 'user app on #… +commandlog'],
] as const)('target-mismatch: %s, %s', async (id, file) => {
  expect(await found('target-mismatch', file, id)).toMatchSnapshot()
  await expect(usersOf(file, id)).rejects.toThrow()
})

test('client-handshake: once a file', async () => {
  const file =
    'user app on #… ~app:* +get\nuser b on #… ~b:* +get +client|setinfo +info\nuser off off #… +get\nuser c on #… ~c:* +get'
  expect(await found('client-handshake', file)).toMatchInlineSnapshot(`
    "info 1:6 app
    Many client libraries send CLIENT SETINFO and INFO when they connect: app and 1 more user are denied that, and each denial is an entry in ACL LOG.
    (Choose the client library, in the page’s list of all diagnostics or with --client on the command line, to see exactly what it sends.)
    Add +client|setinfo +info → user app on #… ~app:* +get +client|setinfo +info
    user b on #… ~b:* +get +client|setinfo +info
    user off off #… +get
    user c on #… ~c:* +get
    Add +client|setinfo +info to all 2 → user app on #… ~app:* +get +client|setinfo +info
    user b on #… ~b:* +get +client|setinfo +info
    user off off #… +get
    user c on #… ~c:* +get +client|setinfo +info"
  `)
  expect(await found('client-handshake', file, 'redis-6.0')).toContain('send CLIENT and INFO when')
  const target = await loadTarget('redis-8.0')
  const named = new Checker(new Users(target.table, target.behaviours), target)
    .diagnose(file.replaceAll('#…', hash), { ...allDiagnostics, silencedFor: { app: ['client-handshake'] } })
    .filter(({ code }) => code === 'client-handshake')
  expect(named.map(({ span, message }) => [span.line, message.includes('c is denied that')])).toEqual([[4, true]])
})

test('save-would-rewrite says nothing of a file that the server refuses', async () => {
  const target = await loadTarget('redis-8.0')
  const codes = (file: string): string[] =>
    new Checker(new Users(target.table, target.behaviours), target).diagnose(file).map(({ code }) => code)
  const saved = 'user a on nopass sanitize-payload ~* resetchannels -@all +get\n'
  expect(codes(`${saved}user b on nopass +get\n`)).toContain('save-would-rewrite')
  expect(codes(`${saved}user b on nopass +get\nuser c on Str0ngp4ss +get\n`)).not.toContain('save-would-rewrite')
})
