import { expect, test } from 'vitest'
import { found, verdicts } from './found'

test('password-like-rule', async () => {
  expect(await found('password-like-rule', 'user app on >nopass >#… +ping ~*')).toMatchInlineSnapshot(`
    "error 1:13 >nopass
    This sets the password nopass: behind > everything is the password itself.
    (The rule nopass is written without >.)

    error 1:21 >#…
    This sets a password that starts with #: behind > everything is the password itself.
    (A hash is written with # alone, without >. Whoever logs in with the hashed password is refused as it stands.)"
  `)
  expect(await found('password-like-rule', 'user app on >nopasswordatall >#word +ping')).toBe('')
  expect(await verdicts('user app on >nopass +ping', ['PING'])).toMatchInlineSnapshot(`"PING: allowed"`)
})
