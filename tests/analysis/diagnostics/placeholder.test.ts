import { expect, test } from 'vitest'
import { found, verdicts } from './found'

test.each([
  ['>${PW}', 'shell'],
  ['>$(cat /run/secrets/pw)', 'shell'],
  ['>$REDIS_PASSWORD', 'shell'],
  ['>%PW%', 'shell'],
  ['>{{ redis.password }}', 'template'],
  ['>#{pw}#', 'template'],
  ['>((redis-password))', 'template'],
  ['>__PASSWORD__', 'template'],
  ['>@PASSWORD@', 'template'],
  ['><password>', 'blank'],
  ['>CHANGE_ME', 'blank'],
  ['>changeme', 'blank'],
  ['>your-password-here', 'blank'],
  ['>xxxxxxxx', 'blank'],
])('a placeholder instead of a password is the one thing said of it: %s', async (rule, kind) => {
  const file = `user default off\nuser app on ${rule} ~app:* +get`
  expect(await found('placeholder', file)).toContain(
    kind === 'blank'
      ? 'looks like a value that was never filled in: these characters are the password.\n(Put the value in its place: '
      : 'looks like a placeholder. The server does not expand it: these characters are the password.\n(Render the ',
  )
  for (const code of ['weak-password', 'plaintext-password', 'quoted-token', 'password-like-rule', 'hash-as-password'])
    expect(await found(code, file), code).toBe('')
})

test('placeholder: what to do about it', async () => {
  expect(await found('placeholder', 'user ${APP} on >${PW} ~${TENANT}:* +get &{{ ns }}:*')).toMatchInlineSnapshot(`
    "error 1:6 \${APP}
    \${APP} looks like a placeholder. The server does not expand it: the user is called \${APP}.
    (Render the file before the server reads it, say envsubst < users.acl.in > users.acl, and check what comes out.)

    error 1:17 \${PW}
    \${PW} looks like a placeholder. The server does not expand it: these characters are the password.
    (Render the file before the server reads it, say envsubst < users.acl.in > users.acl, and check what comes out.)

    error 1:24 \${TENANT}
    \${TENANT} looks like a placeholder. The server does not expand it: these characters are part of the key’s name.
    (Render the file before the server reads it, say envsubst < users.acl.in > users.acl, and check what comes out.)

    error 1:42 {{ ns }}
    {{ ns }} looks like a placeholder. The server does not expand it: these characters are part of the channel’s name.
    (Render the template before the server reads it, and check what comes out.)"
  `)
})

test.each([
  '>p$ssword',
  '>a$HOME',
  '>pa<ss>word',
  '>100%',
  '>exchange_me_not',
  '~app:{user1}:*',
  '~a$b',
  '<old',
  '~%x%y',
])('what looks like none is left alone: %s', async (rule) => {
  expect(await found('placeholder', `user app on ${rule} +get`)).toBe('')
})

test('a pattern with a placeholder is not read as a shell pattern', async () => {
  const file = 'user app on #… ~app:${TENANT}* ~{{ a,b }}:* +get'
  expect(await found('shell-glob', file)).toBe('')
  expect(await found('no-delimiter', file)).toBe('')
})

test('two users with the same placeholder do not share a password', async () => {
  expect(await found('shared-password', 'user a on >${PW} +get\nuser b on >${PW} +get')).toBe('')
})

test('the server takes a placeholder as it stands', async () => {
  expect(await verdicts('user app on #… ~app:${TENANT}:* +get', ['GET app:${TENANT}:1', 'GET app:x:1']))
    .toMatchInlineSnapshot(`
    "GET app:\${TENANT}:1: allowed
    GET app:x:1: key"
  `)
})
