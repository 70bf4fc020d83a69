import { expect, test } from 'vitest'
import { found, verdicts } from './found'

test('password-like-rule', async () => {
  expect(await found('password-like-rule', 'user app on >nopass >#… +ping ~*')).toMatchInlineSnapshot(`
    "error 1:13 >nopass
    This sets the password nopass: everything after > is the password.
    (For the rule nopass, leave out the >.)

    error 1:21 >#…
    This sets a password that starts with #: everything after > is the password.
    (A hash is written with # alone, without >. With this rule, the password that was hashed does not log in.)"
  `)
  expect(await found('password-like-rule', 'user app on >nopasswordatall >#word +ping')).toBe('')
  expect(await verdicts('user app on >nopass +ping', ['PING'])).toMatchInlineSnapshot(`"PING: allowed"`)
})
