import { Users } from '../../../src/acl/users'
import { Checker } from '../../../src/analysis/diagnostics/checker'
import { allDiagnostics } from '../../../src/analysis/diagnostics/settings'
import { loadTarget } from '../../../src/targets/load'
import { expect, test } from 'vitest'
import { found } from './found'

test('nopass: any password logs in', async () => {
  const file = 'user app on nopass ~app:* +get'
  expect(await found('nopass', file)).toMatchInlineSnapshot(`
    "error 1:13 nopass
    Any password logs in as app.
    (Give the user a password of its own; ACL GENPASS makes one.)"
  `)
})

test('nopass: default without a password is everybody', async () => {
  const file = 'user default on nopass +@all'
  expect(await found('nopass', file)).toMatchInlineSnapshot(`
    "error 1:17 nopass
    Any password logs in as default, and new connections are this user without one.
    (Give the user a password of its own; ACL GENPASS makes one.)"
  `)
})

test('empty-password', async () => {
  const file = 'user app on > ~app:* +get'
  expect(await found('empty-password', file)).toMatchInlineSnapshot(`
    "error 1:13 >
    This sets an empty password: anyone who knows the user’s name can log in.
    Remove this rule → user app on ~app:* +get"
  `)
})

test('hash-as-password', async () => {
  const file = 'user app on >0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF +get'
  expect(await found('hash-as-password', file)).toMatchInlineSnapshot(`
    "warning 1:13 >0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF
    After > comes the password itself. If these 64 digits are the SHA-256 hash of a password, that password does not log in.
    (A hash is written with # and lowercase digits. If these digits are the password (ACL GENPASS prints such passwords), keep >.)"
  `)
})

test('plaintext-password', async () => {
  const file = `user é on >${'secret'.repeat(6)} +get`
  expect(await found('plaintext-password', file)).toMatchInlineSnapshot(`
    "warning 1:11 >secretsecretsecretsecretsecretsecret
    The password is in plain text: whoever reads this file knows it.
    (Write its SHA-256 hash instead: the same password still logs in.)
    safe: Replace the password with its hash → user é on #4f6247d3302488b2e483cdc67a5027a6de127b09903954787428e30faf83eb49 +get"
  `)
})

test('weak-password', async () => {
  const file = 'user app on >secret +get'
  expect(await found('weak-password', file)).toMatchInlineSnapshot(`
    "warning 1:13 >secret
    The password is in plain text and has fewer than 32 characters. A random password of 32 or more cannot be guessed.
    (A client can try about a million passwords a second. ACL GENPASS makes one of 64 characters; a hash hides the password from readers of the file.)
    safe: Replace the password with its hash → user app on #2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b +get"
  `)
  // One diagnostic for one password; the other one is shown where this one is muted.
  expect(await found('plaintext-password', file)).toBe('')
  const target = await loadTarget('redis-8.0')
  const muted = new Checker(new Users(target.table, target.behaviours), target).diagnose(file, {
    ...allDiagnostics,
    silenced: ['weak-password'],
  })
  expect(muted.map(({ code }) => code)).toContain('plaintext-password')
})

test('overridden-password: nopass after it', async () => {
  const file = 'user app on >secret nopass +get'
  expect(await found('overridden-password', file)).toMatchInlineSnapshot(`
    "warning 1:13 >secret
    nopass after it removes this password.
    (Any password logs in.)
    Remove the password → user app on nopass +get"
  `)
})

test('overridden-password: nopass before it', async () => {
  const file = 'user app on nopass >secret +get'
  expect(await found('overridden-password', file)).toMatchInlineSnapshot(`
    "warning 1:13 nopass
    A password after it cancels nopass.
    Remove nopass → user app on >secret +get"
  `)
})

test('missing-on', async () => {
  const file = 'user app #… ~app:* +get'
  expect(await found('missing-on', file)).toMatchInlineSnapshot(`
    "warning 1:6 app
    Nobody can log in as this user: a user is off until a rule says on.
    Turn the user on → user app #… ~app:* +get on"
  `)
})

test('no-credential', async () => {
  const file = 'user app on ~app:* +get'
  expect(await found('no-credential', file)).toMatchInlineSnapshot(`
    "warning 1:6 app
    This user is on but has no password, so nobody can log in.
    (Give it a password (>… or #hash), or turn it off.)"
  `)
})

test('quoted-token', async () => {
  const file = 'user app on >"secret" ~"app:*" +get'
  expect(await found('quoted-token', file)).toMatchInlineSnapshot(`
    "error 1:13 >"secret"
    The quotes are part of the rule: unlike redis.conf, users.acl has no quoting.
    Write the password without quotes → user app on >secret ~"app:*" +get

    error 1:23 ~"app:*"
    The quotes are part of the rule: unlike redis.conf, users.acl has no quoting.
    Write ~app:* → user app on >"secret" ~app:* +get"
  `)
})

test('shared-password', async () => {
  const file = 'user a on #… +get\nuser b on >x #… +get'
  expect(await found('shared-password', file)).toMatchInlineSnapshot(`
    "warning 2:14 #…
    a has the same password: whoever knows it can log in as both users.
    (Give every user a password of its own; ACL GENPASS makes one.)"
  `)
})

test('passwords in plain text are one diagnostic a file, with one safe fix for all users', async () => {
  const file = ['a', 'b', 'c'].map((name) => `user ${name} on >secret${name} >again${name} +get\n`).join('')
  const target = await loadTarget('redis-8.0')
  const checker = new Checker(new Users(target.table, target.behaviours), target)
  const weak = checker.diagnose(file).filter(({ code }) => code === 'weak-password')
  // The second password of a line stands by itself: two safe fixes of a line need not be safe together.
  expect(weak.map(({ span, also }) => [span.line, also?.map(({ line }) => line)])).toEqual([
    [1, [2, 3]],
    [1, undefined],
    [2, undefined],
    [3, undefined],
  ])
  expect(weak[0]?.message).toMatch(/The same goes for b and c\.$/)
  expect(weak[0]?.fixes.map(({ label, safe }) => [label, safe])).toEqual([
    ['Replace the password with its hash', true],
    ['Replace the password with its hash, for all 3 users', true],
  ])
  const fixed = checker.fixAll(file)
  expect(fixed).not.toContain('>')
  expect(fixed.match(/#[0-9a-f]{64}/g)).toHaveLength(6)
})

test('safe fixes reach every user of a file of 300', async () => {
  const target = await loadTarget('redis-8.0')
  const checker = new Checker(new Users(target.table, target.behaviours), target)
  const file = Array.from({ length: 300 }, (_, i) => `user u${i} on >secret${i} ~u${i}:* +get\n`).join('')
  expect(checker.fixAll(file)).not.toContain('>')
})
